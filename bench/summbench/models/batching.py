"""Which prompts go through a model together: as many as fit a budget of tokens, hardly padded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_PADDING = 0.1
"""The share of a batch's input positions that may be padding."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a batch may hold: so many articles, and so many tokens.

    Inputs count as padded to the longest, and `max_new_tokens` are added for each. An article that
    has more by itself is a batch of its own.
    """

    tokens: int
    articles: int
    max_new_tokens: int = 0

    def count_tokens(self, n_articles: int, longest_input: int) -> int:
        """How many tokens so many articles take, the longest of which has this many."""
        return n_articles * (longest_input + self.max_new_tokens)


def plan_batches(lengths: Sequence[int], budget: Budget) -> list[list[int]]:
    """Return positions in `lengths`, batch after batch; longest first, so memory runs out soon."""
    batches: list[list[int]] = []
    padding = 0
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if batches:
            count, longest = len(batches[-1]) + 1, lengths[batches[-1][0]]
            padding += longest - lengths[i]
            if (
                count <= budget.articles
                and budget.count_tokens(count, longest) <= budget.tokens
                and padding <= MAX_PADDING * count * longest
            ):
                batches[-1].append(i)
                continue
        batches.append([i])
        padding = 0
    return batches
