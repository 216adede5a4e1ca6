"""What is wrong with the typography of an article: a report, which changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from summbench.core.text import has_terminal_punctuation
from summbench.metrics.support.copied import bylines
from summbench.metrics.support.mentions import Sentence, mentions, parsed, usage
from summbench.metrics.support.quotes import quotations
from summbench.metrics.support.spellings import spellings
from summbench.metrics.support.tokens import Span, Word, span

_STRAY = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")
_DASH = re.compile("[-\u2013\u2014&+*\u2022]+|\\.{3}|\u2026")
_LONGEST = 80
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of an article and the places that speak against it; places are in the text itself.

    `stray` are punctuation marks between spaces (dashes, ampersands and dots of omission aside),
    `doubled` a word and its repetition, `unpaired` quotation marks without a partner, `unended`
    sentences without a mark at the end, `long` those of over 80 words, `repeated` those that stood
    before, `non_ascii` is the share of letters beyond a-z, `names` are words of names in spellings
    so near that they may be one, `bylines` what says who wrote it.
    """

    words: int
    sentences: int
    non_ascii: float
    stray: tuple[Span, ...]
    doubled: tuple[Span, ...]
    unpaired: tuple[Span, ...]
    unended: tuple[Span, ...]
    long: tuple[Span, ...]
    repeated: tuple[Span, ...]
    names: tuple[tuple[str, ...], ...]
    bylines: tuple[Span, ...]

    @property
    def stray_per_100(self) -> float:
        """Stray marks for 100 words; NaN without words."""
        return 100 * len(self.stray) / self.words if self.words else _NAN


def quality(text: str) -> Quality:
    """The report of one article."""
    sentences = parsed(text)
    named = mentions(text, sentences, usage(text, sentences))
    letters = [c for c in text if c.isalpha()]
    return Quality(
        words=sum(len(sentence.words) for sentence in sentences),
        sentences=len(sentences),
        non_ascii=sum(not c.isascii() for c in letters) / len(letters) if letters else _NAN,
        stray=tuple(_stray(text)),
        doubled=tuple(_doubled(text, sentences)),
        unpaired=tuple(quotations(text)[1]),
        unended=tuple(s.span for s in sentences if not _ended(s.span.text)),
        long=tuple(s.span for s in sentences if len(s.words) > _LONGEST),
        repeated=tuple(_repeated(sentences)),
        names=tuple(map(tuple, spellings(named).as_written())),
        bylines=tuple(bylines(sentences)),
    )


def _stray(text: str) -> Iterator[Span]:
    for match in _STRAY.finditer(text):
        if not _DASH.fullmatch(match[0]):
            yield Span(match[0], match.start(), match.end())


def _doubled(text: str, sentences: Sequence[Sentence]) -> Iterator[Span]:
    """Only with nothing but a space between: "had had" is found too, and "bye, bye" is not."""
    for sentence in sentences:
        for a, b in pairwise(sentence.words):
            if _is_word(a) and a.key == b.key and text[a.end : b.start].isspace():
                yield span(text, a.start, b.end)


def _is_word(word: Word) -> bool:
    return any(map(str.isalpha, word.text))


def _repeated(sentences: Sequence[Sentence]) -> Iterator[Span]:
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        keys = tuple(word.key for word in sentence.words)
        if keys in seen:
            yield sentence.span
        elif keys:
            seen.add(keys)


def _ended(sentence: str) -> bool:
    """Splitters leave the next quotation's first mark with the sentence before it."""
    return has_terminal_punctuation(sentence.rstrip(" \"'\u201c\u2018\u201e"))
