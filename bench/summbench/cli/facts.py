"""`summbench facts`: facts of articles, checked in the summaries of a run without people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import progress, say, say_page
from summbench.cli.run import AllowCode

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Facts = Annotated[Path, typer.Argument(metavar="FACTS", help="A table with id, fact and kind.")]
_OUT = "Write states and texts there (JSONL), and the ledger beside it."
Out = Annotated[Path | None, typer.Option(metavar="FILE", help=_OUT)]
_RATED = "People's labels of the same facts, from collect: the agreement is measured."
Rated = Annotated[Path | None, typer.Option(metavar="FILE", help=_RATED)]
Systems = Annotated[str | None, typer.Option(help="Names with commas; by default all but bounds.")]
Dataset = Annotated[str | None, typer.Option(help="Of a run with several.")]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples for the interval of kappa.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the resamples.")]


def facts(
    run: Run, facts: Facts, out: Out = None, rated: Rated = None, systems: Systems = None,
    dataset: Dataset = None, resamples: Resamples = 1_000, seed: Seed = 0,
    allow_code: AllowCode = None,
) -> int:  # fmt: skip
    """Check which facts each system states, without people.

    Rules look for each fact's words, names and numbers in the summary. They see no contradiction
    and no other words for the same.

    \b
    Example:
      summbench facts results/quickstart facts.jsonl --out checked.jsonl
    """
    from summbench.api.people import check_facts
    from summbench.people.fact_checks_text import render_fact_check

    with progress() as update:
        check = check_facts(
            run, facts, out, rated=rated, systems=systems.split(",") if systems else None,
            dataset=dataset, resamples=resamples, seed=seed, progress=update,
            allow_code=allow_code or (),
        )  # fmt: skip
    say_page(render_fact_check(check))
    if out is not None:
        say(f"\nWritten to {out}. What each system does with each fact: {out.stem}-ledger.html")
    return 0
