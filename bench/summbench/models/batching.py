"""Which prompts go through a model together: as many as fit a budget of tokens, at least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEP_POSITIONS = 14
"""What a step of generation costs a batch whatever its size, in input positions read.

Reading the weights once: 37 ms, and 2.7 ms a position, of SmolLM2-135M on one AVX2 core. On a GPU a
step costs more positions than that, so that batches there end where memory does.
"""


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
    """Return positions in `lengths`, batch after batch; longest first, so memory runs out soon.

    Of all plans that keep articles of like length together, the one that costs least: what is read,
    padding included, and the steps of generation, which are fewer the fewer batches there are.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    costs = [0] * (len(order) + 1)  # of the best plan for the articles from here on
    sizes = [0] * len(order)  # of its first batch
    for start in reversed(range(len(order))):
        longest = lengths[order[start]]
        costs[start], size = min(
            (size * longest + costs[start + size], -size)
            for size in range(1, _count_fitting(longest, len(order) - start, budget) + 1)
        )
        costs[start] += STEP_POSITIONS * budget.max_new_tokens
        sizes[start] = -size
    batches = []
    start = 0
    while start < len(order):
        batches.append(order[start : start + sizes[start]])
        start += sizes[start]
    return batches


def _count_fitting(longest_input: int, n_articles: int, budget: Budget) -> int:
    """How many of so many articles are a batch that the longest of them begins; at least one."""
    tokens = budget.count_tokens(1, longest_input)
    return max(1, min(n_articles, budget.articles, budget.tokens // max(tokens, 1)))
