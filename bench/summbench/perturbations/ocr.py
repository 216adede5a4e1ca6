"""Letters that look alike to a scanner."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import words

_ALIKE = {"rn": "m", "m": "rn", "l": "1", "1": "l", "O": "0", "0": "O"}
_CONFUSED = re.compile("|".join(_ALIKE))


class Ocr:
    """rn for m, 1 for l, 0 for O, and the other way round; a unit is one confusion in one word.

    No digit becomes another digit, so that a reader can still tell what was meant.
    """

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each word that has such a letter."""
        found = []
        for start, word in words(text):
            if places := list(_CONFUSED.finditer(word)):
                place = chance.choice(places)
                found.append([Edit(start + place.start(), place[0], _ALIKE[place[0]])])
        return found
