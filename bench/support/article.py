"""An article prepared once for all its summaries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from bench.support.copied import Run, bylines, row
from bench.support.figures import Number, numbers
from bench.support.mentions import Mention, Sentence, Usage, mentions, parsed, usage
from bench.support.ner import Recogniser, merged
from bench.support.quotes import Quote, quotations, quotes
from bench.support.spellings import Spellings, spellings
from bench.support.tokens import Span, Spelling, Word, inside, span

Name = tuple[str, ...]


class _Line(NamedTuple):
    """The parts of all words but initials, each between line breaks, and which word is where."""

    joined: str
    offsets: Sequence[int]
    words: Sequence[tuple[Spelling, int]]

    def word(self, offset: int) -> Word:
        spelling, start = self.words[bisect_right(self.offsets, offset) - 1]
        return spelling.at(start)


@dataclass(frozen=True)
class Article:
    """What is known of an article before its summary is read."""

    text: str
    sentences: Sequence[Sentence]
    usage: Usage
    mentions: Sequence[Mention]

    @staticmethod
    def of(text: str, recogniser: Recogniser | None = None) -> Article:
        """Its sentences and names; the rest is found when it is asked for."""
        sentences = parsed(text)
        used = usage(text, sentences)
        named = mentions(text, sentences, used)
        if recogniser is not None:
            named = merged(named, recogniser.spans(text), sentences)
        return Article(text, sentences, used, named)

    @cached_property
    def spellings(self) -> Spellings:
        """Of the names."""
        return spellings(self.mentions)

    @cached_property
    def numbers(self) -> Sequence[Number]:
        """Outside names."""
        return outside_names(numbers(self.text), self.mentions)

    @cached_property
    def boilerplate(self) -> Sequence[Span]:
        """Bylines at the end."""
        return bylines(self.sentences)

    @cached_property
    def row(self) -> Run:
        """All words."""
        return row(self.sentences)

    @cached_property
    def windows(self) -> Mapping[int, Sequence[tuple[Name, Span]]]:
        """Where a variant is sought, by the number of words."""
        return _windows(self.text, self.mentions)

    @cached_property
    def quotes(self) -> Sequence[Quote]:
        """The article's own quotations, which most summaries do not ask for."""
        return quotes(self.text, quotations(self.text)[0], self.sentences, self.mentions)

    @cached_property
    def _line(self) -> _Line:
        return _line(self.sentences)

    def stands(self, name: Sequence[str]) -> Span | None:
        """Where the article first has the name, word for word; initials do not count."""
        wanted = [part for key in name for part in key.split("-") if part]
        place = self._line.joined.find("\n".join(["", *wanted, ""])) if wanted else -1
        if place < 0:
            return None
        first = self._line.word(place + 1)
        last = self._line.word(place + sum(map(len, wanted)) + len(wanted) - 1)
        return span(self.text, first.start, last.end)

    def leading(self, count: int) -> list[Mention]:
        """The most frequent names by their last word, each at its first place; the earliest win."""
        named = [m for m in self.mentions if not inside(m.span.start, self.boilerplate)]
        heads = Counter(mention.keys[-1] for mention in named)
        first: dict[str, Mention] = {}
        for mention in named:
            first.setdefault(mention.keys[-1], mention)
        return [first[head] for head, _ in heads.most_common(count)]


def outside_names(found: Sequence[Number], named: Sequence[Mention]) -> list[Number]:
    """Without the words inside names, as of the Two Gulls."""
    names = {place for mention in named for place in range(mention.span.start, mention.span.end)}
    return [number for number in found if number.span.start not in names]


def _line(sentences: Sequence[Sentence]) -> _Line:
    words = [
        (spelling, start)
        for sentence in sentences
        for spelling, start in zip(sentence.spellings, sentence.starts, strict=True)
        if len(spelling.text) > 1 or not spelling.capital
    ]
    keys = [spelling.key for spelling, _ in words]
    offsets = list(accumulate((len(key) + 1 for key in keys), initial=1))
    return _Line("\n".join(["", *keys, ""]).replace("-", "\n"), offsets, words)


def _windows(text: str, named: Sequence[Mention]) -> dict[int, list[tuple[Name, Span]]]:
    """Every run of words inside a name, by its length, each once: what a variant is sought in."""
    found: dict[int, dict[Name, Span]] = {}
    for mention in named:
        words = [word for word in mention.words if len(word.key) > 1]
        for size in range(1, len(words) + 1):
            for start in range(len(words) - size + 1):
                part = words[start : start + size]
                name = tuple(word.key for word in part)
                of_size = found.setdefault(size, {})
                of_size.setdefault(name, span(text, part[0].start, part[-1].end))
    return {size: list(names.items()) for size, names in found.items()}
