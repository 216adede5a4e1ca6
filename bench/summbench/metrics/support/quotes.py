"""Quotations: where they stand, whether the article has them, and who says them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from summbench.metrics.support.mentions import Mention, Sentence
from summbench.metrics.support.names import is_near, is_variant
from summbench.metrics.support.speakers import Outside, find_speaker
from summbench.metrics.support.tokens import Span, Word, make_span

_MARK = re.compile("[\"\u201c\u201d\u201e\u201f\u00ab\u00bb]|[\u2018\u2019']")
_DOUBLE = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb')
_ONLY_OPENS, _ONLY_CLOSES = frozenset("\u201e\u00ab\u2018"), frozenset("\u201d\u00bb")
_FEWEST_WORDS = 3


def find_quotations(text: str) -> tuple[list[Span], list[Span]]:
    """Return what is between paired marks, without them, and the marks that have no partner.

    Pairs do not cross line breaks and may be of unlike marks; a single mark counts where no word
    goes on.
    """
    quotations: list[Span] = []
    unpaired: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        opening: re.Match[str] | None = None
        for mark in _MARK.finditer(text, line.start(), line.end()):
            is_double = mark[0] in _DOUBLE
            opens, closes = _is_opening_mark(text, mark), _is_closing_mark(text, mark)
            if opening is not None and closes and is_double == (opening[0] in _DOUBLE):
                quotations.append(make_span(text, opening.end(), mark.start()))
                opening = None
            elif opening is None and opens:
                opening = mark
            elif is_double and not (opening is not None and opening[0] not in _DOUBLE):
                unpaired.append(Span(*_get_place(mark)))
            elif is_double and opening is not None:  # a single mark that was an apostrophe
                opening = mark if opens else None
        if opening is not None and opening[0] in _DOUBLE:
            unpaired.append(Span(*_get_place(opening)))
    return quotations, sorted(unpaired, key=lambda s: s.start)


def _get_place(mark: re.Match[str]) -> tuple[str, int, int]:
    return mark[0], mark.start(), mark.end()


def _is_opening_mark(text: str, mark: re.Match[str]) -> bool:
    before, after = _get_neighbours(text, mark)
    if mark[0] in _ONLY_CLOSES or mark[0] == "\u2019":
        return False
    if mark[0] in _ONLY_OPENS or mark[0] == "\u201c":
        return True
    return not before.isalnum() and not after.isspace() and after != ""


def _is_closing_mark(text: str, mark: re.Match[str]) -> bool:
    before, after = _get_neighbours(text, mark)
    if mark[0] in _ONLY_OPENS:
        return False
    if mark[0] in _DOUBLE:
        return mark[0] in _ONLY_CLOSES or not after.isalnum()
    return not before.isspace() and not after.isalnum()


def _get_neighbours(text: str, mark: re.Match[str]) -> tuple[str, str]:
    return text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]


class Quote(NamedTuple):
    """A quotation, its words, and who says it, if the sentence names one."""

    span: Span
    words: Sequence[Word]
    speaker: Mention | None


def attribute_quotes(
    text: str, spans: Sequence[Span], sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> list[Quote]:
    """Return the quotations of three words or more, each with its speaker.

    One with nothing beside it but "he said" is spoken by who spoke before in the paragraph.
    """
    words = [word for sentence in sentences for word in sentence.words] if spans else []
    starts = [word.start for word in words]
    outside = Outside.build(spans, words, mentions)
    sentence_starts = [sentence.span.start for sentence in sentences]
    sentence_ends = [sentence.span.end for sentence in sentences]
    quotes: list[Quote] = []
    for span in spans:
        inner = words[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        first = bisect_right(sentence_ends, span.start - 2)
        last = bisect_left(sentence_starts, span.end + 2) - 1
        near = outside.select(sentences, first, last)
        is_continued = outside.has_only_saying(near)
        if is_continued and quotes and "\n" not in text[quotes[-1].span.end : span.start]:
            speaker = quotes[-1].speaker
        else:
            speaker = find_speaker(span, outside, near)
        quotes.append(Quote(span, inner, speaker))
    return [quote for quote in quotes if len(quote.words) >= _FEWEST_WORDS]


def is_same_name(a: Mention, b: Mention) -> bool:
    """Tell whether both may be one person: a surname or a whole name is shared, or a variant."""
    ours, theirs = a.keys, b.keys
    short, long = sorted((ours, theirs), key=len)
    return set(short) <= set(long) or is_variant(ours, theirs) or is_near(ours[-1], theirs[-1])
