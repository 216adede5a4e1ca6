"""Sentences that stand there twice."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import sentences


class DuplicatedSentence:
    """A sentence said again at once, which adds nothing; a unit is one."""

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each sentence."""
        return [[Edit(s.end, "", f" {s.text}")] for s in sentences(text)]
