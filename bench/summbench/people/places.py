"""Where a text has a fact: the place that is given, or the sentence that shares most words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from summbench.core.control_characters import show_controls
from summbench.core.text import detect_script, find_in_order, split_sentences, split_words

_LEAST_SHARED = 0.5
"""A sentence with a smaller share of the fact's words is not its place."""
_COMMON = (
    "a an and are as at be been but by for from had has have he her his in into is it its of on or "
    "she that the their them they this to was were which who will with would"
)
_COMMON_WORDS = frozenset(_COMMON.split())


class Sentence(NamedTuple):
    """A sentence of a text: where it is, and its words."""

    start: int
    end: int
    words: frozenset[str]


def show_place(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Where the place is in the text with control characters shown as codes."""
    start = len(show_controls(text[: place[0]]))
    return start, start + len(show_controls(text[place[0] : place[1]]))


def find_place(fact: str, text: str) -> tuple[int, int] | None:
    """Return the sentence that has the largest share of the fact's words, at least half of them.

    The first and shortest of several. Words that are in every text do not count.
    """
    words = list_words(fact)
    if not words:
        return None
    best = max(
        _split(text),
        key=lambda s: (len(words & s.words), -len(s.words)),
        default=None,
    )
    if best is None or len(words & best.words) / len(words) < _LEAST_SHARED:
        return None
    return best.start, best.end


@lru_cache(1_024)
def list_words(text: str) -> frozenset[str]:
    """Words, but for common ones unless there are no others; of Chinese or Japanese all bigrams."""
    words = split_words(text)
    if detect_script(text) == "CJK":
        joined = "".join(words)
        return frozenset(joined[i : i + 2] for i in range(max(1, len(joined) - 1)))
    return frozenset(word for word in words if word not in _COMMON_WORDS) or frozenset(words)


@lru_cache(256)
def _split(text: str) -> Sequence[Sentence]:
    places = find_in_order(text, split_sentences(text))
    return [Sentence(start, end, list_words(text[start:end])) for start, end in places]
