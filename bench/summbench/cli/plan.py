"""`summbench plan`: how many articles a comparison needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say_page

Run = Annotated[
    Path | None, typer.Argument(help="A results folder or baseline; its spread is used.")
]
Effect = Annotated[
    float, typer.Option(help="The difference to show, as a fraction: 0.01 is a point.")
]
Sd = Annotated[
    float | None,
    typer.Option(help="Instead of RUN: the standard deviation of paired differences, a fraction."),
]
Metric = Annotated[str | None, typer.Option(help="A quality metric; by default RUN's primary.")]
Power = Annotated[float, typer.Option(help="The chance to detect the difference if it is real.")]
Simulate = Annotated[
    bool, typer.Option("--simulate", help="Also run the actual test on articles drawn from RUN.")
]


def plan(
    run: Run = None,
    effect: Effect = 0.01,
    sd: Sd = None,
    metric: Metric = None,
    power: Power = 0.8,
    simulate: Simulate = False,
) -> int:
    """Plan how many articles show a difference between two models.

    \b
    Example:
      summbench plan results/quickstart --effect 0.01 --simulate
      summbench plan --sd 0.095 --effect 0.005
    """
    from summbench.api.commands import plan as plan_sample_size
    from summbench.report.plan import render_plan

    for result in plan_sample_size(
        run, sd=sd, effect=effect, metric=metric, power=power, simulate=simulate
    ):
        say_page(render_plan(result, run))
    return 0
