"""Figures of a results folder, for `summbench report --plots`."""

from __future__ import annotations

from summbench.cli.console import say_wrapped
from summbench.core.errors import SummbenchError
from summbench.evaluation.requirements import explain_missing
from summbench.runs import files
from summbench.runs.run import RunData
from summbench.runs.tables import group_scores
from summbench.store.atomic_files import write_bytes


def write_figures(run: RunData, formats: str) -> None:
    """Write the figures to RUN/plots; print which figures are not drawn and why."""
    try:
        from summbench.report.plots.files import draw_figures
    except ModuleNotFoundError as error:
        raise SummbenchError(f"--plots {explain_missing(error.name)}") from error
    names = [name.strip() for name in formats.split(",")]
    board, folder = run.leaderboard, run.path / files.PLOTS_FOLDER
    figures, skipped = draw_figures(board, group_scores(run.scores, board.primary), names)
    for figure, reason in skipped.items():
        say_wrapped(f"Not drawn: {figure}: {reason}.")
    for name, content in figures.items():
        write_bytes(content, folder / name)
    say_wrapped(f"Written to {folder}: {', '.join(figures) or 'nothing'}")
