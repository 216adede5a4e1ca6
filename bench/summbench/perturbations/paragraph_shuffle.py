"""Paragraphs in another order."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import paragraphs


class ParagraphShuffle:
    """Paragraphs after the first that change places; a unit is a pair of them, drawn by lot.

    The order of events may be part of what an article says, so this may change its meaning.
    """

    keeps_meaning = False

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """Two edits for each pair."""
        found = paragraphs(text)[1:]
        found = chance.sample(found, len(found))
        pairs = zip(found[::2], found[1::2], strict=False)
        return [[Edit(a.start, a.text, b.text), Edit(b.start, b.text, a.text)] for a, b in pairs]
