"""Figures of a results folder, for `summbench report --plots`."""

from __future__ import annotations

from pathlib import Path

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.evaluation.nodes import format_install
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files


def write_figures(folder: Path, board: Leaderboard, formats: str) -> None:
    """Write the figures to RUN/plots; print which figures are not drawn and why."""
    from summbench.runs.run import RunData
    from summbench.runs.tables import group_scores
    from summbench.store.atomic_files import write_bytes

    try:
        from summbench.report.plots.files import draw_figures
    except ModuleNotFoundError as error:
        problem = f"Plots need the package {error.name!r}."
        raise SummbenchError(f"{problem} Install it: {format_install(error.name)}.") from error
    names = [name.strip() for name in formats.split(",")]
    scores = group_scores(RunData.open(folder).scores, board.primary)
    figures, skipped = draw_figures(board, scores, names)
    for figure, reason in skipped.items():
        say(f"Not drawn: {figure}: {reason}.")
    for name, content in figures.items():
        write_bytes(content, folder / files.PLOTS_FOLDER / name)
    say(f"Written to {folder / files.PLOTS_FOLDER}: {', '.join(figures) or 'nothing'}")
