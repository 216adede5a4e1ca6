"""A leaderboard in sentences, the same wherever it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from summbench.leaderboard.board import Leaderboard
from summbench.report.macro import describe_macro
from summbench.report.summary.problems import list_general_warnings, list_warnings
from summbench.report.summary.scope import describe_kinds, describe_scope
from summbench.report.summary.verdict import write_verdict


@dataclass(frozen=True, slots=True)
class Summary:
    """What one dataset shows; `warnings` are sentences about numbers that could mislead."""

    dataset: str
    verdict: str
    warnings: Sequence[str]


def summarize(board: Leaderboard) -> list[Summary]:
    """One summary a dataset, in the leaderboard's order."""
    general = list_general_warnings(board)
    return [
        Summary(d, write_verdict(board, d), [*list_warnings(board, d), *general])
        for d in board.datasets
    ]


def list_opening(board: Leaderboard) -> list[str]:
    """What stands before the tables: all datasets as one, the kinds of rows, what was judged."""
    macro = [] if board.macro is None else describe_macro(board.macro)
    return [*macro, *describe_kinds(board), *describe_scope(board)]


def list_all_warnings(
    board: Leaderboard, metrics: Mapping[str, Collection[str]] | None = None
) -> list[str]:
    """The warnings of every dataset; each begins with its dataset if there are several.

    `metrics` is dataset -> the metrics that are shown; by default all of the tables.
    """
    warnings = [
        warning
        if len(board.datasets) == 1 or warning.startswith((f"{dataset}:", f"{dataset},"))
        else f"{dataset}: {warning}"
        for dataset in board.datasets
        for warning in list_warnings(board, dataset, metrics and metrics[dataset])
    ]
    return [*warnings, *list_general_warnings(board)]
