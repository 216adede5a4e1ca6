"""Sentences of a line by sentencex, in time that grows with the line's length."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise

from sentencex import segment

LONGEST_SENTENCE = 2**12
"""Characters: what is longer is no sentence. The longest of `auto` in real news has 1,345."""
_BLOCK = LONGEST_SENTENCE
"""Characters that are read at a time, where a line is not read at once."""
_LONGEST_LINE, _MOST_SEARCHED = 2**17, 2**23
"""Characters of a line that is read at once, and those that are searched for all its marks."""
_SPACE_OR_PAUSE = re.compile(r"(?s).*\s|.*[,;)\u060c\u061b\u3001\uff0c\uff1a\uff1b]")
_OPENING_MARKS = "`'\"\u00ab\u2018\u201a\u201c\u201b\u201e\u00bb\u201f\u2039\u300a\u300c"
_STOPS = "\u3002\uff01\uff0e\uff1f\uff61!?"
_WIDE_SPACE_BEFORE_STOP = re.compile(r"[^\S\x00-\x7f](?=\.)")


def segment_line(line: str, language: str, rewrite: Callable[[str], str]) -> Iterable[str]:
    """Return the sentences that sentencex finds in a line.

    For each quotation mark that opens it searches the rest of the line, and for each stop the word
    before. So a very long line, or one with very many of them, is read block by block.
    """
    if len(line) <= _BLOCK:
        return _segment_block(line, language, rewrite)
    if len(line) > _LONGEST_LINE or _count_searched(line) > _MOST_SEARCHED:
        return _segment_by_block(line, language, rewrite)
    return divide_sentences(_segment_block(line, language, rewrite))


def divide_sentences(sentences: Iterable[str]) -> Iterator[str]:
    """Yield the sentences; one of over `LONGEST_SENTENCE` characters in several, nothing left out.

    It ends after the last space that fits, or else after the last comma or the like.
    """
    for sentence in sentences:
        start = 0
        while len(sentence) - start > LONGEST_SENTENCE:
            block = sentence[start : start + LONGEST_SENTENCE]
            end = _find_end(block)
            yield block[:end]
            start += end
        yield sentence[start:]


def _find_end(block: str) -> int:
    match = _SPACE_OR_PAUSE.match(block)
    return match.end() if match else len(block)


def _count_searched(line: str) -> int:
    longest_word = max(map(len, line.split()))
    n_opening, n_stops = (sum(map(line.count, marks)) for marks in (_OPENING_MARKS, _STOPS))
    return len(line) * n_opening + longest_word * n_stops


def _segment_by_block(line: str, language: str, rewrite: Callable[[str], str]) -> Iterator[str]:
    """A sentence that reaches into a block's second half is read again with the next block, where
    it has all that may close its quotation. One longer than a block is divided.
    """
    start = 0
    while len(line) - start > _BLOCK:
        block = line[start : start + _BLOCK]
        pieces = list(_segment_block(block, language, rewrite))
        ends = list(accumulate(map(len, pieces)))
        n_kept = bisect_right(ends, _BLOCK // 2) or (len(pieces) > 1)
        if n_kept:
            yield from pieces[:n_kept]
            start += ends[n_kept - 1]
        else:
            end = _find_end(block)
            yield block[:end]
            start += end
    yield from _segment_block(line[start:], language, rewrite)


def _segment_block(text: str, language: str, rewrite: Callable[[str], str]) -> Iterable[str]:
    """sentencex reads what `rewrite` makes of the text, of the same length.

    It panics at a capital, a space beyond ASCII and a stop; it reads a plain space.
    """
    rewritten = rewrite(text)
    if not text.isascii():
        rewritten = _WIDE_SPACE_BEFORE_STOP.sub(" ", rewritten)
    pieces = segment(language, rewritten)
    if rewritten == text:
        return list(pieces)
    ends = accumulate(map(len, pieces), initial=0)
    return [text[start:end] for start, end in pairwise(ends)]
