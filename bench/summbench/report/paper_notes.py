"""Short names of metrics in a paper's tables, and what the notes say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summbench.leaderboard.board import Leaderboard, shorten_signature

_SHORT_NAMES = {
    "rouge1_f": "R-1",
    "rouge2_f": "R-2",
    "rougeL_f": "R-L",
    "rougeLsum_f": "R-Lsum",
    "chrf2": "chrF2",
}


def name_metrics(metrics: Sequence[str]) -> dict[str, str]:
    """Metric -> a short name for a heading; the full one where two would look alike."""
    short = {m: _SHORT_NAMES.get(m.rpartition(".")[2], m.rpartition(".")[2]) for m in metrics}
    names = list(short.values())
    return {m: m if names.count(name) > 1 else name for m, name in short.items()}


def explain_metrics(board: Leaderboard, names: Mapping[str, str]) -> list[str]:
    """The full name of each metric with its signature."""
    return [
        f"{name}{_describe(board, metric)}: {metric}, "
        f"{shorten_signature(board.metrics[metric].signature)}."
        for metric, name in names.items()
    ]


def _describe(board: Leaderboard, metric: str) -> str:
    """What is unusual in a metric: that lower is better, or that it is no quality."""
    lower = mark_lower(board, metric, "lower is better")
    kind = "" if board.metrics[metric].role == "quality" else "a diagnostic, not tested"
    facts = "; ".join(fact for fact in (lower, kind) if fact)
    return f" ({facts})" if facts else ""


def mark_lower(board: Leaderboard, metric: str, text: str) -> str:
    """The text if lower is better, else nothing."""
    return text if board.metrics[metric].direction == "lower" else ""
