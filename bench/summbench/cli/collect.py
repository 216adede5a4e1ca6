"""`summbench collect`: what raters sent back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say, say_page

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="What raters' pages saved.")]
Study = Annotated[Path, typer.Option(metavar="FOLDER", help="What summbench annotate wrote.")]
_OUT = "Write ratings and texts there, for metaeval and score (JSONL), and pages beside."
Out = Annotated[Path | None, typer.Option(metavar="FILE", help=_OUT)]
_EXCLUDE = "Leave this rater out, for this reason; may be repeated."
Exclude = Annotated[list[str] | None, typer.Option(metavar="RATER=REASON", help=_EXCLUDE)]
_RUN = "The run with the rated systems: a metric stands beside the ratings."
Run = Annotated[Path | None, typer.Option(help=_RUN)]
Metric = Annotated[str | None, typer.Option(help="A quality metric; by default RUN's primary.")]
Resamples = Annotated[
    int, typer.Option(min=100, max=100_000, help="Resamples for intervals of alpha and ranks.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the resamples.")]


def collect(
    files: Files,
    study: Study,
    out: Out = None,
    exclude: Exclude = None,
    run: Run = None,
    metric: Metric = None,
    resamples: Resamples = 1_000,
    seed: Seed = 0,
) -> int:
    """Join what raters sent back: agreement, and what they prefer.

    \b
    Example:
      summbench collect answers-*.json --study results/quickstart/annotation
      summbench collect a-*.json --study pages --exclude 'rater-3=read nothing'
    """
    from summbench.api.people import collect as collect_files
    from summbench.people.collection_text import render_collection

    collection = collect_files(
        files, study, out, exclude=exclude or (), run=run, metric=metric, resamples=resamples,
        seed=seed,
    )  # fmt: skip
    say_page(render_collection(collection))
    if out is not None:
        say(f"\n{collection.replaced or f'Written to {out}.'} Next: summbench metaeval {out}")
        say(f"A page to look at: {out.with_suffix('.html')}")
        if collection.study.design == "checklist":
            say(f"What each system does with each fact: {out.stem}-ledger.html")
    return 0
