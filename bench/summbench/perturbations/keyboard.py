"""Typing errors."""

from __future__ import annotations

from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import FUNCTION_WORDS, find_words

_MIN_LETTERS = 4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    for row in _ROWS
    for i, letter in enumerate(row)
}


class Keyboard:
    """Swaps two letters, or omits, doubles or replaces one by its neighbour on a QWERTY keyboard.

    A unit is one error in one content word: four letters or more, lower case (so that names and
    numbers stay), no English function word; its first letter stays.
    """

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose one error for each content word."""
        return [
            [Edit(start, word, _mistype(word, rng))]
            for start, word in find_words(text)
            if len(word) >= _MIN_LETTERS
            and word.isalpha()
            and word.islower()
            and word not in FUNCTION_WORDS
        ]


def _mistype(word: str, rng: Random) -> str:
    i = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:i], word[i], word[i + 1 :]
    variants = {
        before + after[0] + letter + after[1:],
        before + after,
        before + letter + letter + after,
        before + rng.choice(_NEIGHBOURS.get(letter, letter)) + after,
    }
    return rng.choice(sorted(variants - {word}))
