"""An article prepared once for all its summaries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from summbench.metrics.support.copied import Run, bylines, row
from summbench.metrics.support.figures import Number, numbers
from summbench.metrics.support.mentions import Mention, Sentence, Usage, mentions, parsed, usage
from summbench.metrics.support.ner import Recogniser, merged
from summbench.metrics.support.quotes import Quote, quotations, quotes
from summbench.metrics.support.spellings import Spellings, spellings
from summbench.metrics.support.tokens import Span, inside, span

Name = tuple[str, ...]


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
    def _lines(self) -> tuple[Sequence[int], str]:
        """The lines of all words, and where those of each word of the row begin."""
        lines = [form.lines for form in self.row.forms]
        return list(accumulate(map(len, lines), initial=1)), "\n" + "".join(lines)

    def stands(self, name: Sequence[str]) -> Span | None:
        """Where the article first has the name, word for word; initials do not count."""
        wanted = [part for key in name for part in key.split("-") if part]
        begins, lines = self._lines
        needle = "\n".join(["", *wanted, ""])
        at = lines.find(needle) if wanted else -1
        if at < 0:
            return None
        first, last = (bisect_right(begins, end) - 1 for end in (at + 1, at + len(needle) - 2))
        return self.row.span(first, last, self.text)

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
    names: set[int] = set()
    for mention in named:
        names.update(range(mention.span.start, mention.span.end))
    return [number for number in found if number.span.start not in names]


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
