"""A leaderboard in sentences, the same wherever it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summbench.leaderboard.board import Leaderboard
from summbench.report.macro import describe_macro
from summbench.report.summary.problems import list_warnings
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
    return [
        Summary(dataset, write_verdict(board, dataset), list_warnings(board, dataset))
        for dataset in board.datasets
    ]


def list_opening(board: Leaderboard) -> list[str]:
    """What stands before the tables: all datasets as one, the kinds of rows, what was judged."""
    macro = [] if board.macro is None else describe_macro(board.macro)
    return [*macro, *describe_kinds(board), *describe_scope(board)]


def list_all_warnings(board: Leaderboard) -> list[str]:
    """The warnings of every dataset; each begins with its dataset if there are several."""
    return [
        warning
        if len(board.datasets) == 1 or warning.startswith((f"{s.dataset}:", f"{s.dataset},"))
        else f"{s.dataset}: {warning}"
        for s in summarize(board)
        for warning in s.warnings
    ]
