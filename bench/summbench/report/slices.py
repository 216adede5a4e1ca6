"""Results by groups of articles, in a table and in sentences."""

from __future__ import annotations

from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.slice_records import SliceComparison
from summbench.report.coverage import NO_VALUE, format_estimate
from summbench.report.summary.words import name_unit


def list_slice_columns(board: Leaderboard, dataset: str) -> list[str]:
    """The columns of groups that the dataset has."""
    return list(dict.fromkeys(row.column for row in board.slices if row.dataset == dataset))


def build_slice_rows(
    board: Leaderboard, dataset: str, column: str
) -> tuple[list[str], list[list[str]]]:
    """Headings and cells: a row a group with its articles, a column a model."""
    scale = board.get_scale(board.primary)
    rows = [r for r in board.slices if (r.dataset, r.column) == (dataset, column)]
    models = list(dict.fromkeys(row.model for row in rows))
    groups = list(dict.fromkeys(row.group for row in rows))
    cells = {
        (row.group, row.model): format_estimate(row.estimate, scale, row.estimate.n) for row in rows
    }
    counts = {group: max(r.estimate.n for r in rows if r.group == group) for group in groups}
    return [column, "articles", *models], [
        [group, f"{counts[group]:,}", *(cells.get((group, m), NO_VALUE) for m in models)]
        for group in groups
    ]


def list_hidden_differences(board: Leaderboard, dataset: str) -> list[str]:
    """The differences of single groups that the whole dataset hides, in sentences."""
    pairs = [pair for pair in board.slice_comparisons if pair.dataset == dataset]
    scale = board.get_scale(board.primary) if pairs else 100.0
    higher = board.metrics[board.primary].direction == "higher" if pairs else True
    return [
        f"{_describe(pair, higher, scale)} (exploratory; Holm over {len(pairs):,} comparisons)."
        for pair in pairs
        if pair.is_hidden
    ]


def describe_slices(board: Leaderboard, dataset: str) -> list[str]:
    """The same, or that there are none."""
    pairs = [pair for pair in board.slice_comparisons if pair.dataset == dataset]
    if hidden := list_hidden_differences(board, dataset):
        return hidden
    none = "No group shows a difference that all articles together do not show"
    return [f"{none} (exploratory; Holm over {len(pairs):,} comparisons)."] if pairs else []


def _describe(pair: SliceComparison, higher: bool, scale: float) -> str:
    a_wins = (pair.difference.mean > 0) == higher
    winner, loser = (pair.a, pair.b) if a_wins else (pair.b, pair.a)
    lead = f"{scale * abs(pair.difference.mean):.2f}{name_unit(scale)}"
    return (
        f"On the {pair.difference.n:,} articles with {pair.column} {pair.group!r}, {winner} is "
        f"better than {loser} by {lead}, which all articles together do not show"
    )
