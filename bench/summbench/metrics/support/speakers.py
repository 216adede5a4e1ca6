"""Who says a quotation: the names and verbs of saying beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from summbench.metrics.support.mentions import Mention, Sentence
from summbench.metrics.support.tokens import Span, Word
from summbench.metrics.support.vocabulary import SPEECH

_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_HELPERS = frozenset({"has", "had", "also", "later", "then", "who", "once"})
_REACH = 8


class Stretch(NamedTuple):
    """Where the words and names of some sentences begin and end among those outside quotations."""

    first_word: int
    end_word: int
    first_name: int
    end_name: int


@dataclass(frozen=True, slots=True)
class Outside:
    """The words and names that are in no quotation, with their places to search by.

    `n_telling` counts, before each word, those that are neither pronouns nor verbs of saying.
    """

    words: Sequence[Word]
    word_starts: Sequence[int]
    word_ends: Sequence[int]
    n_telling: Sequence[int]
    names: Sequence[Mention]
    name_starts: Sequence[int]
    name_ends: Sequence[int]

    @staticmethod
    def build(
        quotations: Sequence[Span], words: Sequence[Word], mentions: Sequence[Mention]
    ) -> Outside:
        """Leave out what is in the quotations, which are in their order."""
        starts = [span.start for span in quotations]

        def is_outside(place: int) -> bool:
            before = bisect_right(starts, place) - 1
            return before < 0 or place >= quotations[before].end

        outer = [word for word in words if is_outside(word.start)]
        names = [mention for mention in mentions if is_outside(mention.span.start)]
        telling = (word.key not in _PRONOUNS and word.key not in SPEECH for word in outer)
        return Outside(
            outer,
            [word.start for word in outer],
            [word.end for word in outer],
            list(accumulate(telling, initial=0)),
            names,
            [name.span.start for name in names],
            [name.span.end for name in names],
        )

    def select(self, sentences: Sequence[Sentence], first: int, last: int) -> Stretch:
        """Return the stretch of the sentences from first to last."""
        if first > last:
            return Stretch(0, 0, 0, 0)
        start, end = sentences[first].span.start, sentences[last].span.end
        return Stretch(
            bisect_left(self.word_starts, start),
            bisect_left(self.word_starts, end),
            bisect_left(self.name_starts, start),
            bisect_left(self.name_starts, end),
        )

    def has_only_saying(self, stretch: Stretch) -> bool:
        """Tell whether its words are all pronouns and verbs of saying."""
        return self.n_telling[stretch.first_word] == self.n_telling[stretch.end_word]


def find_speaker(quotation: Span, outside: Outside, near: Stretch) -> Mention | None:
    """Return the name at the verb of saying beside the quotation, else the nearest of `near`.

    None where a pronoun or somebody without a name speaks.
    """
    first, end, first_name, end_name = near
    after = bisect_left(outside.word_starts, quotation.end, first, end)
    subject = bisect_left(outside.name_starts, quotation.end, first_name, end_name)
    following = outside.words[after : min(end, after + _REACH + 1)]
    for i, word in enumerate(following[:_REACH]):
        if word.key in SPEECH and (following[i + 1 : i + 2] or [word])[0].key != "that":
            beyond = Stretch(after, end, subject, end_name)
            before_verb = _find_subject_before(word, outside, beyond)
            return before_verb or _find_subject_after(outside, beyond, after + i + 1)
    before = bisect_right(outside.word_ends, quotation.start, first, end)
    for word in reversed(outside.words[max(first, before - _REACH) : before]):
        if word.key in SPEECH:
            return _find_subject_before(word, outside, Stretch(first, before, first_name, end_name))
    neighbours = outside.names[max(first_name, subject - 1) : min(end_name, subject + 1)]
    return min(neighbours, key=lambda m: _measure_distance(m.span, quotation), default=None)


def _find_subject_before(verb: Word, outside: Outside, within: Stretch) -> Mention | None:
    """The name right before the verb, or parted from it by an apposition (two words or more)."""
    place = bisect_right(outside.name_ends, verb.start, within.first_name, within.end_name) - 1
    if place < within.first_name:
        return None
    name = outside.names[place]
    start = bisect_left(outside.word_starts, name.span.end, within.first_word, within.end_word)
    end = bisect_left(outside.word_starts, verb.start, start, within.end_word)
    if end - start > 1 and outside.words[end - 1].key not in _PRONOUNS:
        return name
    gap = outside.words[start:end]
    has_only_helpers = all(word.key in _HELPERS or word.key.endswith("ly") for word in gap)
    return name if has_only_helpers else None


def _find_subject_after(outside: Outside, within: Stretch, start: int) -> Mention | None:
    """The name after the verb, unless a pronoun comes first."""
    if start >= within.end_word or outside.words[start].key in _PRONOUNS:
        return None
    last = min(within.end_word, start + _REACH) - 1
    place = bisect_left(
        outside.name_starts, outside.word_starts[start], within.first_name, within.end_name
    )
    is_near = place < within.end_name and outside.name_starts[place] <= outside.word_starts[last]
    return outside.names[place] if is_near else None


def _measure_distance(name: Span, quotation: Span) -> int:
    return max(name.start - quotation.end, quotation.start - name.end)
