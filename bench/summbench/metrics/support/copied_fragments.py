"""What a summary copied word by word: fragments, their negations, and bylines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.metrics.support.mentions import Sentence
from summbench.metrics.support.tokens import Span, WordForm, is_inside, make_span
from summbench.metrics.support.vocabulary import NEGATORS

_BYLINE = re.compile(
    r"\bcontributed(?:\W+\w+){0,3}?\W+(?:report|reports|reporting|story|article|from)\b"
    r"|\b(?:reported|reporting|edited|editing|writing|written)\W+(?:by|from)\b",
    re.IGNORECASE,
)
_SENTENCE_BREAK = WordForm("", "", False, False, False, "")
_LAST_SENTENCES = 2
_FEWEST_WORDS = 5
_FAR_REACH = 4
Places = Sequence[int] | NDArray[np.int64]
_MANY = 200
"""Places that are searched faster as an array."""


def find_bylines(sentences: Sequence[Sentence]) -> list[Span]:
    """Return those of the last two sentences that say who wrote or edited the text before."""
    return [s.span for s in sentences[-_LAST_SENTENCES:] if _BYLINE.search(s.span.text)]


@dataclass(frozen=True)
class WordSequence:
    """The words of a text with an empty one between sentences, where they begin and their keys."""

    forms: Sequence[WordForm]
    starts: Sequence[int]
    keys: Sequence[str]

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each key stands in the sequence."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(self.keys):
            places[key].append(place)
        return places

    @cached_property
    def _numbered(self) -> tuple[Mapping[str, int], NDArray[np.int64]]:
        """A number for each different key, and those of all words."""
        numbers = {key: number for number, key in enumerate(dict.fromkeys(self.keys))}
        return numbers, np.array([numbers[key] for key in self.keys], np.int64)

    def narrow(self, places: Places, length: int, key: str) -> Places:
        """Return those of the places of a fragment that the key follows."""
        if len(places) < _MANY:
            return [place for place in places if self.keys[place + length] == key]
        numbers, words = self._numbered
        followed = np.asarray(places)
        narrowed: Places = followed[words[followed + length] == numbers.get(key, -1)]
        return narrowed

    @cached_property
    def _lines(self) -> tuple[frozenset[str], str]:
        """The keys, once each and a line each."""
        return frozenset(filter(None, self.keys)), "\n".join(["", *self.keys, ""])

    def has_common_run(self, other: WordSequence, length: int) -> bool:
        """Tell whether `length` words in a row of one sentence are in both."""
        keys, lines = self._lines
        count = 0
        for end, key in enumerate(other.keys, 1):
            count = count + 1 if key in keys else 0
            if count >= length and "\n".join(["", *other.keys[end - length : end], ""]) in lines:
                return True
        return False

    def span(self, first: int, last: int, text: str) -> Span:
        """Return the piece from one word to another, of the text that the words are from."""
        return make_span(text, self.starts[first], self.starts[last] + len(self.forms[last].text))


def build_sequence(sentences: Sequence[Sentence]) -> WordSequence:
    """Return the words of the sentences; the sequence begins and ends with an empty one."""
    forms, starts = [_SENTENCE_BREAK], [-1]
    for sentence in sentences:
        forms += [*sentence.forms, _SENTENCE_BREAK]
        starts += [*sentence.starts, -1]
    return WordSequence(forms, starts, [form.key for form in forms])


class Fragment(NamedTuple):
    """Words of the summary, and all places where the article has them."""

    start: int
    length: int
    places: Places


def find_fragments(summary: WordSequence, article: WordSequence) -> Iterator[Fragment]:
    """Yield, from left to right, the longest fragments that both have, none over sentences."""
    i = 0
    while i < len(summary.keys):
        length = 0
        places: Places = ()
        longer: Places = article.places.get(summary.keys[i], ()) if summary.keys[i] else ()
        while len(longer):
            places = longer
            length += 1
            key = summary.keys[i + length]  # both sequences end with an empty one
            longer = article.narrow(places, length, key) if key else ()
        if length:
            yield Fragment(i, length, places)
        i += max(length, 1)


class NegationCheck(NamedTuple):
    """A copied fragment, whether a negator is beside it in one of the two texts only."""

    span: Span
    flipped: bool
    nearest: Span


def check_negations(
    summary: WordSequence, article: WordSequence, summary_text: str, article_text: str
) -> list[NegationCheck]:
    """Return each copied fragment of five words or more, and whether a negation came or went."""
    checks: list[NegationCheck] = []
    if not article.has_common_run(summary, _FEWEST_WORDS):
        return checks
    for start, length, places in find_fragments(summary, article):
        if length >= _FEWEST_WORDS:
            flipped = all(
                _is_flipped(summary.keys, start, article.keys, place, length) for place in places
            )
            span = summary.span(start, start + length - 1, summary_text)
            nearest = article.span(places[0], places[0] + length - 1, article_text)
            checks.append(NegationCheck(span, flipped, nearest))
    return checks


def _is_flipped(ours: Sequence[str], i: int, theirs: Sequence[str], j: int, length: int) -> bool:
    """Whether one text negates right beside the fragment, and the other nowhere near."""
    a, b = _has_negator(ours, i, length, 1), _has_negator(theirs, j, length, 1)
    if a == b:
        return False
    keys, start = (theirs, j) if a else (ours, i)
    return not _has_negator(keys, start, length, _FAR_REACH)


def _has_negator(keys: Sequence[str], start: int, length: int, reach: int) -> bool:
    """Whether one of the `reach` words before or after the fragment negates."""
    around = (*keys[max(0, start - reach) : start], *keys[start + length :][:reach])
    return any(key in NEGATORS or key.endswith("n't") for key in around)


def find_boilerplate_copies(
    summary: WordSequence, article: WordSequence, boilerplate: Sequence[Span], text: str
) -> list[Span]:
    """Return the fragments of the summary that the article has in its boilerplate only."""
    if not boilerplate:
        return []
    return [
        summary.span(start, start + length - 1, text)
        for start, length, places in find_fragments(summary, article)
        if all(is_inside(article.starts[place], boilerplate) for place in places)
    ]
