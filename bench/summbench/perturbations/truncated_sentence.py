"""Sentences cut in half."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_sentences

_MIN_WORDS = 4
_WORD = re.compile(r"\S+")


class TruncatedSentence:
    """Removes the second half of sentences of four words or more; a unit is one sentence."""

    keeps_meaning = False

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to cut each sentence that is long enough."""
        units = []
        for start, sentence in find_sentences(text):
            ends = [word.end() for word in _WORD.finditer(sentence)]
            if len(ends) >= _MIN_WORDS:
                cut = ends[(len(ends) + 1) // 2 - 1]
                units.append([Edit(start + cut, sentence[cut:], "")])
        return units
