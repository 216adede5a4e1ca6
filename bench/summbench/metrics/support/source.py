"""An article prepared once for all its summaries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from summbench.metrics.support.copied_fragments import (
    WordSequence,
    build_sequence,
    find_bylines,
)
from summbench.metrics.support.mentions import (
    Mention,
    Sentence,
    WordUsage,
    collect_usage,
    find_mentions,
    parse_sentences,
)
from summbench.metrics.support.names import MAX_NAMES
from summbench.metrics.support.ner import Recogniser, merge_mentions
from summbench.metrics.support.number_index import NumberIndex
from summbench.metrics.support.numeric import Number, find_numbers
from summbench.metrics.support.passages import Passages
from summbench.metrics.support.quotes import Quote, attribute_quotes, find_quotations
from summbench.metrics.support.spellings import Spellings, cluster_spellings
from summbench.metrics.support.tokens import Span, is_inside, is_lower_cased, make_span

Name = tuple[str, ...]


@dataclass(frozen=True)
class SourceText:
    """An article's sentences and names; everything else is computed when it is first needed."""

    text: str
    sentences: Sequence[Sentence]
    usage: WordUsage
    mentions: Sequence[Mention]

    @staticmethod
    def build(text: str, recogniser: Recogniser | None = None) -> SourceText:
        """Parse the text and find its names, by the recogniser too if there is one.

        Without capitals it has no names, unless the recogniser finds some.
        """
        sentences = parse_sentences(text)
        usage = collect_usage(text, sentences)
        mentions = [] if is_lower_cased(text) else find_mentions(text, sentences, usage)
        if recogniser is not None:
            mentions = merge_mentions(mentions, recogniser.find_spans(text), sentences)
        return SourceText(text, sentences, usage, mentions)

    @cached_property
    def is_lower_cased(self) -> bool:
        """Whether it has no capitals to find names by."""
        return is_lower_cased(self.text)

    @cached_property
    def spellings(self) -> Spellings:
        """The spellings of its names."""
        return cluster_spellings(self.mentions)

    @cached_property
    def numbers(self) -> NumberIndex:
        """The numbers outside names."""
        return NumberIndex(drop_numbers_in_names(find_numbers(self.text), self.mentions))

    @cached_property
    def boilerplate(self) -> Sequence[Span]:
        """The bylines at the end."""
        return find_bylines(self.sentences)

    @cached_property
    def sequence(self) -> WordSequence:
        """All words."""
        return build_sequence(self.sentences)

    @cached_property
    def is_cut(self) -> bool:
        """Whether it has more different names, or words in names, than are compared."""
        names = {mention.keys for mention in self.mentions}
        return len(names) > MAX_NAMES or len({key for name in names for key in name}) > MAX_NAMES

    @cached_property
    def _name_parts(self) -> dict[int, Sequence[tuple[Name, Span]]]:
        return {}

    def list_name_parts(self, size: int) -> Sequence[tuple[Name, Span]]:
        """Return each run of so many words inside a name once, with its first place."""
        if size not in self._name_parts:
            self._name_parts[size] = _list_name_parts(self.text, self.mentions, size)
        return self._name_parts[size]

    @cached_property
    def mentions_by_key(self) -> Mapping[str, Sequence[Mention]]:
        """The names by each of their words."""
        mentions: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            for key in set(mention.keys):
                mentions[key].append(mention)
        return mentions

    @cached_property
    def joined_names(self) -> Sequence[str]:
        """The names as texts."""
        return [" ".join(mention.keys) for mention in self.mentions]

    @cached_property
    def quotes(self) -> Sequence[Quote]:
        """The article's own quotations, which most summaries do not need."""
        quotations, _ = find_quotations(self.text)
        return attribute_quotes(self.text, quotations, self.sentences, self.mentions)

    @cached_property
    def passages(self) -> Passages:
        """What a quotation is looked up in."""
        return Passages.build(self.text, self.sentences, self.quotes)

    @cached_property
    def _lines(self) -> tuple[Sequence[int], str]:
        """The lines of all words, and where those of each word of the sequence begin."""
        lines = [form.lines for form in self.sequence.forms]
        return list(accumulate(map(len, lines), initial=1)), "\n" + "".join(lines)

    def locate(self, name: Sequence[str]) -> Span | None:
        """Return the first place of the name, word for word; initials do not count."""
        parts = [part for key in name for part in key.split("-") if part]
        begins, lines = self._lines
        needle = "\n".join(["", *parts, ""])
        position = lines.find(needle) if parts else -1
        if position < 0:
            return None
        ends = (position + 1, position + len(needle) - 2)
        first, last = (bisect_right(begins, end) - 1 for end in ends)
        return self.sequence.span(first, last, self.text)

    def get_salient_mentions(self, count: int) -> list[Mention]:
        """Return the most frequent names by their last word, each at its first place.

        The earlier of equally frequent ones comes first.
        """
        mentions = [m for m in self.mentions if not is_inside(m.span.start, self.boilerplate)]
        heads = Counter(mention.keys[-1] for mention in mentions)
        first_mentions: dict[str, Mention] = {}
        for mention in mentions:
            first_mentions.setdefault(mention.keys[-1], mention)
        return [first_mentions[head] for head, _ in heads.most_common(count)]


def drop_numbers_in_names(numbers: Sequence[Number], mentions: Sequence[Mention]) -> list[Number]:
    """Return the numbers that are no words of names, as of the Two Gulls."""
    places: set[int] = set()
    for mention in mentions:
        places.update(range(mention.span.start, mention.span.end))
    return [number for number in numbers if number.span.start not in places]


def _list_name_parts(text: str, mentions: Sequence[Mention], size: int) -> list[tuple[Name, Span]]:
    parts: dict[Name, Span] = {}
    for mention in mentions:
        words = [word for word in mention.words if len(word.key) > 1]
        for start in range(len(words) - size + 1):
            run = words[start : start + size]
            name = tuple([word.key for word in run])
            if name not in parts:
                parts[name] = make_span(text, run[0].start, run[-1].end)
    return list(parts.items())
