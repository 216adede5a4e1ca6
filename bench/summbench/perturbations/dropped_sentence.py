"""Sentences that are missing."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import sentences


class DroppedSentence:
    """A sentence left out; a unit is one, and the only sentence of an article is none."""

    keeps_meaning = False

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each sentence, with the spaces after it."""
        found = sentences(text)
        if len(found) < 2:
            return []
        ends = [len(text) - len(text[s.end :].lstrip(" ")) for s in found]
        return [
            [Edit(s.start, text[s.start : end], "")] for s, end in zip(found, ends, strict=True)
        ]
