"""Sentences that break off."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import sentences

_FEWEST_WORDS = 4
_WORD = re.compile(r"\S+")


class TruncatedSentence:
    """A sentence of four words or more without its second half; a unit is one."""

    keeps_meaning = False

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each sentence that is long enough."""
        found = []
        for start, sentence in sentences(text):
            ends = [word.end() for word in _WORD.finditer(sentence)]
            if len(ends) >= _FEWEST_WORDS:
                cut = ends[(len(ends) + 1) // 2 - 1]
                found.append([Edit(start + cut, sentence[cut:], "")])
        return found
