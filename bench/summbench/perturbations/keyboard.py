"""Slips of the fingers."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import FUNCTION_WORDS, words

_SHORTEST = 4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    for row in _ROWS
    for i, letter in enumerate(row)
}


class Keyboard:
    """Two letters swapped, one left out, struck twice or replaced by the key beside it (QWERTY).

    A unit is one slip in one content word: four letters or more, lower case (so that names and
    numbers stay), no English function word; its first letter stays.
    """

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each content word."""
        return [
            [Edit(start, word, _mistyped(word, chance))]
            for start, word in words(text)
            if len(word) >= _SHORTEST
            and word.isalpha()
            and word.islower()
            and word not in FUNCTION_WORDS
        ]


def _mistyped(word: str, chance: Random) -> str:
    i = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:i], word[i], word[i + 1 :]
    slips = {
        before + after[0] + letter + after[1:],
        before + after,
        before + letter + letter + after,
        before + chance.choice(_BESIDE.get(letter, letter)) + after,
    }
    return chance.choice(sorted(slips - {word}))
