"""The HTML report of a run's folder, written beside its tables, and the articles kept for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.evaluation.config import RunConfig
from summbench.evaluation.predict import ModelSpec
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.runs.example_writer import ExampleWriter
from summbench.store.atomic_folder import write_folder


def kept(run: RunConfig, folder: Path, entrants: Sequence[ModelSpec]) -> ExampleWriter:
    """What keeps the articles that the run's config wishes to be read; a bound is no rival."""
    most = None if run.n_examples == "all" else int(run.n_examples)
    ranked = [entrant.name for entrant in entrants if entrant.kind != "bound"]
    return ExampleWriter(folder, most, run.primary, ranked)


def write_report(folder: Path, board: Leaderboard, most: int | None = None) -> int:
    """The report with at most so many articles a dataset, from what the run kept; its bytes."""
    from summbench.report.html.report import report_files
    from summbench.runs.example_reader import read

    shown = {board.primary, *board.display_metrics}
    return write_folder(
        folder / files.REPORT_FOLDER, report_files(board, read(folder, shown, most))
    )
