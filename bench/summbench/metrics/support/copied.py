"""What a summary copied word by word: fragments that lost or gained a negation, and bylines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from summbench.metrics.support.mentions import Sentence
from summbench.metrics.support.tokens import Form, Span, inside, span
from summbench.metrics.support.vocabulary import NEGATORS

_BYLINE = re.compile(
    r"\bcontributed(?:\W+\w+){0,3}?\W+(?:report|reports|reporting|story|article|from)\b"
    r"|\b(?:reported|reporting|edited|editing|writing|written)\W+(?:by|from)\b",
    re.IGNORECASE,
)
_BREAK = Form("", "", False, False, False, "")
_LAST = 2
_LONG = 5
_NEAR = 4


def bylines(parsed: Sequence[Sentence]) -> list[Span]:
    """The last two sentences, as far as they say who wrote or edited what comes before."""
    return [s.span for s in parsed[-_LAST:] if _BYLINE.search(s.span.text)]


@dataclass(frozen=True)
class Run:
    """Words in a row with an empty one between sentences, where they begin and their keys."""

    forms: Sequence[Form]
    starts: Sequence[int]
    keys: Sequence[str]

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each key stands in the row."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(self.keys):
            found[key].append(place)
        return found

    @cached_property
    def _lines(self) -> tuple[frozenset[str], str]:
        """The keys, once each and a line each."""
        return frozenset(filter(None, self.keys)), "\n".join(["", *self.keys, ""])

    def holds(self, other: Run, length: int) -> bool:
        """Whether so many words of the other in a row are here too, none over sentences."""
        known, lines = self._lines
        count = 0
        for end, key in enumerate(other.keys, 1):
            count = count + 1 if key in known else 0
            if count >= length and "\n".join(["", *other.keys[end - length : end], ""]) in lines:
                return True
        return False

    def span(self, first: int, last: int, text: str) -> Span:
        """From one word to another, of the text that the words are from."""
        return span(text, self.starts[first], self.starts[last] + len(self.forms[last].text))


def row(parsed: Sequence[Sentence]) -> Run:
    """The words of the sentences."""
    forms, starts = [_BREAK], [-1]
    for sentence in parsed:
        forms += [*sentence.forms, _BREAK]
        starts += [*sentence.starts, -1]
    return Run(forms, starts, [form.key for form in forms])


class Fragment(NamedTuple):
    """Words of the summary, and all places where the article has them."""

    start: int
    length: int
    places: Sequence[int]


def fragments(summary: Run, article: Run) -> Iterator[Fragment]:
    """Left to right the longest fragments that the article has too, none over sentences."""
    i = 0
    while i < len(summary.keys):
        length = 0
        where: Sequence[int] = ()
        longer = article.places.get(summary.keys[i], ()) if summary.keys[i] else ()
        while longer:
            where = longer
            length += 1
            key = summary.keys[i + length]  # both rows end with an empty one
            longer = (
                [place for place in where if article.keys[place + length] == key] if key else []
            )
        if length:
            yield Fragment(i, length, where)
        i += max(length, 1)


class Negation(NamedTuple):
    """A copied fragment with a negator beside it in one of the two texts only."""

    span: Span
    flipped: bool
    nearest: Span


def negations(summary: Run, article: Run, text: str, source: str) -> list[Negation]:
    """Every fragment of five words or more, and whether a negation beside it came or went."""
    found: list[Negation] = []
    if not article.holds(summary, _LONG):
        return found
    for start, length, places in fragments(summary, article):
        if length >= _LONG:
            flipped = all(
                _flipped(summary.keys, start, article.keys, place, length) for place in places
            )
            here = summary.span(start, start + length - 1, text)
            there = article.span(places[0], places[0] + length - 1, source)
            found.append(Negation(here, flipped, there))
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


def leaked(summary: Run, article: Run, boilerplate: Sequence[Span], text: str) -> list[Span]:
    """The fragments of the summary that the article has in its boilerplate only."""
    return [
        summary.span(start, start + length - 1, text)
        for start, length, places in fragments(summary, article)
        if all(inside(article.starts[place], boilerplate) for place in places)
    ]
