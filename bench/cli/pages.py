"""The HTML report of a run's folder, written beside its tables."""

from __future__ import annotations

from pathlib import Path

from bench.examples.reading import read
from bench.leaderboard.board import Leaderboard
from bench.report.html.report import report_files
from bench.storage.folders import write_folder

INDEX = "report/index.html"


def write_report(folder: Path, board: Leaderboard, most: int | None = None) -> int:
    """The report with at most so many articles a dataset, from what the run kept; its bytes."""
    shown = {board.primary, *board.shown}
    return write_folder(folder / "report", report_files(board, read(folder, shown, most)))
