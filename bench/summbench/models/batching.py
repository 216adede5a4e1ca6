"""Which prompts go through a model together: as many as fit a budget of tokens, hardly padded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WASTE = 0.1
"""The share of a batch's input positions that may be padding."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a batch may hold: `articles` at most, and `tokens` for inputs padded to the longest and
    for `new` tokens each. An article that alone has more is a batch of its own."""

    tokens: int
    articles: int
    new: int = 0

    def positions(self, count: int, longest: int) -> int:
        """How many tokens so many articles take, the longest of which has this many."""
        return count * (longest + self.new)


def plan(lengths: Sequence[int], budget: Budget) -> list[list[int]]:
    """Positions in `lengths`, batch after batch; longest first: memory runs out soon or never."""
    batches: list[list[int]] = []
    padding = 0
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if batches:
            count, longest = len(batches[-1]) + 1, lengths[batches[-1][0]]
            padding += longest - lengths[i]
            if (
                count <= budget.articles
                and budget.positions(count, longest) <= budget.tokens
                and padding <= WASTE * count * longest
            ):
                batches[-1].append(i)
                continue
        batches.append([i])
        padding = 0
    return batches
