"""The options of `summbench merge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runs = Annotated[
    list[Path],
    typer.Argument(metavar="RUN...", help="Results folders, baselines and bundles, or ratings."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="A new folder, or a file of ratings.")]
Primary = Annotated[
    str | None, typer.Option(metavar="METRIC", help="The metric that sorts the board.")
]
Replay = Annotated[
    bool, typer.Option("--replay", help="Score bundles again first, and refuse what differs.")
]
