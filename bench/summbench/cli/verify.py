"""`summbench verify`: do a run's models predict the same, however they are run?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import progress, say_page
from summbench.cli.run import AllowCode

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Articles = Annotated[int, typer.Option(min=1, help="Articles of each dataset, drawn at random.")]
Models = Annotated[
    str | None, typer.Option(metavar="A,B", help="Only these models; by default all that compute.")
]
Seed = Annotated[int, typer.Option(help="Seed of the random draw.")]
OnRay = Annotated[bool, typer.Option("--ray", help="Also on a Ray cluster on this machine.")]


def verify(
    run: Run,
    articles: Articles = 16,
    models: Models = None,
    seed: Seed = 0,
    ray: OnRay = False,
    allow_code: AllowCode = None,
) -> int:
    """Predict a sample of a run again, in other batches and orders.

    exact: the same summaries, finish reasons and token counts. within epsilon: at most 1 % of a
    dataset's sampled articles (or one) differ, and no mean of the primary metric moves by more than
    0.0001. broken: more than that. The first column is compared with the run, the others with the
    first. run.json keeps the result; the store is not touched. A model behind a server gets some
    seven requests an article. Exit codes: 0 exact or within epsilon, 1 broken.

    \b
    Example:
      summbench verify results/quickstart --models smollm2_135m --articles 8
    """
    from summbench.api.commands import verify as verify_run
    from summbench.report.reproducibility import render_verification

    names = models.split(",") if models is not None else None
    with progress() as update:
        report = verify_run(
            run,
            articles=articles,
            models=names,
            seed=seed,
            ray=ray,
            allow_code=allow_code or (),
            progress=update,
        )
    say_page(render_verification(report))
    return int(report.is_broken)
