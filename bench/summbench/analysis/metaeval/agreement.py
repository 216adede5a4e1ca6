"""Every metric against every human dimension: correlations, the best metric, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.human import Human, to_arrays
from summbench.core.errors import SummbenchError
from summbench.core.records import TaskResult
from summbench.leaderboard.board import LeaderboardMetric
from summbench.stats.correlation import COEFFICIENTS, LEVELS, correlate, correlate_separately
from summbench.stats.preference import Preference, bin_preferences, percentile_interval, widen_level
from summbench.stats.weighted import Draws, resample_both

Floats = NDArray[np.float64]

Resample = Literal["level", "both"]
"""What is resampled: systems at the system level and articles at the others, or both at each."""

MIN_SYSTEMS = 3
"""With fewer rated systems there is no order to agree with."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """One coefficient at one level, its 95 % interval, and the resamples that had no value."""

    level: str
    coefficient: str
    value: float
    low: float
    high: float
    undefined: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """One metric and one human dimension; `summaries` have both scores.

    `skipped` articles have no correlation of their own: a side is constant, or one system is left.
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

    `unrated_summaries` is dimension -> summaries without a human score, `failed` the number of
    summaries that are missing. `unrated_systems` have no human score at all and are left out.
    """

    name: str
    systems: Sequence[str]
    articles: int
    resamples: int
    seed: int
    resample: Resample
    metrics: Mapping[str, LeaderboardMetric]
    display_metrics: Sequence[str]
    failed: int
    unrated_systems: Sequence[str]
    unrated_summaries: Mapping[str, int]
    best_metrics: Sequence[BestMetric]
    agreements: Sequence[Agreement]


def evaluate_metrics(
    name: str,
    results: Sequence[TaskResult],
    human: Human,
    metrics: Mapping[str, LeaderboardMetric],
    display_metrics: Sequence[str],
    resamples: int = 1_000,
    seed: int = 0,
    resample: Resample = "level",
) -> MetricAgreement:
    """Correlate every metric with every human dimension, with intervals from resamples.

    The results are of one dataset. A summary that failed or has no human score is not used.

    Raises: SummbenchError if fewer than `MIN_SYSTEMS` systems have human scores, or a system with
    human scores has no summaries.
    """
    rated = _select_rated(name, results, human)
    articles = [prediction.article_id for prediction in rated[0].predictions]
    failed = np.array([[p.error is not None for p in result.predictions] for result in rated])
    columns = [metric for metric in metrics if all(metric in result.scores for result in rated)]
    scores = _stack_scores(rated, columns, failed)
    systems = [result.model for result in rated]
    dimensions = to_arrays(human, systems, articles)
    ratings = np.stack(list(dimensions.values()))
    draws = resample_both(len(rated), len(articles), resamples, seed)
    correlate_levels = correlate if resample == "both" else correlate_separately
    correlations = correlate_levels(scores, ratings, draws)
    levels = get_interval_levels(len(rated), len(articles), resample)
    candidates = [m for m in columns if m in display_metrics and metrics[m].role == "quality"]
    taus = {m: correlations.values[0, 2, columns.index(m)] for m in candidates}
    return MetricAgreement(
        name=name,
        systems=systems,
        articles=len(articles),
        resamples=resamples,
        seed=seed,
        resample=resample,
        metrics={metric: metrics[metric] for metric in columns},
        display_metrics=[metric for metric in display_metrics if metric in columns],
        failed=int(failed.sum()),
        unrated_systems=[r.model for r in results if r.model not in systems],
        unrated_summaries={d: int(np.isnan(values).sum()) for d, values in dimensions.items()},
        best_metrics=_find_best_metrics(list(dimensions), taus, metrics, levels[0]),
        agreements=[
            Agreement(
                metric=metric,
                dimension=dimension,
                summaries=int((~np.isnan(scores[k]) & ~np.isnan(ratings[d])).sum()),
                skipped=int(correlations.skipped[k, d]),
                correlations=_add_intervals(correlations.values[:, :, k, d], levels),
                preferences=_compute_preferences(scores[k], ratings[d], metrics[metric], draws),
            )
            for d, dimension in enumerate(dimensions)
            for k, metric in enumerate(columns)
        ],
    )


def _select_rated(name: str, results: Sequence[TaskResult], human: Human) -> list[TaskResult]:
    """Take the systems that have human scores."""
    rated = {system for of_article in human.values() for system in of_article}
    if unknown := sorted(rated - {result.model for result in results}):
        raise SummbenchError(
            f"{name}: 'human' scores the system {unknown[0]!r}, which has no summaries; the "
            f"systems are {', '.join(result.model for result in results)}."
        )
    selected = [result for result in results if result.model in rated]
    if len(selected) < MIN_SYSTEMS:
        raise SummbenchError(
            f"{name} has human scores of {len(selected)} systems; at least {MIN_SYSTEMS} are "
            "needed for an order to agree with."
        )
    return selected


def _stack_scores(
    rated: Sequence[TaskResult], columns: Sequence[str], failed: NDArray[np.bool_]
) -> Floats:
    """Stack the scores as (metric, system, article); NaN where a summary failed."""
    scores = np.array([[r.scores[metric] for r in rated] for metric in columns], dtype=float)
    scores[:, failed] = np.nan
    return scores


def get_interval_levels(systems: int, articles: int, resample: Resample) -> list[float]:
    """Return the level of the percentiles at each of `LEVELS`; those of both are wide enough."""
    if resample == "both":
        return [0.95] * len(LEVELS)
    return [widen_level(systems if level == "system" else articles) for level in LEVELS]


def _add_intervals(values: Floats, levels: Sequence[float]) -> list[Correlation]:
    return [
        Correlation(
            level,
            coefficient,
            float(values[i, j, 0]),
            *percentile_interval(values[i, j], levels[i]),
            int(np.isnan(values[i, j, 1:]).sum()),
        )
        for i, level in enumerate(LEVELS)
        for j, coefficient in enumerate(COEFFICIENTS)
        if (level, coefficient) not in {("within", "spearman"), ("within", "kendall")}
    ]


def _compute_preferences(
    scores: Floats, ratings: Floats, info: LeaderboardMetric, draws: Draws
) -> list[Preference]:
    if info.role != "quality":
        return []
    return bin_preferences(-scores if info.direction == "lower" else scores, ratings, draws)


def _find_best_metrics(
    dimensions: Sequence[str],
    taus: Mapping[str, Floats],
    metrics: Mapping[str, LeaderboardMetric],
    level: float,
) -> list[BestMetric]:
    """Find the best metric of each dimension, by taus: metric -> (dimension, B + 1)."""
    best_metrics = []
    for d, dimension in enumerate(dimensions):
        signed = {
            metric: (-1 if metrics[metric].direction == "lower" else 1) * of_metric[d]
            for metric, of_metric in taus.items()
            if not np.isnan(of_metric[d, 0])
        }
        if not signed:
            continue
        best = max(signed, key=lambda metric: float(signed[metric][0]))
        others = [metric for metric in signed if metric != best]
        lows = {m: percentile_interval(signed[best] - signed[m], level)[0] for m in others}
        lower = [metric for metric in others if lows[metric] > 0]
        tied = [metric for metric in others if metric not in lower]
        best_metrics.append(BestMetric(dimension, best, lower, tied))
    return best_metrics
