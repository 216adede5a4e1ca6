"""A rule that ends a summary where it is long enough: after so many whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.marks import read_marks
from summbench.core.replies import find_summary
from summbench.core.text import split_sentences


@dataclass(frozen=True, slots=True)
class StopRule:
    """Ends a reply after `sentences` sentences of the summary; thoughts before it don't count.

    A sentence has ended when the next one has begun: until then its full stop may be that of an
    abbreviation. So a reply is written a little further than it is kept.
    """

    sentences: int

    def find_end(self, reply: str, *, in_thoughts: bool = False) -> int | None:
        """Return the position in the raw reply where the last sentence ends, or None before that.

        `in_thoughts` says that the prompt itself opened the model's thoughts.
        """
        end = find_summary(reply, in_thoughts=in_thoughts)
        if end is None:
            return None
        sentences = split_sentences(read_marks(reply[end:]))
        if len(sentences) <= self.sentences:
            return None
        for sentence in sentences[: self.sentences]:
            position = reply.find(sentence, end)
            if position < 0:  # a mark is within the sentence
                return None
            end = position + len(sentence)
        return end


def read_stop_rule(stop: Mapping[str, Any] | None) -> StopRule | None:
    """Return the rule of a config's `stop`, as `{sentences: 3}`; None without one.

    Raises:
        SummbenchError: it is no rule.
    """
    if stop is None:
        return None
    count = stop.get("sentences") if isinstance(stop, Mapping) and len(stop) == 1 else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise SummbenchError(
            f"stop={stop!r} is no rule; expected a number of sentences, as stop: {{sentences: 3}}."
        )
    return StopRule(count)
