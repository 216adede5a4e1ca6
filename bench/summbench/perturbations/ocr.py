"""Errors of optical character recognition."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_words

_ALIKE = {"rn": "m", "m": "rn", "l": "1", "1": "l", "O": "0", "0": "O"}
_CONFUSED = re.compile("|".join(_ALIKE))


class Ocr:
    """Confuses rn and m, 1 and l, 0 and O; a unit is one confusion in one word.

    No digit becomes another digit, so that a reader can still see what was meant.
    """

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose one confusion for each word that has such a letter."""
        units = []
        for start, word in find_words(text):
            if matches := list(_CONFUSED.finditer(word)):
                match = rng.choice(matches)
                units.append([Edit(start + match.start(), match[0], _ALIKE[match[0]])])
        return units
