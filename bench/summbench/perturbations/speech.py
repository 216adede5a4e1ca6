"""Sentences as a recogniser of speech writes them."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import sentences

_MARK = "[-.,;:!?\"'()\\[\\]{}\u2026\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb]"
_SPOKEN_NOT = re.compile(rf"(?![-.]\d)(?<!\w){_MARK}|{_MARK}(?!\w)")


class Speech:
    """No capitals, and no punctuation but inside of words and numbers; a unit is a sentence.

    What is spoken stays: signs of currency, per cent, minus.
    """

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each sentence."""
        return [
            [Edit(sentence.start, sentence.text, _SPOKEN_NOT.sub("", sentence.text).lower())]
            for sentence in sentences(text)
        ]
