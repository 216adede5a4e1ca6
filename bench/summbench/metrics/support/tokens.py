"""Words and sentences with the places where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from unicodedata import combining, normalize

from summbench.core.text import find_in_order, split_sentences
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
_LONGEST_ABBREVIATION = 3
_MAX_CACHED_LENGTH = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_BRACKETS = frozenset({"LRB", "RRB", "LSB", "RSB", "LCB", "RCB", "UNK"})
_LEAST_CAPITALS = 0.01


class Span(NamedTuple):
    """A piece of a text and where it stands there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """A claim of the summary, its state by the article, and the nearest piece of the article."""

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


class WordForm(NamedTuple):
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

    def place_at(self, start: int) -> Word:
        """Return the word that begins at `start`."""
        return Word(self.text, start, start + len(self.text), self.key, self.possessive)


def split_forms(text: str, start: int, end: int) -> tuple[list[int], list[WordForm]]:
    """Return where the words from start to end begin, and what they are.

    Few of them are needed as `Word` records.
    """
    starts, word_forms = [], []
    for piece in text[start:end].split(" "):
        read = _read_cached if len(piece) < _MAX_CACHED_LENGTH else _read_words
        for place, form in read(piece):
            starts.append(start + place)
            word_forms.append(form)
        start += len(piece) + 1
    return starts, word_forms


def tokenize_words(text: str) -> list[Word]:
    """Return the words of a text, without sentences."""
    starts, word_forms = split_forms(text, 0, len(text))
    return list(map(WordForm.place_at, word_forms, starts))


def _read_words(piece: str) -> tuple[tuple[int, WordForm], ...]:
    """The words of what stands between two spaces, which no word holds."""
    return tuple([(match.start(), _build_form(match[0])) for match in WORD.finditer(piece)])


_read_cached = lru_cache(65_536)(_read_words)


def _build_form(written: str) -> WordForm:
    possessive = written.endswith(_POSSESSIVES)
    text = written[:-2] if possessive else written
    key, capital = fold(text), text[:1].isupper()
    nameable = "-" in text or text in PARTICLES or (capital and is_nameable(key))
    lines = "" if capital and len(text) == 1 else key.replace("-", "\n") + "\n"
    return WordForm(text, key, possessive, capital, nameable, lines)


def is_nameable(key: str) -> bool:
    """Tell whether a word in capitals is neither a day, a month nor "I"."""
    return key not in CALENDAR and key != "i" and not key.startswith("i'")


def fold(word: str) -> str:
    """Return it without case, diacritics and the points of U.S.; "US" stays apart from "us"."""
    word = word.replace(".", "") if word[1:2] == "." else word
    if word.isupper() and 1 < len(word) <= _LONGEST_ABBREVIATION:
        return word
    word = word.casefold()
    if word.isascii():
        return word
    plain = "".join(c for c in normalize("NFKD", word) if not combining(c))
    return plain.translate(_UNFOLDED)


def is_lower_cased(text: str) -> bool:
    """Tell whether fewer than one word in a hundred begins with a capital.

    Brackets as -LRB- do not count. A script without small letters is not lower-cased.
    """
    words = [word for word in _LETTERS.findall(text) if word not in _BRACKETS]
    capitals = sum(word[0].isupper() for word in words)
    return any(map(str.islower, words)) and capitals < _LEAST_CAPITALS * len(words)


def locate_sentences(text: str) -> list[Span]:
    """Return the sentences with their places; none runs over a line break."""
    places = find_in_order(text, split_sentences(text))
    return [make_span(text, start, end) for start, end in places]


def make_span(text: str, start: int, end: int) -> Span:
    """Return the piece from start to end."""
    return Span(text[start:end], start, end)


def is_inside(place: int, spans: Iterable[Span]) -> bool:
    """Tell whether the place is in one of the spans."""
    return any(start <= place < end for _, start, end in spans)


@dataclass(frozen=True, slots=True)
class KeyText:
    """Keys, a line each, so that a run of them is found as quickly as a text is."""

    text: str
    begins: Sequence[int]

    @staticmethod
    def build(keys: Sequence[str]) -> KeyText:
        """Join the keys; an empty one parts those before it from those after it."""
        begins = list(accumulate((len(key) + 1 for key in keys), initial=1))
        return KeyText("\n".join(["", *keys, ""]), begins)

    def find(self, needle: Sequence[str]) -> int | None:
        """Return the place of the first key of the needle, where it first stands."""
        position = self.text.find("\n".join(["", *needle, ""]))
        return None if position < 0 else bisect_right(self.begins, position + 1) - 1
