"""The capitals of names, given back to a summary without any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from summbench.metrics.support.dictionary import is_common, is_listed_as_name
from summbench.metrics.support.mentions import STEM_LENGTH
from summbench.metrics.support.source import SourceText
from summbench.metrics.support.tokens import Word, fold, tokenize_words
from summbench.metrics.support.vocabulary import COMMON, PARTICLES

_SHORTEST_UNKNOWN = 3


def restore_capitals(summary: str, source: SourceText) -> str:
    """Give a lower-cased summary the capitals of its names; no character changes its place.

    Names are what the article has as names: two words or more of one, or a word that it never has
    in lower case. So are words that neither the article nor the dictionary has in lower case:
    a wrong name is one of these, unless it is a common word.
    """
    words = [part for word in tokenize_words(summary) for part in _split_at_hyphens(word)]
    pieces, end = [], 0
    for place, written in _find_names(words, source):
        word = words[place]
        pieces += [summary[end : word.start], _apply_case(word.text, written)]
        end = word.end
    return "".join([*pieces, summary[end:]])


def _split_at_hyphens(word: Word) -> Iterator[Word]:
    start = word.start
    for text in word.text.split("-"):
        if text:
            yield Word(text, start, start + len(text), fold(text), word.possessive)
        start += len(text) + 1


def _find_names(words: list[Word], source: SourceText) -> Iterator[tuple[int, str]]:
    """The places of the words that are names, each with how the article writes it, if it does."""
    written = _index_name_words(source)
    runs = _find_runs(words, source) | _find_full_names(words, source)
    for place, word in enumerate(words):
        key = word.key
        is_common_here = key in source.usage.common or key in COMMON or key in PARTICLES
        is_name_alone = key in written and not is_common_here
        if place in runs or is_name_alone:
            yield place, written.get(key, "")
        elif key not in written and _is_unknown(word, source):
            yield place, ""


def _index_name_words(source: SourceText) -> Mapping[str, str]:
    """Key of a word in names, without case -> how it is written first."""
    written: dict[str, str] = {}
    for mention in source.mentions:
        for word in mention.words:
            if len(word.key) > 1:
                written.setdefault(word.key.casefold(), word.text)
    return written


def _find_runs(words: list[Word], source: SourceText) -> set[int]:
    """The places of words that stand beside another as in a name of the article."""
    names = {tuple(key.casefold() for key in name) for name, _ in source.list_name_parts(2)}
    return {
        place
        for start, pair in enumerate(pairwise(word.key for word in words))
        if pair in names
        for place in (start, start + 1)
    }


def _find_full_names(words: list[Word], source: SourceText) -> set[int]:
    """The places of two words side by side that may both be names: john smith."""
    places = [place for place, word in enumerate(words) if _may_be_name(word, source)]
    return {
        place
        for first, second in pairwise(places)
        if second == first + 1 and words[second].start == words[first].end + 1
        for place in (first, second)
    }


def _may_be_name(word: Word, source: SourceText) -> bool:
    """Whether a dictionary has it as a name, and the article not in lower case."""
    is_used = word.key in source.usage.common or word.key in COMMON
    return not is_used and is_listed_as_name(word.text)


def _is_unknown(word: Word, source: SourceText) -> bool:
    """Whether neither the article nor the dictionary has it, or its stem, in lower case."""
    key = word.key
    if len(key) < _SHORTEST_UNKNOWN or not word.text.isalpha():
        return False
    usage = source.usage
    is_used = key in usage.common or key[:STEM_LENGTH] in usage.stems
    return not (is_used or key in COMMON or is_common(word.text) or is_common(key))


def _apply_case(text: str, written: str) -> str:
    """The text with the capitals of `written`, if these are the same letters; else with one."""
    if written.casefold() == text.casefold() and len(written) == len(text):
        return written
    first = text[:1].upper()
    return first + text[1:] if len(first) == 1 else text
