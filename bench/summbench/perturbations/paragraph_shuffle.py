"""Paragraphs in another order."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_paragraphs


class ParagraphShuffle:
    """Swaps paragraphs after the first; a unit is a random pair of them.

    The order of events may be part of what an article says, so this may change its meaning.
    """

    keeps_meaning = False

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to swap each pair."""
        spans = find_paragraphs(text)[1:]
        spans = rng.sample(spans, len(spans))
        pairs = zip(spans[::2], spans[1::2], strict=False)
        return [[Edit(a.start, a.text, b.text), Edit(b.start, b.text, a.text)] for a, b in pairs]
