"""The options of `summbench facts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Facts = Annotated[Path, typer.Argument(metavar="FACTS", help="A table with id, fact and kind.")]
_JUDGE = "A judge (judge_server, judge_rubric) or any model; by default rules, without a model."
Judge = Annotated[str | None, typer.Option(metavar="NAME", help=_JUDGE)]
_PROMPT = "A prompt of your own for the judge, with {summary} and {fact}."
Prompt = Annotated[Path | None, typer.Option(metavar="FILE", help=_PROMPT)]
_OUT = "Write states and texts there (JSONL), and the ledger beside it."
Out = Annotated[Path | None, typer.Option(metavar="FILE", help=_OUT)]
_RATED = "People's labels of the same facts, from collect: the agreement is measured."
Rated = Annotated[Path | None, typer.Option(metavar="FILE", help=_RATED)]
Resamples = Annotated[
    int, typer.Option(min=100, max=100_000, help="Resamples for the interval of kappa.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the resamples.")]
