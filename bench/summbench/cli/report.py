"""`summbench report`: render results again, or keep them as a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.runs import files

Runs = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Results folders.")]
Baseline = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Write there what `summbench compare` needs of the one RUN, small enough to commit: "
        "quality scores and summaries, no articles and no references.",
    ),
]
HashesOnly = Annotated[
    bool,
    typer.Option(
        "--hashes-only",
        help="Leave the summaries out of the baseline, for corpora that may not be passed on: what "
        "an extractive system writes are sentences of their articles.",
    ),
]
Examples = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="N",
        help="At most so many articles of each dataset in the HTML report, those on which the "
        "systems differ most; by default all that the run kept (n_examples= of the run).",
    ),
]


Plots = Annotated[
    str | None,
    typer.Option(
        metavar="FORMATS", help="Also draw figures for papers into RUN/plots: pdf, png, svg."
    ),
]
Export = Annotated[
    str | None,
    typer.Option(metavar="FORMATS", help="Also write for others: eval-ever, model-index."),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where --export writes to; RUN/export by default."),
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

    \b
    Example:
      summbench report results/quickstart
      summbench report results/quickstart --plots pdf,png
      summbench report results/quickstart --export eval-ever,model-index --out public
      summbench report results/quickstart --baseline results/baseline
    """
    from summbench.cli.pages import write_html_report
    from summbench.report.render import render_leaderboard
    from summbench.runs.run import RunData
    from summbench.store.atomic_files import check_writable, write_text

    if out is not None and (export is None or len(runs) != 1):
        raise SummbenchError("--out is where --export of one RUN writes to.")
    if baseline or hashes_only:
        return _keep(runs, baseline, hashes_only)
    results = [RunData.open(folder) for folder in runs]
    boards = [run.leaderboard for run in results]
    for run, board in zip(results, boards, strict=True):
        folder = run.path
        check_writable(folder)
        texts = render_leaderboard(board)
        for name, text in texts.items():
            write_text(text, folder / name)
        size = write_html_report(folder, board, examples)
        say(texts[files.LEADERBOARD_MARKDOWN])
        say(f"Written to {folder / files.REPORT_INDEX} and beside it: {size / 1e6:,.1f} MB")
        if plots is not None:
            from summbench.cli.plots import write_figures

            write_figures(run, plots)
        if export is not None:
            from summbench.cli.exchange import write_exports

            write_exports(run, export, out or folder / files.EXPORT_FOLDER)
    return 0


def _keep(runs: Sequence[Path], baseline: Path | None, hashes_only: bool) -> int:
    from summbench.gate.baseline import write_baseline
    from summbench.gate.checks import resolve_margins
    from summbench.runs.run import RunData

    if baseline is None or len(runs) != 1:
        raise SummbenchError(
            "A baseline is made of one run: summbench report RUN --baseline FOLDER"
        )
    results = RunData.open(runs[0])
    results.check()
    margins = ", ".join(f"{metric}={value}" for metric, value in resolve_margins(results).items())
    written = write_baseline(results, baseline, hashes_only)
    size = sum((baseline / name).stat().st_size for name in written) / 1000
    say(f"Written to {baseline}: {', '.join(written)} ({size:,.0f} kB)")
    say(f"Margins: {margins}. Gate with: summbench compare {baseline} RESULTS")
    return 0
