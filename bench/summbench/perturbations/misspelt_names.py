"""Names in other spellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from summbench.perturbations.edits import Edit
from summbench.perturbations.places import Place, sentences, words

Mode = Literal["one", "consistent", "inconsistent"]

_SHORTEST = 4
_QUOTES = "\"'\u2018\u201c\u00ab("
_CALENDAR = """monday tuesday wednesday thursday friday saturday sunday january february march april
june july august september october november december"""
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("sch", "sh"), ("th", "t"), ("c", "k"), ("k", "c"), ("v", "w"),
    ("w", "v"), ("y", "i"), ("i", "y"), ("s", "z"), ("z", "s"), ("d", "t"), ("t", "d"), ("o", "a"),
    ("e", "i"), ("u", "ou"), ("f", "ph"),
)  # fmt: skip


class MisspeltNames:
    """Names spelt as they sound to somebody else; a unit is one name with all that befalls it.

    `one` respells a single mention of a name that has others, which say what is right. With
    `consistent` every mention has the same new spelling, which a summary should carry through;
    with `inconsistent` each of several mentions has another one, and the summary has to choose.
    The name is lost with these two, so only `one` keeps the meaning.

    A name is a capitalised word of four letters or more that also stands elsewhere than at the
    start of a sentence, and nowhere in lower case; months and days are none.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self.keeps_meaning = mode == "one"

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """The edits of each name."""
        found = []
        for name, places in names(text).items():
            spellings = _respelt(name, chance)
            if self._mode == "consistent":
                found.append([Edit(start, name, spellings[0]) for start in places])
            elif len(places) > 1:
                chosen = [chance.choice(places)] if self._mode == "one" else places
                new = (spellings[i % len(spellings)] for i in range(len(chosen)))
                found.append([Edit(s, name, n) for s, n in zip(chosen, new, strict=True)])
        return found


def names(text: str) -> Mapping[str, Sequence[int]]:
    """Each name and where it begins, from the first to the last."""
    initial = {_after_quotes(sentence) for sentence in sentences(text)}
    found: dict[str, list[int]] = {}
    known = set()
    common = set(_CALENDAR.split())
    for start, word in words(text):
        if word.islower():
            common.add(word)
        elif len(word) >= _SHORTEST and word.isalpha() and word.istitle():
            found.setdefault(word, []).append(start)
            if start not in initial and text[start - 1 : start] not in [*_QUOTES]:
                known.add(word)
    return {n: places for n, places in found.items() if n in known and n.lower() not in common}


def _after_quotes(sentence: Place) -> int:
    return sentence.end - len(sentence.text.lstrip(_QUOTES))


def _respelt(name: str, chance: Random) -> list[str]:
    """Other spellings by lot: those that sound alike, and then those with a letter doubled."""
    alike = {
        name[:i] + new + name[i + len(old) :]
        for old, new in _SOUNDS
        for i in range(1, len(name))
        if name.startswith(old, i)
    }
    doubled = {name[:i] + name[i - 1 :] for i in range(2, len(name))} - alike
    return [s for kind in (alike, doubled) for s in chance.sample(sorted(kind), len(kind))]
