"""What a summary copied word by word: fragments that lost or gained a negation, and bylines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.support.mentions import Sentence
from bench.support.tokens import Span, Word, span
from bench.support.vocabulary import NEGATORS

_BYLINE = re.compile(
    r"\bcontributed(?:\W+\w+){0,3}?\W+(?:report|reports|reporting|story|article|from)\b"
    r"|\b(?:reported|reporting|edited|editing|writing|written)\W+(?:by|from)\b",
    re.IGNORECASE,
)
_LAST = 2
_LONG = 5
_NEAR = 4


def bylines(parsed: Sequence[Sentence]) -> list[Span]:
    """The last two sentences, as far as they say who wrote or edited what comes before."""
    return [s.span for s in parsed[-_LAST:] if _BYLINE.search(s.span.text)]


class Run(NamedTuple):
    """Words in a row with a mark between sentences, and where each word stands in the row."""

    words: tuple[Word | None, ...]
    keys: tuple[str, ...]
    places: dict[str, list[int]]


def row(parsed: Sequence[Sentence]) -> Run:
    """The words of the sentences."""
    found: list[Word | None] = [None]
    for sentence in parsed:
        found += [*sentence.words, None]
    keys = tuple(word.key if word else "" for word in found)
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return Run(tuple(found), keys, places)


class Fragment(NamedTuple):
    """Words of the summary, and all places where the article has them."""

    start: int
    length: int
    places: list[int]


def fragments(summary: Run, article: Run) -> Iterator[Fragment]:
    """Left to right the longest fragments that the article has too, none over sentences."""
    i = 0
    while i < len(summary.keys):
        best = 0
        where: list[int] = []
        for place in article.places.get(summary.keys[i], ()) if summary.keys[i] else ():
            length = _shared(summary.keys, i, article.keys, place)
            if length > best:
                best, where = length, []
            if length == best:
                where.append(place)
        if best:
            yield Fragment(i, best, where)
        i += max(best, 1)


def _shared(ours: Sequence[str], i: int, theirs: Sequence[str], j: int) -> int:
    length = 0
    while ours[i + length] and ours[i + length] == theirs[j + length]:  # both end with a mark
        length += 1
    return length


class Negation(NamedTuple):
    """A copied fragment with a negator beside it in one of the two texts only."""

    span: Span
    flipped: bool
    nearest: Span


def negations(summary: Run, article: Run, text: str, source: str) -> list[Negation]:
    """Every fragment of five words or more, and whether a negation beside it came or went."""
    found = []
    for start, length, places in fragments(summary, article):
        if length >= _LONG:
            flipped = all(
                _flipped(summary.keys, start, article.keys, place, length) for place in places
            )
            here = _span(summary, start, length, text)
            found.append(Negation(here, flipped, _span(article, places[0], length, source)))
    return found


def _flipped(ours: Sequence[str], i: int, theirs: Sequence[str], j: int, length: int) -> bool:
    """Whether one text negates right beside the fragment, and the other nowhere near."""
    a, b = _beside(ours, i, length, 1), _beside(theirs, j, length, 1)
    if a == b:
        return False
    return not (_beside(theirs, j, length, _NEAR) if a else _beside(ours, i, length, _NEAR))


def _beside(keys: Sequence[str], start: int, length: int, reach: int) -> bool:
    around = (*keys[max(0, start - reach) : start], *keys[start + length :][:reach])
    return any(map(_negates, around))


def _negates(key: str) -> bool:
    return key in NEGATORS or key.endswith("n't")


def _span(run: Run, start: int, length: int, text: str) -> Span:
    first, last = run.words[start], run.words[start + length - 1]
    assert first is not None and last is not None
    return span(text, first.start, last.end)


def leaked(summary: Run, article: Run, boilerplate: Sequence[Span], text: str) -> list[Span]:
    """The fragments of the summary that the article has in its boilerplate only."""
    return [
        _span(summary, start, length, text)
        for start, length, places in fragments(summary, article)
        if all(_within(article.words[place], boilerplate) for place in places)
    ]


def _within(word: Word | None, spans: Sequence[Span]) -> bool:
    return word is not None and any(s.start <= word.start < s.end for s in spans)
