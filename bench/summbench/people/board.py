"""The leaderboard by people: means over articles and raters, paired tests, and a metric beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan
from statistics import mode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA
from summbench.people.facts import get_family
from summbench.people.metric_scores import MetricScores
from summbench.people.rated import Ratings
from summbench.people.scores import NO_BOUNDS, Bounds, arrange, clip_estimate
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

    `units` says what the intervals are over: articles and raters, articles, or none. `tests` is how
    many p are corrected together.
    """

    dimension: str
    raters: int
    articles: int
    ratings: int
    units: str
    entries: Sequence[HumanEntry]
    pairs: Sequence[HumanPair]
    tests: int
    metric: str | None = None


def build_boards(
    ratings: Ratings,
    raters: Sequence[str],
    articles: Sequence[str],
    systems: Sequence[str],
    scores: MetricScores | None = None,
    bounds: Mapping[str, Bounds] | None = None,
) -> list[HumanBoard]:
    """Build a board for each dimension of the ratings; systems without a rating are not on it.

    Intervals end at the `bounds` of a dimension's ratings, where there are any. The p of pairs are
    corrected by Holm within a dimension; of kinds of fact, over all kinds.
    """
    tables: dict[str, tuple[list[int], Floats]] = {}
    for dimension in dict.fromkeys(dimension for dimension, *_ in ratings):
        table = arrange(ratings, dimension, raters, articles, systems)
        is_rated = ~np.isnan(table).all(axis=(0, 1))
        if is_rated.any():
            tables[dimension] = np.flatnonzero(is_rated).tolist(), table[:, :, is_rated]
    names = {d: [systems[k] for k in columns] for d, (columns, _) in tables.items()}
    pairs = {d: compare_systems(names[d], table) for d, (_, table) in tables.items()}
    families: dict[str, list[HumanPair]] = {}
    for dimension, of_dimension in pairs.items():
        families.setdefault(get_family(dimension), []).extend(of_dimension)
    boards = []
    for dimension, (columns, table) in tables.items():
        beside: tuple[Any, Any, Any, int] = (None, None, None, 1)
        if scores is not None:
            rated, unrated = scores.rated[:, columns], scores.unrated[:, columns]
            beside = (scores.metric, rated, unrated, scores.direction)
        family = families[get_family(dimension)]
        of_scale = (bounds or {}).get(dimension, NO_BOUNDS)
        boards.append(build_board(dimension, names[dimension], table, *beside, family, of_scale))
    return boards


def build_board(
    dimension: str,
    systems: Sequence[str],
    ratings: Floats,
    metric: str | None = None,
    rated_scores: Floats | None = None,
    unrated_scores: Floats | None = None,
    direction: int = 1,
    family: Sequence[HumanPair] = (),
    bounds: Bounds = NO_BOUNDS,
) -> HumanBoard:
    """Build the board of one dimension from ratings (raters, articles, systems), NaN if missing.

    The p of a pair is that of its mean difference over articles and raters, corrected together with
    the pairs of `family`, by default its own. Scores are (articles, systems) of the rated and the
    unrated articles; `direction` -1 says that less is better. Intervals end at `bounds`, and those
    of differences at what two ratings can differ by.
    """
    means = [_estimate_column(ratings[:, :, k]) for k in range(len(systems))]
    pairs = _correct(compare_systems(systems, ratings, bounds), family)
    better = np.zeros((len(systems), len(systems)), dtype=bool)
    for pair in pairs:
        if pair.p_adjusted <= ALPHA:
            i, j = systems.index(pair.a), systems.index(pair.b)
            better[(i, j) if pair.difference.mean > 0 else (j, i)] = True
    order = sorted(range(len(systems)), key=lambda k: -np.nan_to_num(float(means[k].mean[0])))
    ranks = rank_intervals(better)
    clusters, letters = assign_clusters(order, better), assign_letters(order, better)
    beside = _hold_beside(ratings, rated_scores, unrated_scores, direction, bounds)
    entries = [
        HumanEntry(
            systems[k],
            _to_estimate(means[k], _count_articles(ratings[:, :, k]), bounds),
            *ranks[k],
            clusters[place],
            letters[place],
            *beside.get(k, (None, None, None)),
        )
        for place, k in enumerate(order)
    ]
    is_rated = np.asarray(~np.isnan(ratings).all(axis=2))
    n_raters, n_articles = (int(is_rated.any(axis=axis).sum()) for axis in (1, 0))
    n_ratings = int((~np.isnan(ratings)).sum())
    n_tests = len(family) or len(pairs)
    units = mode(column.units for column in means)
    return HumanBoard(
        dimension, n_raters, n_articles, n_ratings, units, entries, pairs, n_tests, metric
    )


def _count_articles(table: Floats) -> int:
    return int((~np.isnan(table)).any(axis=0).sum())


def _estimate_column(table: Floats) -> CrossedMeans:
    return estimate_crossed_means(table[:, :, None])


def _to_estimate(means: CrossedMeans, n: int, bounds: Bounds) -> Estimate:
    """The mean with its interval; equal values have none, as they say nothing of others."""
    mean, low, high = (float(column[0]) for column in (means.mean, means.low, means.high))
    if low == high:
        low = high = nan
    return clip_estimate(Estimate(mean, low, high, n, means.units), bounds)


def compare_systems(
    systems: Sequence[str], ratings: Floats, bounds: Bounds = NO_BOUNDS
) -> list[HumanPair]:
    """Compare every pair that has ratings of the same articles; p are not corrected yet."""
    width = bounds[1] - bounds[0]
    pairs = []
    for i, j in combinations(range(len(systems)), 2):
        table = ratings[:, :, i] - ratings[:, :, j]
        if np.isnan(table).all():
            continue
        means = _estimate_column(table)
        p = float(np.nan_to_num(means.p[0], nan=1.0))
        difference = _to_estimate(means, _count_articles(table), (-width, width))
        pairs.append(HumanPair(systems[i], systems[j], difference, p, p))
    return pairs


def _correct(pairs: Sequence[HumanPair], family: Sequence[HumanPair]) -> list[HumanPair]:
    """The pairs with p after Holm's correction over the family, which has them; equal p stay so."""
    tests = [pair.p for pair in family or pairs]
    adjusted = dict(zip(tests, holm(tests).tolist(), strict=True)) if tests else {}
    return [replace(pair, p_adjusted=adjusted[pair.p]) for pair in pairs]


def _hold_beside(
    ratings: Floats, rated: Floats | None, unrated: Floats | None, direction: int, bounds: Bounds
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
        powered = powered._replace(
            estimate=clip_estimate(powered.estimate, bounds),
            rated=clip_estimate(powered.rated, bounds),
        )
        rank = 1 + int((whole > whole[k]).sum())
        beside[k] = powered, direction * float(whole[k]), rank
    return beside
