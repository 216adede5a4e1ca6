"""What is wrong with the typography of an article: a report, which changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from summbench.core.recognition import is_tokenised
from summbench.core.text import has_terminal_punctuation
from summbench.metrics.support.copied_fragments import find_bylines
from summbench.metrics.support.mentions import (
    Sentence,
    collect_usage,
    find_mentions,
    parse_sentences,
)
from summbench.metrics.support.quotes import find_quotations
from summbench.metrics.support.spellings import cluster_spellings
from summbench.metrics.support.tokens import Span, Word, make_span

_STRAY = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")
_DASH = re.compile("[-\u2013\u2014&+*\u2022]+|\\.{3}|\u2026")
_MAX_WORDS = 80
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TextQuality:
    """Counts of an article and the faults found in it; places are those of the text itself.

    `stray_marks` are punctuation marks between spaces (dashes, ampersands and ellipses aside),
    `doubled_words` a word and its repetition, `unpaired_quotes` quotation marks without a partner,
    `unended_sentences` those without a mark at the end, `long_sentences` those of over 80 words,
    `repeated_sentences` those that occurred before, `similar_names` words of names in spellings so
    near that they may be one, `bylines` what says who wrote it. `non_ascii_share` is the share of
    letters beyond a-z, 0 to 1; NaN without letters. A tokenised text has no stray marks: there it
    is how marks are written.
    """

    n_words: int
    n_sentences: int
    non_ascii_share: float
    stray_marks: tuple[Span, ...]
    doubled_words: tuple[Span, ...]
    unpaired_quotes: tuple[Span, ...]
    unended_sentences: tuple[Span, ...]
    long_sentences: tuple[Span, ...]
    repeated_sentences: tuple[Span, ...]
    similar_names: tuple[tuple[str, ...], ...]
    bylines: tuple[Span, ...]
    is_tokenised: bool

    @property
    def stray_per_100(self) -> float:
        """Stray marks for 100 words; NaN without words."""
        return 100 * len(self.stray_marks) / self.n_words if self.n_words else _NAN


def assess_quality(text: str) -> TextQuality:
    """Return the report of one article."""
    sentences = parse_sentences(text)
    mentions = find_mentions(text, sentences, collect_usage(text, sentences))
    letters = [c for c in text if c.isalpha()]
    return TextQuality(
        n_words=sum(len(sentence.words) for sentence in sentences),
        n_sentences=len(sentences),
        non_ascii_share=sum(not c.isascii() for c in letters) / len(letters) if letters else _NAN,
        stray_marks=() if is_tokenised(text) else tuple(_find_stray_marks(text)),
        doubled_words=tuple(_find_doubled_words(text, sentences)),
        unpaired_quotes=tuple(find_quotations(text)[1]),
        unended_sentences=tuple(s.span for s in sentences if not _has_end(s.span.text)),
        long_sentences=tuple(s.span for s in sentences if len(s.words) > _MAX_WORDS),
        repeated_sentences=tuple(_find_repeated_sentences(sentences)),
        similar_names=tuple(map(tuple, cluster_spellings(mentions).get_written())),
        bylines=tuple(find_bylines(sentences)),
        is_tokenised=is_tokenised(text),
    )


def _find_stray_marks(text: str) -> Iterator[Span]:
    for match in _STRAY.finditer(text):
        if not _DASH.fullmatch(match[0]):
            yield Span(match[0], match.start(), match.end())


def _find_doubled_words(text: str, sentences: Sequence[Sentence]) -> Iterator[Span]:
    """Only with nothing but a space between: "had had" is found too, and "bye, bye" is not."""
    for sentence in sentences:
        for a, b in pairwise(sentence.words):
            if _has_letter(a) and a.key == b.key and text[a.end : b.start].isspace():
                yield make_span(text, a.start, b.end)


def _has_letter(word: Word) -> bool:
    return any(map(str.isalpha, word.text))


def _find_repeated_sentences(sentences: Sequence[Sentence]) -> Iterator[Span]:
    previous: set[tuple[str, ...]] = set()
    for sentence in sentences:
        keys = tuple(word.key for word in sentence.words)
        if keys in previous:
            yield sentence.span
        elif keys:
            previous.add(keys)


def _has_end(sentence: str) -> bool:
    """Splitters leave the next quotation's first mark with the sentence before it."""
    return has_terminal_punctuation(sentence.rstrip(" \"'\u201c\u2018\u201e"))
