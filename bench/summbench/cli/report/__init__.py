"""`summbench report`: render results again, or write a baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.core.errors import SummbenchError

Runs = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Results folders.")]
Baseline = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Write a baseline of the one RUN there.")
]
HashesOnly = Annotated[
    bool, typer.Option("--hashes-only", help="Leave the summaries out of the baseline.")
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


def report(
    runs: Runs,
    baseline: Baseline = None,
    hashes_only: HashesOnly = False,
    examples: Examples = None,
    plots: Plots = None,
    export: Export = None,
    out: Out = None,
) -> int:
    """Render results folders again, or write a baseline.

    A baseline has the quality scores and summaries that summbench compare needs, no articles and
    no references. Use --hashes-only if the corpus must not be passed on.

    \b
    Example:
      summbench report results/quickstart --plots pdf,png
      summbench report results/quickstart --export model-index --out public
      summbench report results/quickstart --baseline results/baseline
    """
    from summbench.cli.report.rendering import render_folders, save_baseline

    if out is not None and (export is None or len(runs) != 1):
        raise SummbenchError("--out is the folder of --export of one RUN; give both.")
    if baseline or hashes_only:
        return save_baseline(runs, baseline, hashes_only)
    return render_folders(runs, examples, plots, export, out)
