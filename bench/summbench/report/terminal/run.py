"""A finished run for a terminal: its result, where its files are, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from summbench.leaderboard.board import Leaderboard
from summbench.report.grid import build_grids
from summbench.report.metric_meanings import explain_metrics
from summbench.report.summary.next_steps import list_next_steps
from summbench.report.terminal.leaderboard import format_leaderboard
from summbench.report.terminal.text import list_commands, list_items, wrap
from summbench.runs import files

_MAIN_FILES = (
    files.REPORT_INDEX,
    *files.LEADERBOARD_RENDERINGS,
    files.ROBUSTNESS_MARKDOWN,
    files.ARTICLE_PAGE,
    files.BOARD_CSV,
    files.SOURCES,
    files.RUN,
)


def format_run(board: Leaderboard, folder: Path, width: int = 80, notes: Sequence[str] = ()) -> str:
    """The leaderboard, what was merged (`notes`), the files of the folder, next commands."""
    parts = [format_leaderboard(board, width)]
    if notes:
        parts.append("\n".join(["What was merged:", *list_items(notes, width)]))
    return "\n\n".join([*parts, format_end(board, folder, width)])


def format_end(board: Leaderboard, folder: Path, width: int = 80) -> str:
    """The files of the folder, and the next commands."""
    names = [name for name in _MAIN_FILES if (folder / name).is_file()]
    written = wrap(f"Written to {folder}: {', '.join(names)}, and the data.", width)
    steps = list_commands(list_next_steps(board, folder), width)
    return "\n".join([*written, "", "Next:", *steps])


def format_explanation(
    board: Leaderboard, width: int = 80, descriptions: Mapping[str, str] | None = None
) -> str:
    """What each column of the tables means, and the signature of each metric.

    `descriptions` are those of `get_descriptions`.
    """
    lines: list[str] = []
    for grid in build_grids(board):
        lines += [*wrap(grid.caption, width), "", *list_items(grid.notes, width), ""]
    lines += ["Metrics:", *list_items(explain_metrics(board, descriptions or {}), width), ""]
    shown = dict.fromkeys(board.metrics[metric].signature for metric in board.display_metrics)
    return "\n".join([*lines, "Signatures:", *list_items(shown, width)])
