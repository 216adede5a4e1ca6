"""Names in other spellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import TextSpan, find_sentences, find_words

Mode = Literal["one", "consistent", "inconsistent"]

_MIN_LETTERS, _MAX_LETTERS = 4, 40
_QUOTES = "\"'\u2018\u201c\u00ab("
_CALENDAR = """monday tuesday wednesday thursday friday saturday sunday january february march april
june july august september october november december"""
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("sch", "sh"), ("th", "t"), ("c", "k"), ("k", "c"), ("v", "w"),
    ("w", "v"), ("y", "i"), ("i", "y"), ("s", "z"), ("z", "s"), ("d", "t"), ("t", "d"), ("o", "a"),
    ("e", "i"), ("u", "ou"), ("f", "ph"),
)  # fmt: skip


class MisspeltNames:
    """Spells names as they sound to somebody else; a unit is one name.

    `one` respells a single mention of a name that has other mentions to correct it. `consistent`
    gives every mention the same new spelling, which a summary should use. `inconsistent` gives
    each of several mentions another spelling, so that the summary has to choose. The latter two
    lose the name, so only `one` keeps the meaning.

    A name is a capitalised word of four to forty letters that occurs somewhere other than at the
    start of a sentence, and never in lower case; months and days are no names.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self.keeps_meaning = mode == "one"

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose the edits of each name."""
        units = []
        for name, positions in find_names(text).items():
            spellings = _respell(name, rng)
            if self._mode == "consistent":
                units.append([Edit(start, name, spellings[0]) for start in positions])
            elif len(positions) > 1:
                drawn = [rng.choice(positions)] if self._mode == "one" else positions
                new = (spellings[i % len(spellings)] for i in range(len(drawn)))
                units.append([Edit(s, name, n) for s, n in zip(drawn, new, strict=True)])
        return units


def find_names(text: str) -> Mapping[str, Sequence[int]]:
    """Find each name and the positions of its mentions, in order."""
    sentence_starts = {_skip_quotes(sentence) for sentence in find_sentences(text)}
    positions: dict[str, list[int]] = {}
    names = set()
    common = set(_CALENDAR.split())
    for start, word in find_words(text):
        if word.islower():
            common.add(word)
        elif _MIN_LETTERS <= len(word) <= _MAX_LETTERS and word.isalpha() and word.istitle():
            positions.setdefault(word, []).append(start)
            if start not in sentence_starts and text[start - 1 : start] not in [*_QUOTES]:
                names.add(word)
    return {
        word: starts
        for word, starts in positions.items()
        if word in names and word.lower() not in common
    }


def _skip_quotes(sentence: TextSpan) -> int:
    return sentence.end - len(sentence.text.lstrip(_QUOTES))


def _respell(name: str, rng: Random) -> list[str]:
    """Other spellings in random order: first those that sound alike, then doubled letters."""
    alike = {
        name[:i] + new + name[i + len(old) :]
        for old, new in _SOUNDS
        for i in range(1, len(name))
        if name.startswith(old, i)
    }
    doubled = {name[:i] + name[i - 1 :] for i in range(2, len(name))} - alike
    return [s for kind in (alike, doubled) for s in rng.sample(sorted(kind), len(kind))]
