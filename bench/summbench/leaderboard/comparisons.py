"""Which models differ: paired tests of all pairs, and the ranks that they leave possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA, Comparison, Leaderboard, LeaderboardMetric
from summbench.stats.intervals import estimate_columns
from summbench.stats.multiplicity import benjamini_hochberg, holm
from summbench.stats.paired import moments, tally
from summbench.stats.power import minimum_detectable_effect
from summbench.stats.ranks import assign_clusters, assign_letters, rank_intervals
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

FEWEST = 5
"""Below this many articles a pair of models is not tested, and a mean has no interval."""

_BLOCK = 2**18  # differences held at once: 2 MB, so that memory does not grow with the pairs
Scores = Mapping[str, Sequence[float] | Floats]
"""Model -> its score of each article, NaN where it has none."""


class Standing(NamedTuple):
    """The ranks that a model may have, its cluster (1 is the best) and its compact letters."""

    rank_low: int
    rank_high: int
    cluster: int
    letters: str


class PairTests(NamedTuple):
    """The tests of pairs of models on one metric, the pairs by their places among the models.

    Models are in the order of their names, and so are the two of a pair: numbers are the same to
    the last bit however models are ordered. `is_swapped` pairs are shown the other way round.
    `scores` are (models, articles), all others (pairs,); `lead` has the sign of the first's mean
    less the second's.
    """

    models: Sequence[str]
    scores: Floats
    first: Indices
    second: Indices
    is_swapped: NDArray[np.bool_]
    lead: Floats
    p: Floats
    p_adjusted: Floats
    correction: str


def run_tests(scores: Scores, vs: str | None = None, *, is_primary: bool) -> PairTests:
    """Test every pair of models on one metric, or only those with the model `vs`.

    A pair is compared on the articles where both have a score, if these are 5 or more. p-values
    are of sign-flip tests: Holm's correction on the primary metric, Benjamini and Hochberg's on any
    other, which is exploratory.
    """
    models = sorted(scores)
    table = np.array([scores[model] for model in models], dtype=float)
    table = table if models else np.empty((0, 0))
    is_defined = (~np.isnan(table)).astype(np.float32)
    common = is_defined @ is_defined.T
    place = {model: i for i, model in enumerate(models)}
    columns = [
        (a, b)
        for a, b in combinations(map(place.__getitem__, scores), 2)
        if vs in (None, models[a], models[b]) and common[a, b] >= FEWEST
    ]
    a, b = np.array(columns, dtype=np.intp).reshape(-1, 2).T
    first, second = np.minimum(a, b), np.maximum(a, b)
    p, lead = np.empty(len(first)), np.empty(len(first))
    for block, differences, largest in _iterate_differences(table, first, second):
        # To a flip, a missing article is the same as one without a difference.
        filled = np.nan_to_num(differences)
        p[block], lead[block] = sign_flip(filled, largest), filled.sum(axis=0)
    adjusted = holm(p) if is_primary else benjamini_hochberg(p)
    correction = "holm" if is_primary else "bh"
    return PairTests(models, table, first, second, a > b, lead, p, adjusted, correction)


def _iterate_differences(
    scores: Floats, first: Indices, second: Indices
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Some pairs, their differences (articles, pairs), and the size of each pair's largest score.

    A difference is NaN on articles where one of the two has no score.
    """
    largest = np.nanmax(np.abs(scores), axis=1, initial=0.0)
    rows = max(1, _BLOCK // max(1, scores.shape[1]))
    for start in range(0, len(first), rows):
        block = slice(start, start + rows)
        a, b = first[block], second[block]
        yield block, (scores[a] - scores[b]).T, np.maximum(largest[a], largest[b])


def compare_pairs(
    dataset: str, metric: str, tests: PairTests, info: LeaderboardMetric
) -> list[Comparison]:
    """Every tested pair with the mean of its differences, their interval and size.

    A win is an article on which `a` is better, or higher where the metric has no better.
    """
    comparisons: list[Comparison] = []
    for block, differences, largest in _iterate_differences(
        tests.scores, tests.first, tests.second
    ):
        some = tests._replace(
            first=tests.first[block],
            second=tests.second[block],
            is_swapped=tests.is_swapped[block],
            p=tests.p[block],
            p_adjusted=tests.p_adjusted[block],
        )
        comparisons += _build_comparisons(dataset, metric, some, info, differences, largest)
    return comparisons


def compare_scores(
    board: Leaderboard, dataset: str, metric: str, scores: Scores
) -> list[Comparison]:
    """Every pair on a metric of a finished board, as if the board had compared it.

    Bounds, models that failed on every article and models without a score are left out.
    """
    compared = {
        h.model: scores[h.model]
        for h in board.health
        if h.dataset == dataset
        and board.models[h.model] != "bound"
        and h.failed < h.articles
        and not np.isnan(scores.get(h.model, nan)).all()
    }
    tests = run_tests(compared, board.vs, is_primary=metric == board.primary)
    return compare_pairs(dataset, metric, tests, board.metrics[metric])


def _build_comparisons(
    dataset: str,
    metric: str,
    tests: PairTests,
    info: LeaderboardMetric,
    differences: Floats,
    largest: Floats,
) -> list[Comparison]:
    intervals = estimate_columns(enumerate(differences.T)).values()
    sign = np.where(tests.is_swapped, -1.0, 1.0) * (-1.0 if info.direction == "lower" else 1.0)
    counts = tally(sign * differences, largest)
    sd = np.where(np.isfinite(counts.effect_size), moments(differences)[1], nan)
    n = np.count_nonzero(~np.isnan(differences), axis=0)
    mde = minimum_detectable_effect(1.0, 1, ALPHA) * sd / np.sqrt(n)
    columns = (tests.p, tests.p_adjusted, *counts, mde)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    pairs = zip(tests.first, tests.second, tests.is_swapped, intervals, rows, strict=True)
    return [
        Comparison(
            dataset=dataset,
            metric=metric,
            a=tests.models[b if is_swapped else a],
            b=tests.models[a if is_swapped else b],
            difference=_negate(interval) if is_swapped else interval,
            p=p,
            p_adjusted=p_adjusted,
            correction=tests.correction,
            wins=wins,
            ties=ties,
            losses=losses,
            effect_size=effect_size,
            mde=mde,
        )
        for a, b, is_swapped, interval, (
            p, p_adjusted, wins, ties, losses, effect_size, mde,
        ) in pairs
    ]  # fmt: skip


def _negate(difference: Estimate) -> Estimate:
    mean, low, high = (0.0 - x for x in (difference.mean, difference.high, difference.low))
    return replace(difference, mean=mean, low=low, high=high)


def rank_models(
    models: Sequence[str], tests: PairTests, higher_is_better: bool
) -> dict[str, Standing]:
    """The possible ranks, cluster and letters of each model; `models` are sorted, best first.

    Empty if a pair of the models was not compared.
    """
    count = len(models)
    if count < 2 or len(tests.first) != count * (count - 1) // 2:
        return {}
    index = {model: i for i, model in enumerate(models)}
    place = np.array([index[model] for model in tests.models])
    first_wins = (tests.lead > 0) == higher_is_better
    winner = place[np.where(first_wins, tests.first, tests.second)]
    loser = place[np.where(first_wins, tests.second, tests.first)]
    better: NDArray[np.bool_] = np.zeros((count, count), dtype=bool)
    better[winner, loser] = tests.p_adjusted <= ALPHA
    order = range(count)
    parts = (rank_intervals(better), assign_clusters(order, better), assign_letters(order, better))
    return {
        model: Standing(*rank, cluster, letters)
        for model, rank, cluster, letters in zip(models, *parts, strict=True)
    }
