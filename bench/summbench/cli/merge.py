"""`summbench merge`: several runs on one board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import get_width, progress, say
from summbench.cli.run import AllowCode

Runs = Annotated[
    list[Path],
    typer.Argument(metavar="RUN...", help="Results folders, baselines and bundles."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the merged run.")]
Primary = Annotated[
    str | None, typer.Option(metavar="METRIC", help="The metric that sorts the board.")
]
Replay = Annotated[
    bool, typer.Option("--replay", help="Score bundles again first, and refuse what differs.")
]


def merge(
    runs: Runs,
    out: Out,
    primary: Primary = None,
    replay: Replay = False,
    allow_code: AllowCode = None,
) -> int:
    """Put several runs on one board, and compare all models anew.

    Runs with other articles, references or signatures are refused. Models of one name and other
    summaries get the names of their runs.

    \b
    Example:
      summbench merge results/mine lab.bundle.zip --out results/all
      summbench merge a.bundle.zip b.bundle.zip --replay --out results/all
    """
    from summbench.api.merging import merge as merge_runs
    from summbench.report.sources import describe_sources
    from summbench.report.terminal.run import format_run

    with progress() as update:
        run = merge_runs(
            runs, out, primary=primary, replay=replay, allow_code=allow_code or (), progress=update
        )
    sources = describe_sources(run.data.run_metadata)
    say(format_run(run.data.leaderboard, out, get_width(), sources))
    return 0
