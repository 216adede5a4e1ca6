"""The options of `summbench arena`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_JUDGE = "A pairwise judge (judge_server, judge_pairwise), or any model."
Judge = Annotated[str, typer.Option(metavar="NAME", help=_JUDGE)]
_OUT = "Where arena.json, arena.md and verdicts.jsonl go; by default RUN/arena."
Out = Annotated[Path | None, typer.Option(metavar="FOLDER", help=_OUT)]
Articles = Annotated[int | None, typer.Option(help="So many, drawn by chance; by default all.")]
_BUDGET = "The most questions; each pair then gets its share of them."
Budget = Annotated[int | None, typer.Option(metavar="N", help=_BUDGET)]
_PEOPLE = "People's choices, from collect --out: is the judge right?"
People = Annotated[Path | None, typer.Option(metavar="FILE", help=_PEOPLE)]
_PROMPT = "A prompt of your own, with {article}, {a} and {b}."
Prompt = Annotated[Path | None, typer.Option(metavar="FILE", help=_PROMPT)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count the questions, and ask none.")]
Resamples = Annotated[int, typer.Option(min=100, max=100_000, help="Resamples for each interval.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of articles, order and resamples.")]
