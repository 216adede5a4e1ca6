"""`summbench report`: render results again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.console import say
from bench.errors import BenchError

Runs = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Results folders.")]


def report(runs: Runs) -> int:
    """Render the tables of one or several results folders again, from their leaderboard.json.

    \b
    Example:
      summbench report results/quickstart
    """
    from bench.report.interchange import from_json
    from bench.report.render import TABLES
    from bench.store import check_writable, write_text

    boards = {folder: from_json(_read(folder), str(folder / "leaderboard.json")) for folder in runs}
    for folder, board in boards.items():
        check_writable(folder)
        for name, render in TABLES.items():
            write_text(render(board), folder / name)
        say(TABLES["leaderboard.md"](board))
    return 0


def _read(folder: Path) -> str:
    try:
        return (folder / "leaderboard.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(
            f"{folder} is no results folder: leaderboard.json can't be read ({error})."
        ) from error
