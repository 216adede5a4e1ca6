"""Every metric against every human dimension: correlations, the best metric, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.human import HumanScores
from summbench.analysis.metaeval.intervals import (
    Correlation,
    Resample,
    add_intervals,
    get_level,
)
from summbench.analysis.metaeval.omissions import Omission
from summbench.analysis.metaeval.sample import RatedSample, select_sample
from summbench.analysis.metaeval.units import MIN_RESAMPLED, MIN_SYSTEMS, count_units
from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import TaskResult
from summbench.leaderboard.board import LeaderboardMetric
from summbench.stats.correlation import Correlations, correlate, correlate_separately
from summbench.stats.preference import Preference, bin_preferences, percentile_interval
from summbench.stats.weighted import Draws, resample_both

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One metric and one human dimension; `summaries` have both scores.

    `skipped` articles have both but no correlation of their own: a side is constant, or one system
    is left.
    """

    metric: str
    dimension: str
    summaries: int
    skipped: int
    correlations: Sequence[Correlation]
    preferences: Sequence[Preference]

    def get_correlation(self, level: str, coefficient: str) -> Correlation:
        """Return the one of this level and coefficient."""
        by_key = {(c.level, c.coefficient): c for c in self.correlations}
        return by_key[level, coefficient]


@dataclass(frozen=True, slots=True)
class BestMetric:
    """The metric with the highest system-level tau-b, and which other metrics are lower.

    The difference of the best to those of `lower_metrics` has a 95 % interval above 0, over the
    same resamples; to those of `tied_metrics` it has not. Nothing is corrected for having chosen
    the best.
    """

    dimension: str
    metric: str
    lower_metrics: Sequence[str]
    tied_metrics: Sequence[str]


@dataclass(frozen=True, slots=True)
class MetricAgreement:
    """How metrics agree with the human scores of one file.

    `systems` have summaries and ratings, `articles` is how many of theirs have ratings. Of these
    summaries `unrated_summaries` have no rating, by dimension. `omissions` are what else is left
    out. `n_averaged` ratings are means of several annotators. `simulated` annotators are programs,
    and ratings of the `excluded` were left out before.
    """

    name: str
    systems: Sequence[str]
    articles: int
    resamples: int
    seed: int
    resample: Resample
    metrics: Mapping[str, LeaderboardMetric]
    display_metrics: Sequence[str]
    omissions: Sequence[Omission]
    n_averaged: int
    unrated_summaries: Mapping[str, int]
    best_metrics: Sequence[BestMetric]
    agreements: Sequence[Agreement]
    simulated: Sequence[str] = ()
    excluded: Sequence[str] = ()


def evaluate_metrics(
    name: str,
    results: Sequence[TaskResult],
    human: HumanScores,
    metrics: Mapping[str, LeaderboardMetric],
    display_metrics: Sequence[str],
    resamples: int = 1_000,
    seed: int = 0,
    resample: Resample = "level",
) -> MetricAgreement:
    """Correlate every metric with every human dimension, with intervals from resamples.

    The results are of one dataset. A summary that failed or has no human score is not used.

    Raises: SummbenchError if no system has both summaries and ratings.
    """
    require_at_least_one(resamples=resamples)
    if resample not in ("level", "both"):
        raise SummbenchError(f"resample is {resample!r}; expected 'level' or 'both'.")
    sample = select_sample(name, results, human, metrics)
    draws = resample_both(len(sample.systems), len(sample.articles), resamples, seed)
    correlate_levels = correlate if resample == "both" else correlate_separately
    correlations = correlate_levels(sample.scores, sample.ratings, draws)
    agreements = [
        _compare(sample, k, d, metrics[metric], correlations, draws, resample)
        for d in range(len(sample.dimensions))
        for k, metric in enumerate(sample.metrics)
    ]
    return MetricAgreement(
        name=name,
        systems=sample.systems,
        articles=len(sample.articles),
        resamples=resamples,
        seed=seed,
        resample=resample,
        metrics={metric: metrics[metric] for metric in sample.metrics},
        display_metrics=[metric for metric in display_metrics if metric in sample.metrics],
        omissions=sample.omissions,
        unrated_summaries={
            dimension: int(np.isnan(values).sum())
            for dimension, values in zip(sample.dimensions, sample.ratings, strict=True)
        },
        n_averaged=human.n_averaged,
        best_metrics=_find_best_metrics(sample, correlations, metrics, display_metrics, resample),
        agreements=agreements,
        simulated=human.simulated,
        excluded=human.excluded,
    )


def _compare(
    sample: RatedSample,
    k: int,
    d: int,
    info: LeaderboardMetric,
    correlations: Correlations,
    draws: Draws,
    resample: Resample,
) -> Agreement:
    """Compare metric `k` with dimension `d`."""
    scores, ratings = sample.scores[k], sample.ratings[d]
    units = count_units(scores, ratings, int(correlations.skipped[k, d]))
    return Agreement(
        metric=sample.metrics[k],
        dimension=sample.dimensions[d],
        summaries=units.summaries,
        skipped=units.skipped,
        correlations=add_intervals(correlations.values[:, :, k, d], units, resample),
        preferences=_compute_preferences(scores, ratings, info, draws),
    )


def _compute_preferences(
    scores: Floats, ratings: Floats, info: LeaderboardMetric, draws: Draws
) -> list[Preference]:
    if info.role != "quality":
        return []
    return bin_preferences(-scores if info.direction == "lower" else scores, ratings, draws)


def _find_best_metrics(
    sample: RatedSample,
    correlations: Correlations,
    metrics: Mapping[str, LeaderboardMetric],
    display_metrics: Sequence[str],
    resample: Resample,
) -> list[BestMetric]:
    """Find the best metric of each dimension by tau-b of systems, where several have one."""
    level = get_level(len(sample.systems), resample)
    best_metrics = []
    for d, dimension in enumerate(sample.dimensions):
        signed = {
            metric: (-1 if metrics[metric].direction == "lower" else 1)
            * correlations.values[0, 2, k, d]
            for k, metric in enumerate(sample.metrics)
            if metric in display_metrics
            and metrics[metric].role == "quality"
            and count_units(sample.scores[k], sample.ratings[d]).systems >= MIN_SYSTEMS
            and not np.isnan(correlations.values[0, 2, k, d, 0])
        }
        if len(signed) < 2:
            continue
        best = max(signed, key=lambda metric: float(signed[metric][0]))
        others = [metric for metric in signed if metric != best]
        lows = {m: percentile_interval(signed[best] - signed[m], level)[0] for m in others}
        has_interval = len(sample.systems) >= MIN_RESAMPLED
        lower = [metric for metric in others if has_interval and lows[metric] > 0]
        tied = [metric for metric in others if metric not in lower]
        best_metrics.append(BestMetric(dimension, best, lower, tied))
    return best_metrics
