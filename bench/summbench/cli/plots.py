"""Figures of a results folder, for `summbench report --plots`."""

from __future__ import annotations

from pathlib import Path

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.evaluation.nodes import format_install
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files


def draw(folder: Path, board: Leaderboard, formats: str) -> None:
    """Write the figures to RUN/plots, and say what is not drawn and why."""
    from summbench.runs.reader import per_article
    from summbench.store.atomic_files import write_bytes

    try:
        from summbench.report.plots.files import FORMATS, drawn
    except ModuleNotFoundError as error:
        needed = f"Plots need the package {error.name!r}."
        raise SummbenchError(f"{needed} Install it: {format_install(error.name)}.") from error
    wanted = [kind.strip() for kind in formats.split(",")]
    if unknown := [kind for kind in wanted if kind not in FORMATS]:
        raise SummbenchError(
            f"--plots knows no format {unknown[0]!r}; it has {', '.join(FORMATS)}."
        )
    written = []
    for name, content in drawn(board, per_article(folder, board.primary), wanted):
        if isinstance(content, str):
            say(f"Not drawn: {name}: {content}.")
        else:
            write_bytes(content, folder / files.PLOTS_FOLDER / name)
            written.append(name)
    say(f"Written to {folder / 'plots'}: {', '.join(written) or 'nothing'}")
