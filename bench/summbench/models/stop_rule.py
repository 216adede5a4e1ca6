"""A rule that ends a summary where it is long enough: after so many whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.replies import THOUGHT_END, THOUGHT_START
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
        _, mark, summary = reply.rpartition(THOUGHT_END)
        if THOUGHT_START in summary or (in_thoughts and not mark):
            return None
        sentences = split_sentences(summary)
        if len(sentences) <= self.sentences:
            return None
        end = 0
        for sentence in sentences[: self.sentences]:
            end = summary.index(sentence, end) + len(sentence)
        return len(reply) - len(summary) + end


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
