"""Names found by their capitals, since taggers mistake what is spelled wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from summbench.metrics.support.dictionary import is_common
from summbench.metrics.support.tokens import (
    Span,
    Word,
    WordForm,
    is_nameable,
    locate_sentences,
    make_span,
    split_forms,
)
from summbench.metrics.support.vocabulary import (
    ABBREVIATED,
    COMMON,
    HYPHENATED,
    OFFICES,
    PARTICLES,
    SMALL,
    TITLES,
)

_OPENING_MARKS = frozenset(".!?\u2026\"'\u201c\u2018\u201e\u00ab:\u2022")
_CLOSING_MARKS = ('"', "\u201d", "\u00bb")
_OFFICE_OF = re.compile(r"(?:[Ss]ecretary|[Mm]inister|[Mm]inistry|[Dd]epartment) (?:of|for) $")
STEM_LENGTH = 5
_OFFICE_LENGTH = 20
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
    def build(span: Span, words: Iterable[Word], sentence: int) -> Mention:
        """Add the keys."""
        words = tuple(words)
        keys = tuple([word.key for word in words if len(word.key) > 1])
        return Mention(span, words, sentence, keys or tuple([word.key for word in words]))


@dataclass(frozen=True)
class WordUsage:
    """Which words stand in capitals within sentences, and which, or their stems, in lower case."""

    names: frozenset[str]
    common: frozenset[str]

    def __or__(self, other: WordUsage) -> WordUsage:
        return WordUsage(self.names | other.names, self.common | other.common)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The first letters of the common words."""
        return frozenset(key[:STEM_LENGTH] for key in self.common if len(key) >= STEM_LENGTH)


class Sentence(NamedTuple):
    """A sentence, where its words begin, what they are, and which of them may be in names."""

    span: Span
    starts: Sequence[int]
    forms: Sequence[WordForm]
    nameable: Sequence[int]

    @property
    def words(self) -> list[Word]:
        """The words with their places."""
        return list(map(WordForm.place_at, self.forms, self.starts))


def parse_sentences(text: str, cased: str | None = None) -> list[Sentence]:
    """Split the text into sentences with their words, these as `cased` writes them if given."""
    sentences = []
    for span in locate_sentences(text):
        starts, words = split_forms(cased or text, span.start, span.end)
        sentences.append(Sentence(span, starts, words, _find_nameable(words)))
    return sentences


def _find_nameable(words: Sequence[WordForm]) -> list[int]:
    """The places of the nameable words, but of a common one that only begins the sentence."""
    places = [place for place, word in enumerate(words) if word.nameable]
    is_alone = places[:1] == [0] and places[1:2] != [1]
    return places[1:] if is_alone and words[0].key in COMMON else places


def collect_usage(text: str, sentences: Sequence[Sentence]) -> WordUsage:
    """Collect how the text uses its words."""
    common = {form.key for sentence in sentences for form in sentence.forms if not form.capital}
    names: set[str] = set()
    for sentence in sentences:
        for place in sentence.nameable:
            form, start = sentence.forms[place], sentence.starts[place]
            is_within = place and form.capital and form.key not in names
            if is_within and not _is_opening(text, start, start + len(form.text)):
                names.add(form.key)
    return WordUsage(frozenset(names), frozenset(common))


def find_mentions(text: str, sentences: Sequence[Sentence], usage: WordUsage) -> list[Mention]:
    """Return the maximal runs of capitalised words that are names, without titles before them."""
    return [
        Mention.build(make_span(text, run[0].start, run[-1].end), run, number)
        for number, sentence in enumerate(sentences)
        for capitals in _split_runs(text, sentence)
        for run in _trim_run(text, capitals, sentence.starts[0], usage)
    ]


def _split_runs(text: str, sentence: Sentence) -> Iterator[list[Word]]:
    run: list[Word] = []
    particles: list[Word] = []
    previous: Word | None = None
    last_place = -1
    for place in sentence.nameable:
        word = sentence.forms[place].place_at(sentence.starts[place])
        if "-" in word.text:
            word = _trim_compound(word)
        if run and not (place == last_place + 1 and previous and _is_joined(text, previous, word)):
            yield run
            run, particles = [], []
        last_place = place
        if word.text[:1].isupper() and is_nameable(word.key):
            run += [*particles, word]
            particles = []
        elif run and word.text in PARTICLES and len(particles) < 2:
            particles.append(word)
        else:
            if run:
                yield run
            run, particles = [], []
        previous = word
    if run:
        yield run


def _trim_compound(word: Word) -> Word:
    """Of Moscow-based and pro-Putin the name alone; the rest keeps a run from going on."""
    first, _, rest = word.text.partition("-")
    if first[:1].isupper() and rest in HYPHENATED:
        return Word(first, word.start, word.start + len(first), word.key.partition("-")[0], True)
    if first.islower() and rest[:1].isupper():
        key = word.key.partition("-")[2]
        return Word(rest, word.end - len(rest), word.end, key, True)
    return word


def _is_joined(text: str, previous: Word, word: Word) -> bool:
    gap = text[previous.end : word.start]
    if previous.possessive:
        return is_common(previous.key) and gap in ("'s ", "\u2019s ")  # People's Net
    if gap == " ":
        return True
    if gap.startswith(".") and (len(previous.text) == 1 or previous.key in ABBREVIATED):
        gap = gap[1:]
    if gap[:1] in ("'", "\u2019") and previous.text.endswith("s"):  # Citizens' Workshop
        gap = gap[1:]
    return _GAP.match(gap) is not None


def _trim_run(text: str, run: Sequence[Word], first: int, usage: WordUsage) -> list[Sequence[Word]]:
    """The run without what only begins the sentence, parted at titles."""
    is_first = run[0].start == first or _is_opening(text, run[0].start, run[0].end)
    if is_first and _is_sentence_capital(run[0], len(run) == 1, usage):
        run = run[1:]
    if (
        run
        and run[0].key in OFFICES
        and _OFFICE_OF.search(text[max(0, run[0].start - _OFFICE_LENGTH) : run[0].start])
    ):
        run = run[1:]
    parts = [run] if TITLES.isdisjoint([word.key for word in run]) else _split_at_titles(run)
    return [part for part in parts if any([len(word.key) > 1 for word in part])]


def _is_opening(text: str, start: int, end: int) -> bool:
    """Whether a list item, what follows a colon or a quotation of more begins with the word."""
    previous = text[max(0, start - 2) : start].rstrip()
    return previous[-1:] in _OPENING_MARKS and text[end : end + 1] not in _CLOSING_MARKS


def _is_sentence_capital(word: Word, is_alone: bool, usage: WordUsage) -> bool:
    """Whether its capital is that of the sentence."""
    key = word.key.partition("'")[0]
    if key in COMMON or key.partition("-")[0] in SMALL:
        return not (word.possessive and not is_alone)
    if word.key in usage.names or not word.text[1:].islower():
        return False
    if word.key in usage.common or word.key.partition("-")[2].isalpha():
        return True
    return is_alone and not word.possessive and (is_common(key) or key[:STEM_LENGTH] in usage.stems)


def _split_at_titles(run: Sequence[Word]) -> Iterator[Sequence[Word]]:
    is_title = [word.key in TITLES for word in run]
    for i, (word, following) in reversed(list(enumerate(pairwise(run)))):
        if is_title[i + 1] and word.key in OFFICES:
            is_title[i] = True
        if is_title[i] and following.key == "of":
            is_title[i + 1] = True
    part: list[Word] = []
    for word, title in zip(run, is_title, strict=True):
        if not title:
            part.append(word)
        elif part:
            yield part
            part = []
    if part:
        yield part
