"""`summbench plan`: how many articles a comparison needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.core.errors import SummbenchError

Run = Annotated[
    Path | None, typer.Argument(help="A results folder or baseline whose own spread counts.")
]
Effect = Annotated[
    float, typer.Option(help="The difference to be shown, as a fraction: 0.01 is a point.")
]
Sd = Annotated[
    float | None,
    typer.Option(help="Instead of RUN: the standard deviation of paired differences, a fraction."),
]
Metric = Annotated[str | None, typer.Option(help="A quality metric; by default RUN's primary.")]
Power = Annotated[float, typer.Option(help="The chance to see the difference if it is there.")]
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
    """How many articles show a difference between two models, and what fewer would show.

    \b
    Example:
      summbench plan results/quickstart --effect 0.01 --simulate
      summbench plan --sd 0.095 --effect 0.005
    """
    from summbench.analysis.power import plan as planned
    from summbench.report.plan import markdown

    if (run is None) == (sd is None):
        raise SummbenchError("Give either RUN or --sd: whose spread is to count?")
    if run is not None:
        return _from_run(run, metric, effect, power, simulate)
    if simulate:
        raise SummbenchError("--simulate draws articles from a RUN; there is none with --sd.")
    say(markdown(planned([sd or 0.0], effect, power), "Plan"))
    return 0


def _from_run(run: Path, metric: str | None, effect: float, power: float, simulate: bool) -> int:
    """One plan for each dataset, from every pair of models but bounds."""
    from summbench.analysis.power import differences, simulated
    from summbench.analysis.power import plan as planned
    from summbench.report.plan import markdown
    from summbench.runs.reader import read

    results = read(run)
    chosen = metric or results.leaderboard.primary
    for dataset, articles in results.articles.items():
        scores = {
            model: [values[article] for article in articles]
            for (of, model, name), values in results.quality_scores.items()
            if (of, name) == (dataset, chosen) and results.leaderboard.models[model] != "bound"
        }
        pairs = differences(scores)
        if not pairs:
            known = sorted({name for of, _, name in results.quality_scores if of == dataset})
            raise SummbenchError(
                f"{run} has no two models that differ in {chosen!r} on {dataset}; its quality "
                f"metrics are: {', '.join(known) or 'none'}."
            )
        found = planned([float(d.std(ddof=1)) for d in pairs], effect, power)
        if simulate:
            found = replace(found, simulated=simulated(pairs, found))
        say(markdown(found, f"{chosen} on {dataset}, from {run}"))
    return 0
