"""The HTML report of a results folder, written beside its tables."""

from __future__ import annotations

from pathlib import Path

from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.store.atomic_folder import write_folder


def write_html_report(folder: Path, board: Leaderboard, max_articles: int | None = None) -> int:
    """Write RUN/report with at most so many of the stored articles a dataset; its size in bytes."""
    from summbench.report.html.report import render_html_report
    from summbench.runs.example_reader import read_examples

    metrics = {board.primary, *board.display_metrics}
    examples = read_examples(folder, metrics, max_articles)
    return write_folder(folder / files.REPORT_FOLDER, render_html_report(board, examples))
