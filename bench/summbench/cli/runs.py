"""`summbench runs`: what results there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to look.")]


def runs(folder: Folder = Path("results")) -> int:
    """List the runs in a folder, the latest first.

    Of each: when, what was compared on what, by which metric, and at which commit.

    \b
    Example:
      summbench runs
      summbench runs results/sweeps
    """
    from summbench.report.catalogue import render_runs
    from summbench.runs.catalogue import list_runs

    overviews = list_runs(folder)
    if not overviews:
        say(f"There are no runs in {folder}. Make one with: summbench run")
        return 0
    say(render_runs(overviews))
    say(f"Look at one with: summbench view {overviews[0].path}")
    return 0
