"""Words and sentences with the places where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

from summbench.core.text import split_sentences
from summbench.metrics.support.vocabulary import CALENDAR, PARTICLES

WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}(?!\w)"  # U.S., J.K.
    r"|\w+(?:[-&.'\u2019]\w+|(?<=\d),\d+)*"
)
_POSSESSIVES = ("'s", "\u2019s", "'S", "\u2019S")
_UNFOLDED = str.maketrans({
    "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u0131": "i", "\u00e6": "ae",
    "\u0153": "oe", "\u00fe": "th", "\u2019": "'",
})  # fmt: skip
_ABBREVIATION = 3
_USUAL = 40


class Span(NamedTuple):
    """A piece of a text and where it stands there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of the summary, what the article says to it, and the nearest piece of the article."""

    span: Span
    state: str
    nearest: Span | None = None


class Word(NamedTuple):
    """A word as written and, as `key`, without case and diacritics; a possessive 's is cut off."""

    text: str
    start: int
    end: int
    key: str
    possessive: bool


class Form(NamedTuple):
    """What a word is wherever it stands.

    `nameable` is whether it may be within a name or joined to one; `lines` are the parts of its key
    for the search of a name, none of an initial.
    """

    text: str
    key: str
    possessive: bool
    capital: bool
    nameable: bool
    lines: str

    def at(self, start: int) -> Word:
        """The word that stands there."""
        return Word(self.text, start, start + len(self.text), self.key, self.possessive)


def forms(text: str, start: int, end: int) -> tuple[list[int], list[Form]]:
    """Where the words from start to end begin, and what they are; few are asked for as records."""
    starts, found = [], []
    for piece in text[start:end].split(" "):
        for place, form in (_known if len(piece) < _USUAL else _read)(piece):
            starts.append(start + place)
            found.append(form)
        start += len(piece) + 1
    return starts, found


def words(text: str) -> list[Word]:
    """The words of a text without sentences."""
    starts, found = forms(text, 0, len(text))
    return list(map(Form.at, found, starts))


def _read(piece: str) -> tuple[tuple[int, Form], ...]:
    """The words of what stands between two spaces, which no word holds."""
    return tuple([(match.start(), _form(match[0])) for match in WORD.finditer(piece)])


_known = lru_cache(65_536)(_read)


def _form(written: str) -> Form:
    possessive = written.endswith(_POSSESSIVES)
    text = written[:-2] if possessive else written
    key, capital = folded(text), text[:1].isupper()
    nameable = "-" in text or text in PARTICLES or (capital and can_name(key))
    lines = "" if capital and len(text) == 1 else key.replace("-", "\n") + "\n"
    return Form(text, key, possessive, capital, nameable, lines)


def can_name(key: str) -> bool:
    """Whether a word in capitals is neither a day, a month nor "I"."""
    return key not in CALENDAR and key != "i" and not key.startswith("i'")


def folded(word: str) -> str:
    """Without case, diacritics and the points of U.S.; "US" stays apart from "us"."""
    word = word.replace(".", "") if word[1:2] == "." else word
    if word.isupper() and 1 < len(word) <= _ABBREVIATION:
        return word
    word = word.casefold()
    if word.isascii():
        return word
    plain = "".join(c for c in normalize("NFKD", word) if not combining(c))
    return plain.translate(_UNFOLDED)


def sentences(text: str) -> list[Span]:
    """The sentences and where they stand; none runs over a line break."""
    found, place = [], 0
    for sentence in split_sentences(text):
        start = text.find(sentence, place)
        if start >= 0:
            place = start + len(sentence)
            found.append(Span(sentence, start, place))
    return found


def span(text: str, start: int, end: int) -> Span:
    """The piece from start to end."""
    return Span(text[start:end], start, end)


def inside(place: int, spans: Iterable[Span]) -> bool:
    """Whether the place is in one of the spans."""
    return any(start <= place < end for _, start, end in spans)


def find(needle: Sequence[str], hay: Sequence[str], places: Sequence[int]) -> int | None:
    """Where the needle first stands in the hay, given the places of its first item."""
    size = len(needle)
    wanted = list(needle)
    return next((place for place in places if list(hay[place : place + size]) == wanted), None)
