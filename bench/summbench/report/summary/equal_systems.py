"""Systems that no score tells apart, because their summaries are probably the same."""

from __future__ import annotations

from collections import defaultdict

from summbench.leaderboard.board import Leaderboard
from summbench.report.summary.words import join_names


def list_equal_systems(board: Leaderboard, dataset: str) -> list[str]:
    """A sentence for each set of models with equal scores by every metric on all articles.

    A bound is not compared, and two models only if they have enough common articles.
    """
    is_equal: dict[tuple[str, str], bool] = {}
    for c in board.comparisons:
        if c.dataset == dataset:
            pair = (c.a, c.b) if c.a < c.b else (c.b, c.a)
            is_whole = c.ties == c.difference.n == board.datasets[dataset].articles
            is_equal[pair] = is_equal.get(pair, True) and is_whole
    others: dict[str, list[str]] = defaultdict(list)
    named: set[str] = set()
    for (first, second), is_same in sorted(is_equal.items()):
        if (
            is_same
            and first not in named
            and _get_means(board, dataset, first) == _get_means(board, dataset, second)
        ):
            others[first].append(second)
            named.add(second)
    return [
        f"{join_names([first, *rest])} have equal scores by every metric on every article. Are "
        "their summaries the same file?"
        for first, rest in others.items()
    ]


def _get_means(board: Leaderboard, dataset: str, model: str) -> dict[str, str]:
    """Metric -> the model's mean as text, so that an undefined one equals another."""
    return {
        e.metric: repr(e.estimate.mean)
        for e in board.entries
        if (e.dataset, e.model) == (dataset, model)
    }
