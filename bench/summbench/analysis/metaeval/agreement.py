"""Every metric against every human dimension, as records that tables and files are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from summbench.analysis.metaeval.human import Human, as_arrays
from summbench.core.errors import SummbenchError
from summbench.core.records import TaskResult
from summbench.leaderboard.board import LeaderboardMetric
from summbench.stats.correlation import COEFFICIENTS, LEVELS, correlate, correlate_separately
from summbench.stats.preference import Preference, bin_preferences, percentile_interval, widen_level
from summbench.stats.weighted import Draws, resample_both

Floats = NDArray[np.float64]

Resample = Literal["level", "both"]
"""What is drawn: systems at the system level and articles at the others, or both at each."""

FEWEST = 3
"""Below this many rated systems there is no order to agree with."""


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
    """One metric and one human dimension; `cells` have both scores.

    `skipped` articles have no correlation of their own: a side is constant, or one system is left.
    """

    metric: str
    dimension: str
    cells: int
    skipped: int
    correlations: Sequence[Correlation]
    preferences: Sequence[Preference]

    def at(self, level: str, coefficient: str) -> Correlation:
        """The one that is asked for."""
        found = (c for c in self.correlations if (c.level, c.coefficient) == (level, coefficient))
        return next(found)


@dataclass(frozen=True, slots=True)
class Best:
    """The metric with the highest system-level tau-b, and which others are surely lower.

    `apart` are those whose difference to it has a 95 % interval above 0, over the same resamples;
    `overlapping` the rest. Nothing is corrected for having chosen the best.
    """

    dimension: str
    metric: str
    apart: Sequence[str]
    overlapping: Sequence[str]


@dataclass(frozen=True, slots=True)
class MetricAgreement:
    """What a file with human scores says of metrics.

    `missing` is, for each dimension, how many summaries have no human score; `failed` how many
    summaries are not there; `unrated` are the systems without any human score, left out.
    """

    name: str
    systems: Sequence[str]
    articles: int
    resamples: int
    seed: int
    resample: Resample
    metrics: Mapping[str, LeaderboardMetric]
    shown: Sequence[str]
    failed: int
    unrated: Sequence[str]
    missing: Mapping[str, int]
    best: Sequence[Best]
    agreements: Sequence[Agreement]


def evaluate_metrics(
    name: str,
    cells: Sequence[TaskResult],
    human: Human,
    metrics: Mapping[str, LeaderboardMetric],
    shown: Sequence[str],
    resamples: int = 1_000,
    seed: int = 0,
    resample: Resample = "level",
) -> MetricAgreement:
    """The cells are of one dataset; a summary that failed or has no human score counts nowhere."""
    rated = {system for article in human.values() for system in article}
    if strangers := sorted(rated - {cell.model for cell in cells}):
        raise SummbenchError(
            f"{name}: 'human' scores {strangers[0]!r}, of which there is no summary; the systems "
            f"are {', '.join(cell.model for cell in cells)}."
        )
    used = [cell for cell in cells if cell.model in rated]
    if len(used) < FEWEST:
        raise SummbenchError(
            f"{name} has human scores of {len(used)} systems; at least {FEWEST} are wanted, or "
            "there is no order to agree with."
        )
    articles = [p.article_id for p in used[0].predictions]
    failed = np.array([[p.error is not None for p in cell.predictions] for cell in used])
    columns = [m for m in metrics if all(m in cell.scores for cell in used)]
    scores = np.array([[cell.scores[metric] for cell in used] for metric in columns], dtype=float)
    scores[:, failed] = np.nan
    dimensions = as_arrays(human, [cell.model for cell in used], articles)
    ratings = np.stack(list(dimensions.values()))
    draws = resample_both(len(used), len(articles), resamples, seed)
    of = correlate if resample == "both" else correlate_separately
    found = of(scores, ratings, draws)
    levels = interval_levels(len(used), len(articles), resample)
    return MetricAgreement(
        name=name,
        systems=[cell.model for cell in used],
        articles=len(articles),
        resamples=resamples,
        seed=seed,
        resample=resample,
        metrics={metric: metrics[metric] for metric in columns},
        shown=[metric for metric in shown if metric in columns],
        failed=int(failed.sum()),
        unrated=[cell.model for cell in cells if cell.model not in rated],
        missing={d: int(np.isnan(values).sum()) for d, values in dimensions.items()},
        best=_best(list(dimensions), columns, metrics, shown, found.values[0, 2], levels[0]),
        agreements=[
            Agreement(
                metric=metric,
                dimension=dimension,
                cells=int((~np.isnan(scores[k]) & ~np.isnan(ratings[d])).sum()),
                skipped=int(found.skipped[k, d]),
                correlations=_correlations(found.values[:, :, k, d], levels),
                preferences=_preferences(scores[k], ratings[d], metrics[metric], draws),
            )
            for d, dimension in enumerate(dimensions)
            for k, metric in enumerate(columns)
        ],
    )


def interval_levels(systems: int, articles: int, resample: Resample) -> list[float]:
    """Of the percentiles at each of `LEVELS`; those of both are wide enough as they are."""
    if resample == "both":
        return [0.95] * len(LEVELS)
    return [widen_level(systems if level == "system" else articles) for level in LEVELS]


def _correlations(values: Floats, levels: Sequence[float]) -> list[Correlation]:
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


def _preferences(
    scores: Floats, ratings: Floats, info: LeaderboardMetric, draws: Draws
) -> list[Preference]:
    if info.role != "quality":
        return []
    return bin_preferences(-scores if info.direction == "lower" else scores, ratings, draws)


def _best(
    dimensions: Sequence[str],
    columns: Sequence[str],
    metrics: Mapping[str, LeaderboardMetric],
    shown: Sequence[str],
    taus: Floats,
    at: float,
) -> list[Best]:
    """Among the shown quality metrics, by taus (metric, dimension, B + 1)."""
    found = []
    for d, dimension in enumerate(dimensions):
        signed = {
            metric: (-1 if metrics[metric].direction == "lower" else 1) * taus[k, d]
            for k, metric in enumerate(columns)
            if metric in shown and metrics[metric].role == "quality" and not np.isnan(taus[k, d, 0])
        }
        if not signed:
            continue
        first = max(signed, key=lambda metric: float(signed[metric][0]))
        others = [metric for metric in signed if metric != first]
        lows = {
            metric: percentile_interval(signed[first] - signed[metric], at)[0] for metric in others
        }
        apart = [metric for metric in others if lows[metric] > 0]
        found.append(Best(dimension, first, apart, [m for m in others if m not in apart]))
    return found
