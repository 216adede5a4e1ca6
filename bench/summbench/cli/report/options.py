"""The options of `summbench report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runs = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Results folders.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say what each column and number means.")]
Paper = Annotated[
    bool, typer.Option("--paper", help="Print tables for a paper: LaTeX, then Markdown.")
]
Columns = Annotated[
    str | None, typer.Option(metavar="METRICS", help="Of --paper: the metrics beside the primary.")
]
Models = Annotated[
    str | None, typer.Option(metavar="MODELS", help="Of --paper: the models; all by default.")
]
Baseline = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Write a baseline of the one RUN there.")
]
HashesOnly = Annotated[
    bool,
    typer.Option("--hashes-only", help="Put hashes for summaries and prompts in the baseline."),
]
Examples = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="At most N articles of each dataset in HTML.")
]
Plots = Annotated[
    str | None, typer.Option(metavar="FORMATS", help="Draw figures in RUN/plots: pdf, png, svg.")
]
Export = Annotated[
    str | None, typer.Option(metavar="FORMATS", help="Also write: eval-ever, model-index.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where --export writes; RUN/export by default."),
]
