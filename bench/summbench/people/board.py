"""The leaderboard by people: means over articles and raters, paired tests, and a metric beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA
from summbench.stats.multiplicity import holm
from summbench.stats.prediction_powered import PoweredEstimate, estimate_powered_mean
from summbench.stats.ranks import assign_clusters, assign_letters, rank_intervals
from summbench.stats.two_way import CrossedMeans, estimate_crossed_means

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HumanEntry:
    """A system's mean rating, with ranks, cluster and letters from the tests of all pairs.

    `powered` is the mean with a metric's scores of unrated articles, `metric_mean` and
    `metric_rank` what the metric alone says of all articles; None without a metric.
    """

    system: str
    estimate: Estimate
    rank_low: int
    rank_high: int
    cluster: int
    letters: str
    powered: PoweredEstimate | None = None
    metric_mean: float | None = None
    metric_rank: int | None = None


@dataclass(frozen=True, slots=True)
class HumanPair:
    """The mean difference a - b over articles and raters, its p, and p after Holm's correction."""

    a: str
    b: str
    difference: Estimate
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class HumanBoard:
    """One dimension: systems, the best first, and every pair.

    `units` says what the intervals are over: articles and raters, articles, or none.
    """

    dimension: str
    raters: int
    articles: int
    units: str
    entries: Sequence[HumanEntry]
    pairs: Sequence[HumanPair]
    metric: str | None = None


def build_board(
    dimension: str,
    systems: Sequence[str],
    ratings: Floats,
    metric: str | None = None,
    rated_scores: Floats | None = None,
    unrated_scores: Floats | None = None,
    direction: int = 1,
) -> HumanBoard:
    """Build the board of one dimension from ratings (raters, articles, systems), NaN if missing.

    The p of a pair is that of its mean difference over articles and raters. Scores are (articles,
    systems) of the rated and the unrated articles; `direction` -1 says that less is better.
    """
    means = [_estimate_column(ratings[:, :, k]) for k in range(len(systems))]
    pairs = _compare(systems, ratings)
    better = np.zeros((len(systems), len(systems)), dtype=bool)
    for pair in pairs:
        if pair.p_adjusted <= ALPHA:
            i, j = systems.index(pair.a), systems.index(pair.b)
            better[(i, j) if pair.difference.mean > 0 else (j, i)] = True
    order = sorted(range(len(systems)), key=lambda k: -np.nan_to_num(float(means[k].mean[0])))
    ranks = rank_intervals(better)
    clusters, letters = assign_clusters(order, better), assign_letters(order, better)
    beside = _hold_beside(ratings, rated_scores, unrated_scores, direction)
    n_articles = int((~np.isnan(ratings)).any(axis=(0, 2)).sum())
    entries = [
        HumanEntry(
            systems[k],
            _to_estimate(means[k], n_articles),
            *ranks[k],
            clusters[place],
            letters[place],
            *beside.get(k, (None, None, None)),
        )
        for place, k in enumerate(order)
    ]
    n_raters = int((~np.isnan(ratings)).any(axis=(1, 2)).sum())
    return HumanBoard(dimension, n_raters, n_articles, means[0].units, entries, pairs, metric)


def _estimate_column(table: Floats) -> CrossedMeans:
    return estimate_crossed_means(table[:, :, None])


def _to_estimate(means: CrossedMeans, n: int) -> Estimate:
    mean, low, high = (float(column[0]) for column in (means.mean, means.low, means.high))
    return Estimate(mean, low, high, n, means.units)


def _compare(systems: Sequence[str], ratings: Floats) -> list[HumanPair]:
    differences = []
    for i, j in combinations(range(len(systems)), 2):
        table = ratings[:, :, i] - ratings[:, :, j]
        if not np.isnan(table).all():
            differences.append((i, j, _estimate_column(table), table))
    p = [float(np.nan_to_num(means.p[0], nan=1.0)) for _, _, means, _ in differences]
    adjusted = holm(p).tolist() if p else []
    return [
        HumanPair(
            systems[i],
            systems[j],
            _to_estimate(means, int((~np.isnan(table)).any(axis=0).sum())),
            own,
            corrected,
        )
        for (i, j, means, table), own, corrected in zip(differences, p, adjusted, strict=True)
    ]


def _hold_beside(
    ratings: Floats, rated: Floats | None, unrated: Floats | None, direction: int
) -> Mapping[int, tuple[PoweredEstimate, float, int]]:
    """For each system its powered mean, and the metric's own mean and rank."""
    if rated is None or unrated is None:
        return {}
    whole = direction * np.nanmean(np.concatenate([rated, unrated]), axis=0)
    beside = {}
    for k in range(ratings.shape[2]):
        with_ratings = ~np.isnan(ratings[:, :, k]).all(axis=0) & ~np.isnan(rated[:, k])
        of_people = np.nanmean(ratings[:, with_ratings, k], axis=0)
        others = unrated[~np.isnan(unrated[:, k]), k]
        powered = estimate_powered_mean(
            of_people, direction * rated[with_ratings, k], direction * others
        )
        rank = 1 + int((whole > whole[k]).sum())
        beside[k] = powered, direction * float(whole[k]), rank
    return beside
