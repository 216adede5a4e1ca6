"""An article prepared once for all its summaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.support.copied import Run, bylines, row
from bench.support.figures import Number, numbers
from bench.support.mentions import Mention, Sentence, Usage, mentions, parsed, usage
from bench.support.ner import Recogniser, merged
from bench.support.quotes import Quote, quotations, quotes
from bench.support.spellings import Spellings, spellings
from bench.support.tokens import Span, Word, find, inside, span

Name = tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """What is known of an article before its summary is read."""

    text: str
    sentences: Sequence[Sentence]
    usage: Usage
    mentions: Sequence[Mention]
    parts: Sequence[str]
    part_words: Sequence[Word]
    part_places: Mapping[str, Sequence[int]]
    spellings: Spellings
    numbers: Sequence[Number]
    boilerplate: Sequence[Span]
    row: Run

    @staticmethod
    def of(text: str, recogniser: Recogniser | None = None) -> Article:
        """Everything that the text tells by itself."""
        sentences = parsed(text)
        used = usage(text, sentences)
        named = mentions(text, sentences, used)
        if recogniser is not None:
            named = merged(named, recogniser.spans(text), sentences)
        pieces = list(_pieces(sentences))
        parts = [part for part, _ in pieces]
        return Article(
            text,
            sentences,
            used,
            named,
            parts,
            [word for _, word in pieces],
            _places(parts),
            spellings(named),
            outside_names(numbers(text), named),
            bylines(sentences),
            row(sentences),
        )

    @cached_property
    def windows(self) -> Mapping[int, Sequence[tuple[Name, Span]]]:
        """Where a variant is sought, by the number of words."""
        return _windows(self.text, self.mentions)

    @cached_property
    def quotes(self) -> Sequence[Quote]:
        """The article's own quotations, which most summaries do not ask for."""
        return quotes(self.text, quotations(self.text)[0], self.sentences, self.mentions)

    def stands(self, name: Sequence[str]) -> Span | None:
        """Where the article first has the name, word for word; initials do not count."""
        wanted = [part for key in name for part in key.split("-") if part]
        places = self.part_places.get(wanted[0], ()) if wanted else ()
        place = find(wanted, self.parts, places)
        if place is None:
            return None
        first, last = self.part_words[place], self.part_words[place + len(wanted) - 1]
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
    names = [mention.span for mention in named]
    return [number for number in found if not inside(number.span.start, names)]


def _pieces(sentences: Sequence[Sentence]) -> Iterator[tuple[str, Word]]:
    for sentence in sentences:
        for word in sentence.words:
            if len(word.text) > 1 or not word.text.isupper():
                for part in word.key.split("-"):
                    yield part, word


def _places(parts: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        places.setdefault(part, []).append(place)
    return places


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
