"""`summbench annotate`: offline pages for people who rate summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from summbench.cli.console import say_page
from summbench.cli.run import AllowCode
from summbench.cli.system_options import Dataset, Run, Systems, split_names

Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="A new folder; by default RUN/annotation.")
]
Raters = Annotated[int, typer.Option(help="How many people rate; each gets a page.")]
_ARTICLES = "Articles drawn by chance; by default 30, or as many as there are."
Articles = Annotated[int | None, typer.Option(help=_ARTICLES)]
_DIFFERING = "Further articles, those on which the scores differ most; they are in no mean."
Differing = Annotated[int, typer.Option(help=_DIFFERING)]
Design = Annotated[
    Literal["likert", "pairwise", "best_worst", "spans", "checklist"],
    typer.Option(help="What raters are asked."),
]
_DIMENSIONS = "For likert: names with commas, or a JSON file with your own."
Dimensions = Annotated[str | None, typer.Option(help=_DIMENSIONS)]
_FACTS = "For checklist: a table with id, fact and kind."
Facts = Annotated[Path | None, typer.Option(metavar="FILE", help=_FACTS)]
_FIRST = "A text that raters read first."
Instructions = Annotated[Path | None, typer.Option(metavar="FILE", help=_FIRST)]
Attention = Annotated[int, typer.Option(min=0, help="Items that tell a rater what to answer.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of articles and orders.")]


def annotate(
    run: Run, out: Out = None, raters: Raters = 3, articles: Articles = None,
    differing: Differing = 0, design: Design = "likert", dimensions: Dimensions = None,
    systems: Systems = None, dataset: Dataset = None, facts: Facts = None,
    instructions: Instructions = None, attention: Attention = 2, seed: Seed = 0,
    allow_code: AllowCode = None,
) -> int:  # fmt: skip
    """Write offline pages for raters, who see no name of a system.

    \b
    Example:
      summbench annotate results/quickstart --raters 3 --articles 30
    """
    from summbench.api.people import annotate as write_pages
    from summbench.people.annotation_text import render_annotation

    say_page(render_annotation(write_pages(
        run, out, raters=raters, articles=articles, differing=differing, design=design,
        dimensions=split_names(dimensions),
        systems=split_names(systems), dataset=dataset, facts=facts,
        instructions=instructions, attention=attention, seed=seed, allow_code=allow_code or (),
    )))  # fmt: skip
    return 0
