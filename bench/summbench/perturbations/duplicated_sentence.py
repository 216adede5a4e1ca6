"""Sentences repeated."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_sentences


class DuplicatedSentence:
    """Repeats sentences directly, which adds nothing; a unit is one sentence."""

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to repeat each sentence."""
        return [[Edit(s.end, "", f" {s.text}")] for s in find_sentences(text)]
