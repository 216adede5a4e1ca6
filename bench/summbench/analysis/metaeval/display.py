"""The metrics that are shown to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summbench.leaderboard.board import LeaderboardMetric


def select_display_metrics(
    columns: Sequence[str], metrics: Mapping[str, LeaderboardMetric]
) -> list[str]:
    """Return what `columns` names of the metrics, and of every other metric that was selected all.

    "All" are its quality columns, or its diagnostics if it has no others. Of precision, recall and
    F of the same thing it is F.
    """
    selected = [column for column in columns if column in metrics]
    named = {column.partition(".")[0] for column in selected}
    others = [column for column in metrics if column.partition(".")[0] not in named]
    with_quality = {c.partition(".")[0] for c in others if metrics[c].role == "quality"}
    return selected + [
        column
        for column in others
        if (metrics[column].role == "quality" or column.partition(".")[0] not in with_quality)
        and not _is_part_of_f(column, metrics)
    ]


def _is_part_of_f(column: str, metrics: Mapping[str, LeaderboardMetric]) -> bool:
    """Whether it is the P or R of an F that is there: `rouge1_p` of `rouge1_f`."""
    return column[-2:] in {"_p", "_r", ".p", ".r"} and f"{column[:-1]}f" in metrics
