"""Names found by their capitals, since taggers mistake what is spelled wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from summbench.metrics.support.dictionary import is_common
from summbench.metrics.support.tokens import Form, Span, Word, can_name, forms, sentences, span
from summbench.metrics.support.vocabulary import (
    ABBREVIATED,
    COMMON,
    HYPHENATED,
    OFFICES,
    PARTICLES,
    SMALL,
    TITLES,
)

_OPENS = frozenset(".!?\u2026\"'\u201c\u2018\u201e\u00ab:\u2022")
_CLOSES = ('"', "\u201d", "\u00bb")
_OFFICE_OF = re.compile(r"(?:[Ss]ecretary|[Mm]inister|[Mm]inistry|[Dd]epartment) (?:of|for) $")
_STEM = 5
_OFFICE = 20
_GAP = re.compile(r"[ \u00a0]+(?:& )?$")


class Mention(NamedTuple):
    """A name as it is written, its words, and the sentence that it stands in.

    `keys` are its words without case and diacritics, and without initials.
    """

    span: Span
    words: tuple[Word, ...]
    sentence: int
    keys: tuple[str, ...]

    @staticmethod
    def of(where: Span, words: Iterable[Word], sentence: int) -> Mention:
        """With its keys."""
        words = tuple(words)
        keys = tuple([word.key for word in words if len(word.key) > 1])
        return Mention(where, words, sentence, keys or tuple([word.key for word in words]))


@dataclass(frozen=True)
class Usage:
    """Which words stand in capitals within sentences, and which, or their stems, in lower case."""

    names: frozenset[str]
    common: frozenset[str]

    def __or__(self, other: Usage) -> Usage:
        return Usage(self.names | other.names, self.common | other.common)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of the common words."""
        return frozenset(key[:_STEM] for key in self.common if len(key) >= _STEM)


class Sentence(NamedTuple):
    """A sentence, where its words begin, what they are, and which of them may be in names."""

    span: Span
    starts: Sequence[int]
    forms: Sequence[Form]
    nameable: Sequence[int]

    @property
    def words(self) -> list[Word]:
        """The words with their places."""
        return list(map(Form.at, self.forms, self.starts))


def parsed(text: str) -> list[Sentence]:
    """The sentences with their words."""
    found = []
    for where in sentences(text):
        starts, words = forms(text, where.start, where.end)
        found.append(Sentence(where, starts, words, _nameable(words)))
    return found


def _nameable(words: Sequence[Form]) -> list[int]:
    """The places of the nameable words, but of a common one that only begins the sentence."""
    places = [place for place, word in enumerate(words) if word.nameable]
    alone = places[:1] == [0] and places[1:2] != [1]
    return places[1:] if alone and words[0].key in COMMON else places


def usage(text: str, found: Sequence[Sentence]) -> Usage:
    """How the text uses its words."""
    common = {form.key for sentence in found for form in sentence.forms if not form.capital}
    names: set[str] = set()
    for sentence in found:
        for place in sentence.nameable:
            form, start = sentence.forms[place], sentence.starts[place]
            within = place and form.capital and form.key not in names
            if within and not _begins(text, start, start + len(form.text)):
                names.add(form.key)
    return Usage(frozenset(names), frozenset(common))


def mentions(text: str, found: Sequence[Sentence], used: Usage) -> list[Mention]:
    """Maximal runs of capitalised words that are names, titles before them left out."""
    return [
        Mention.of(span(text, run[0].start, run[-1].end), run, number)
        for number, sentence in enumerate(found)
        for capitals in _runs(text, sentence)
        for run in _names(text, capitals, sentence.starts[0], used)
    ]


def _runs(text: str, sentence: Sentence) -> Iterator[list[Word]]:
    run: list[Word] = []
    joining: list[Word] = []
    before: Word | None = None
    last = -1
    for place in sentence.nameable:
        word = sentence.forms[place].at(sentence.starts[place])
        if "-" in word.text:
            word = _of_a_name(word)
        if run and not (place == last + 1 and before and _joined(text, before, word)):
            yield run
            run, joining = [], []
        last = place
        if word.text[:1].isupper() and can_name(word.key):
            run += [*joining, word]
            joining = []
        elif run and word.text in PARTICLES and len(joining) < 2:
            joining.append(word)
        else:
            if run:
                yield run
            run, joining = [], []
        before = word
    if run:
        yield run


def _of_a_name(word: Word) -> Word:
    """Of Moscow-based and pro-Putin the name alone; the rest keeps a run from going on."""
    first, _, rest = word.text.partition("-")
    if first[:1].isupper() and rest in HYPHENATED:
        return Word(first, word.start, word.start + len(first), word.key.partition("-")[0], True)
    if first.islower() and rest[:1].isupper():
        key = word.key.partition("-")[2]
        return Word(rest, word.end - len(rest), word.end, key, True)
    return word


def _joined(text: str, before: Word, word: Word) -> bool:
    gap = text[before.end : word.start]
    if before.possessive:
        return is_common(before.key) and gap in ("'s ", "\u2019s ")  # People's Net
    if gap == " ":
        return True
    if gap.startswith(".") and (len(before.text) == 1 or before.key in ABBREVIATED):
        gap = gap[1:]
    if gap[:1] in ("'", "\u2019") and before.text.endswith("s"):  # Citizens' Workshop
        gap = gap[1:]
    return _GAP.match(gap) is not None


def _names(text: str, run: Sequence[Word], first: int, used: Usage) -> list[Sequence[Word]]:
    """The run without what only begins the sentence, parted at titles."""
    begins = run[0].start == first or _begins(text, run[0].start, run[0].end)
    if begins and _only_begins(run[0], len(run) == 1, used):
        run = run[1:]
    if (
        run
        and run[0].key in OFFICES
        and _OFFICE_OF.search(text[max(0, run[0].start - _OFFICE) : run[0].start])
    ):
        run = run[1:]
    parts = [run] if TITLES.isdisjoint([word.key for word in run]) else _between_titles(run)
    return [part for part in parts if any([len(word.key) > 1 for word in part])]


def _begins(text: str, start: int, end: int) -> bool:
    """Whether a list item, what follows a colon or a quotation of more begins with the word."""
    before = text[max(0, start - 2) : start].rstrip()
    return before[-1:] in _OPENS and text[end : end + 1] not in _CLOSES


def _only_begins(word: Word, alone: bool, used: Usage) -> bool:
    """Whether its capital is that of the sentence."""
    key = word.key.partition("'")[0]
    if key in COMMON or key.partition("-")[0] in SMALL:
        return not (word.possessive and not alone)
    if word.key in used.names or not word.text[1:].islower():
        return False
    if word.key in used.common or word.key.partition("-")[2].isalpha():
        return True
    return alone and not word.possessive and (is_common(key) or key[:_STEM] in used.stems)


def _between_titles(run: Sequence[Word]) -> Iterator[Sequence[Word]]:
    titled = [word.key in TITLES for word in run]
    for i, (word, following) in reversed(list(enumerate(pairwise(run)))):
        if titled[i + 1] and word.key in OFFICES:
            titled[i] = True
        if titled[i] and following.key == "of":
            titled[i + 1] = True
    part: list[Word] = []
    for word, title in zip(run, titled, strict=True):
        if not title:
            part.append(word)
        elif part:
            yield part
            part = []
    if part:
        yield part
