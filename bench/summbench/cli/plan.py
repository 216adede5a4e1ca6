"""`summbench plan`: how many articles, or ratings, a comparison needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say_page

_RUN = "A results folder or baseline, whose spread is used."
Run = Annotated[Path | None, typer.Argument(help=_RUN)]
_EFFECT = (
    "The difference to show, in the metric's unit: of shares a fraction (0.01 is a "
    "point), of ratings points (0.5)."
)
Effect = Annotated[float | None, typer.Option(help=_EFFECT)]
_SD = "Instead of RUN: the standard deviation of paired differences, in that unit."
Sd = Annotated[float | None, typer.Option(help=_SD)]
Metric = Annotated[str | None, typer.Option(help="A quality metric; by default RUN's primary.")]
Power = Annotated[float, typer.Option(help="The chance to detect the difference if it is real.")]
_SIMULATE = "Also run the actual test on articles drawn from RUN."
Simulate = Annotated[bool, typer.Option("--simulate", help=_SIMULATE)]
_RATED = "Plan raters, from a pilot: a file of summbench collect."
Rated = Annotated[Path | None, typer.Option(metavar="FILE", help=_RATED)]
_RATING_SDS = "Plan raters: standard deviations of article, rater and rest, as 0.6,0.2,0.9."
RatingSds = Annotated[str | None, typer.Option(metavar="A,R,E", help=_RATING_SDS)]


def plan(
    run: Run = None, effect: Effect = None, sd: Sd = None, metric: Metric = None,
    power: Power = 0.8, simulate: Simulate = False, rated: Rated = None,
    rating_sds: RatingSds = None,
) -> int:  # fmt: skip
    """Plan how many articles or raters show a difference.

    \b
    Example:
      summbench plan results/quickstart --effect 0.01 --simulate
      summbench plan --sd 0.095 --effect 0.005
      summbench plan --rating-sds 0.6,0.2,0.9 --effect 0.5
    """
    from summbench.api import commands, people
    from summbench.people.rater_plan_text import render_rater_plan
    from summbench.report.plan import render_plan

    if rated is not None or rating_sds is not None:
        if run is not None or sd is not None or metric is not None or simulate:
            raise typer.BadParameter("--rated and --rating-sds go with --effect and --power only.")
        effect = 0.5 if effect is None else effect
        plan = people.plan_ratings(rated, sds=rating_sds, effect=effect, power=power)
        say_page(render_rater_plan(plan))
        return 0
    for result in commands.plan(
        run, sd=sd, effect=effect, metric=metric, power=power, simulate=simulate
    ):
        say_page(render_plan(result, run))
    return 0
