"""How many articles a difference needs: from the spread of paired differences in a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import ALPHA, Leaderboard
from summbench.runs.run import RunData
from summbench.stats.paired import tally
from summbench.stats.power import (
    minimum_detectable_effect,
    power_at,
    sample_size,
    simulate_power,
)
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]

SIZES = (20, 50, 100, 250, 500, 1_000, 2_500, 11_490)
"""Numbers of articles to choose from; the last is CNN/DailyMail's test set."""
REPEATS = (1, 2, 5, 10)
"""Numbers of repeats to choose from."""
_HIGH_QUANTILE = 0.9
_LARGEST_SD = 1.0  # of differences of scores from 0 to 1
_MOST_SIMULATED = 20_000


@dataclass(frozen=True, slots=True)
class SampleSizePlan:
    """What a test set of n articles can show of `effect`, two-sided at 5 % for one pair of models.

    All values are in the metric's unit; people read those of shares in points, so `scale` is 100,
    else 1. `sd` is the standard deviation of the paired differences, the median
    of `pairs` pairs of models; nine pairs in ten have at most `high_sd`. `articles` show `effect`
    with `power` for the first, `high_articles` for the second; `corrected_articles` for the first
    as one of `pairs` tests, at the level of Holm's first step. `rows` have n, the minimum
    detectable effect, that of the corrected test, and the power at `effect`. `simulated_power` is
    that of the sign-flip test itself on `articles`, if asked for. Without a run there is no
    `dataset` and no `metric`. Of a run with repeats `by_repeats` has numbers of repeats, the
    standard deviation of the differences with so many, and the articles that then show `effect`.
    """

    effect: float
    power: float
    pairs: int
    sd: float
    high_sd: float
    articles: int
    high_articles: int
    corrected_articles: int
    rows: Sequence[tuple[int, float, float, float]]
    simulated_power: float | None = None
    dataset: str | None = None
    metric: str | None = None
    by_repeats: Sequence[tuple[int, float, int]] = ()
    scale: float = 100.0


def plan_sample_size(
    run: Path | RunData | None = None,
    *,
    sd: float | None = None,
    effect: float | None = None,
    metric: str | None = None,
    power: float = 0.8,
    simulate: bool = False,
) -> list[SampleSizePlan]:
    """Plan the number of articles from a run (one plan a dataset) or a standard deviation.

    `effect` is the difference to show and `sd` the standard deviation of paired differences, both
    in the metric's unit: fractions of shares, for which a point (0.01) is the default. A `sd` above
    1 is of another unit. `metric` is a quality metric, by default the run's primary.

    Raises: SummbenchError if not exactly one of `run` and `sd` is given, no two models differ, or a
    metric with a unit of its own has no `effect`.
    """
    if run is None:
        if sd is None:
            raise SummbenchError("Give a run or sd (--sd): one of them has to give the spread.")
        if simulate:
            raise SummbenchError("simulate draws articles from a run; give a run instead of sd.")
        scale = 100.0 if sd <= _LARGEST_SD else 1.0
        effect = _choose_effect(effect, scale, f"A difference with the standard deviation {sd:g}")
        return [plan_articles([sd], effect, power, scale)]
    if sd is not None:
        raise SummbenchError("Give a run or sd (--sd), not both: only one can give the spread.")
    run = RunData.open(run) if isinstance(run, Path) else run
    metric = metric or run.leaderboard.primary
    plans = []
    for dataset in run.articles:
        differences = compute_differences(_get_scores(run, dataset, metric))
        if not differences:
            raise SummbenchError(_explain_no_pair(run, dataset, metric))
        scale = run.leaderboard.get_scale(metric)
        sds = [float(d.std(ddof=1)) for d in differences]
        plan = plan_articles(sds, _choose_effect(effect, scale, metric), power, scale)
        if simulate:
            plan = replace(plan, simulated_power=simulate_plan(differences, plan))
        by_repeats = plan_repeats(run.leaderboard, dataset, metric, plan)
        plans.append(replace(plan, dataset=dataset, metric=metric, by_repeats=by_repeats))
    return plans


def _choose_effect(effect: float | None, scale: float, what: str) -> float:
    if effect is None and scale == 1:
        raise SummbenchError(
            f"{what} is not of a share from 0 to 1, for which a point (0.01) would do. Give the "
            "difference to show, in the same unit, with effect (--effect)."
        )
    return 0.01 if effect is None else effect


def _get_scores(run: RunData, dataset: str, metric: str) -> dict[str, list[float]]:
    """Model -> its scores in the order of the articles; bounds are left out."""
    return {
        model: [values[article] for article in run.articles[dataset]]
        for (of, model, name), values in run.quality_scores.items()
        if (of, name) == (dataset, metric) and run.leaderboard.models[model] != "bound"
    }


def _explain_no_pair(run: RunData, dataset: str, metric: str) -> str:
    metrics = sorted({name for of, _, name in run.quality_scores if of == dataset})
    return (
        f"{run.path} has no two models whose difference in {metric!r} varies over the articles of "
        f"{dataset}, so it cannot say how many are needed. Its quality metrics are: "
        f"{', '.join(metrics) or 'none'}."
    )


def plan_articles(
    sds: Sequence[float], effect: float, power: float = 0.8, scale: float = 100.0
) -> SampleSizePlan:
    """Plan from standard deviations, one for each pair of models, in the unit of `effect`.

    They are fractions if `scale` is 100.

    Raises: SummbenchError if `power`, or an `effect` of fractions, is not between 0 and 1, or a
    spread is 0.
    """
    if not 0 < power < 1:
        raise SummbenchError(f"power={power} is not between 0 and 1; 0.8 is usual.")
    if not 0 < effect < (1 if scale == 100 else np.inf):
        limit = "between 0 and 1; one point is 0.01" if scale == 100 else "a number above 0"
        raise SummbenchError(f"effect={effect} is not {limit}.")
    if wrong := [sd for sd in sds if not 0 <= sd < np.inf]:
        raise SummbenchError(f"sd={wrong[0]} is no standard deviation; expected a number above 0.")
    if not sds or not all(sd > 0 for sd in sds):
        raise SummbenchError(
            "The differences have no spread, so any number of articles shows them."
        )
    sd, high_sd = (float(np.quantile(sds, q)) for q in (0.5, _HIGH_QUANTILE))
    articles, high_articles = (sample_size(s, effect, ALPHA, power) for s in (sd, high_sd))
    level = ALPHA / len(sds)
    corrected = sample_size(sd, effect, level, power)
    rows = [
        (
            n,
            minimum_detectable_effect(sd, n, ALPHA, power),
            minimum_detectable_effect(sd, n, level, power),
            power_at(sd, n, effect, ALPHA),
        )
        for n in SIZES
    ]
    return SampleSizePlan(
        effect, power, len(sds), sd, high_sd, articles, high_articles, corrected, rows, scale=scale
    )


def compute_differences(scores: Mapping[str, Sequence[float]]) -> list[Floats]:
    """Subtract the scores of each pair of models, on articles where both have one.

    A pair that differs by the same amount everywhere, up to rounding, is left out.
    """
    differences = []
    for pair in combinations(scores.values(), 2):
        a, b = np.asarray(pair, dtype=float)
        defined = ~np.isnan(a - b)
        d, largest = (a - b)[defined], np.abs([a, b]).max(axis=0, where=defined, initial=0).max()
        if np.isfinite(tally(d[:, None], float(largest)).effect_size[0]):
            differences.append(d)
    return differences


def simulate_plan(
    differences: Sequence[Floats],
    plan: SampleSizePlan,
    repetitions: int = 1_000,
    seed: int = 0,
) -> float:
    """Estimate the sign-flip test's power on the planned articles, from the pair of median spread.

    Raises: SummbenchError if the plan has too many articles.
    """
    n = plan.articles
    if n > _MOST_SIMULATED:
        raise SummbenchError(
            f"{n:,} articles are too many to simulate (at most {_MOST_SIMULATED:,}); the normal "
            "approximation is exact enough there."
        )
    typical = sorted(differences, key=lambda d: abs(float(d.std(ddof=1)) - plan.sd))[0]
    return simulate_power(typical, plan.effect, n, sign_flip, repetitions, seed, ALPHA)


def plan_repeats(
    board: Leaderboard, dataset: str, metric: str, plan: SampleSizePlan
) -> list[tuple[int, float, int]]:
    """Repeats, the sd of paired differences with them, and the articles that show the effect.

    The pair of median spread is taken to have two models of the median variance within an article,
    of those that have repeats; that part of its variance shrinks with the number of repeats.
    """
    rows = [r for r in board.repeats if (r.dataset, r.metric) == (dataset, metric)]
    rows = [r for r in rows if not np.isnan(r.within)]
    if not rows:
        return []
    of_models = 2 if len(rows) > 1 else 1
    within = of_models * float(np.median([row.within for row in rows]))
    now = within / float(np.median([row.repeats for row in rows]))
    between = max(0.0, plan.sd**2 - now)
    planned = []
    for repeats in REPEATS:
        sd = float(np.sqrt(between + within / repeats))
        planned.append((repeats, sd, sample_size(sd, plan.effect, ALPHA, plan.power)))
    return planned
