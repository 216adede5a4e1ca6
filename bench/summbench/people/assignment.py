"""Who sees what in which order: balanced over positions, different for every rater."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from summbench.core.errors import SummbenchError
from summbench.core.records import sha256
from summbench.people.study import Design, Dimension, Item

MOST_PAIRS = 6
"""Pairs of an article that are judged; of more they take turns over the articles."""
SET_SIZE = 4
"""Summaries among which the best and the worst are chosen."""
CHECK = "check"
"""Stands for the system of a text that checks attention."""


def build_williams_square(size: int) -> list[list[int]]:
    """Return orders of `size` things: each is as often at each place, and after each other.

    Of an odd number there are twice as many orders. (Williams, 1949.)
    """
    first = [0]
    for step in range(1, size):
        first.append((first[-1] + (step if step % 2 else -step)) % size)
    square = [[(place + row) % size for place in first] for row in range(size)]
    return square + [row[::-1] for row in square] if size % 2 else square


def assign_items(
    design: Design,
    articles: Sequence[str],
    systems: Sequence[str],
    dimensions: Sequence[Dimension],
    study: str,
    rater: int,
    attention: int,
    seed: int,
) -> list[Item]:
    """Assign one rater's items: articles in an order of the rater's own, checks among them."""
    rng = np.random.default_rng([seed, rater])
    shuffled = [systems[i] for i in np.random.default_rng(seed).permutation(len(systems))]
    blocks: list[list[tuple[str, tuple[str, ...], Any]]] = [
        [(articles[a], group, None) for group in _arrange(design, shuffled, a, rater)]
        for a in rng.permutation(len(articles)).tolist()
    ]
    for _ in range(attention):
        article = articles[int(rng.integers(len(articles)))]
        group, expected = build_check(design, systems, dimensions, rng)
        blocks.insert(int(rng.integers(1, len(blocks) + 1)), [(article, group, expected)])
    screens = [screen for block in blocks for screen in block]
    return [
        Item(sha256(study, str(seed), str(rater), str(place))[:10], article, group, expected)
        for place, (article, group, expected) in enumerate(screens)
    ]


def _arrange(
    design: Design, systems: Sequence[str], article: int, rater: int
) -> Iterator[tuple[str, ...]]:
    """The screens of an article: which summaries are on each, in order."""
    square = build_williams_square(len(systems))
    order = [systems[i] for i in square[(article + rater) % len(square)]]
    if design == "pairwise":
        pairs = list(combinations(systems, 2))
        start = article * MOST_PAIRS if len(pairs) > MOST_PAIRS else 0
        chosen = [(start + i) % len(pairs) for i in range(min(MOST_PAIRS, len(pairs)))]
        for i in np.random.default_rng([article, rater]).permutation(len(chosen)).tolist():
            pair = pairs[chosen[i]]
            yield pair if (article + rater + chosen[i]) % 2 else pair[::-1]
    elif design == "best_worst":
        size = min(SET_SIZE, len(order))
        for start in range(0, len(order), size):
            yield tuple(order[(start + i) % len(order)] for i in range(size))
    else:
        yield from ((system,) for system in order)


def check_systems(design: Design, count: int) -> None:
    """Raise SummbenchError if there are too few systems for the design."""
    needed = {"pairwise": 2, "best_worst": 3}.get(design, 1)
    if count < needed:
        raise SummbenchError(f"{design} needs {needed} systems or more, and there are {count}.")


def build_check(
    design: Design,
    systems: Sequence[str],
    dimensions: Sequence[Dimension],
    rng: np.random.Generator,
) -> tuple[tuple[str, ...], Any]:
    """Build an item that checks attention: whose summaries it shows, and its right answer."""
    if design == "likert":
        point = 1 + int(rng.integers(min(len(dimension.anchors) for dimension in dimensions)))
        return (CHECK,), {dimension.name: point for dimension in dimensions}
    if design == "spans":
        last = len(write_check(design, None).split()) - 1
        return (CHECK,), [[last, last]]
    if design == "checklist":
        return (CHECK,), "contradicted"
    size = 2 if design == "pairwise" else min(SET_SIZE, len(systems))
    place = int(rng.integers(size))
    others = [systems[i] for i in rng.permutation(len(systems))[: size - 1].tolist()]
    group = (*others[:place], CHECK, *others[place:])
    if design == "pairwise":
        return group, "first" if place == 0 else "second"
    return group, {"worst": place}


def write_check(design: Design, expected: Any) -> str:
    """Write the text that stands for a summary and says what to answer."""
    requests = {
        "likert": "Please choose point {} for every question.",
        "pairwise": "Please choose it as the better one.",
        "best_worst": "Please choose it as the worst.",
        "spans": "Please mark its last word and nothing else: lighthouse",
        "checklist": "Please choose Contradicted for every fact.",
    }
    point = next(iter(expected.values())) if design == "likert" else ""
    return f"This text checks that you read. {requests[design].format(point)}"
