"""Which models differ: paired tests of all pairs, and the ranks that they leave possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA, Comparison, LeaderboardMetric
from summbench.stats.intervals import LARGE, estimate_columns
from summbench.stats.multiplicity import benjamini_hochberg, holm
from summbench.stats.paired import (
    count_resamples,
    moments,
    paired_t,
    sign_flip,
    sign_flip_pairs,
    tally,
)
from summbench.stats.power import minimum_detectable_effect
from summbench.stats.ranks import assign_clusters, assign_letters, rank_intervals

Floats = NDArray[np.float64]

FEWEST = 5
"""Below this many articles a pair of models is not tested."""

_RESAMPLES = 9_999
_EXPLORATORY = 9_999, 1_999  # flips and resamples of metrics that are not primary
Scores = Mapping[str, Sequence[float] | Floats]
"""Model -> its score of each article, NaN where it has none."""


class Standing(NamedTuple):
    """The ranks that a model may have, its cluster (1 is the best) and its compact letters."""

    rank_low: int
    rank_high: int
    cluster: int
    letters: str


class _Pairs(NamedTuple):
    """Pairs of models on one metric, by their columns in its scores (articles, models).

    Models are in the order of their names, and so are the two of a pair: numbers are the same to
    the last bit however models are ordered. `is_swapped` pairs are shown the other way round.
    """

    metric: str
    models: Sequence[str]
    scores: Floats
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    is_swapped: NDArray[np.bool_]

    @property
    def differences(self) -> Floats:
        """NaN on articles where one of a pair has no score: (articles, pairs)."""
        return self.scores[:, self.first] - self.scores[:, self.second]

    @property
    def largest(self) -> Floats:
        """The size of each pair's largest score."""
        of_models = np.nanmax(np.abs(self.scores), axis=0, initial=0.0)
        return np.asarray(np.maximum(of_models[self.first], of_models[self.second]))


def compare_pairs(
    dataset: str,
    scores: Mapping[str, Scores],
    metrics: Mapping[str, LeaderboardMetric],
    primary: str,
    vs: str | None = None,
    seed: int = 0,
) -> list[Comparison]:
    """Tests every pair of models on each metric, or only those with the model `vs`.

    A pair is compared on the articles where both have a score, if these are 5 or more. p-values
    are of sign-flip tests: Holm's correction on the primary metric, with as many resamples as that
    needs, and Benjamini and Hochberg's on each of the others, which are exploratory (their BCa
    intervals are of the first 1,999 of the 9,999 resamples). Above 50,000 articles tests and
    intervals are Student's. A win is an article on which `a` is better, or higher where the metric
    has no better.
    """
    by_metric = [
        _pair_models(metric, of_models, vs)
        for metric, of_models in scores.items()
        if len(of_models) > 1
    ]
    confirmatory = [pairs for pairs in by_metric if pairs.metric == primary]
    exploratory = [pairs for pairs in by_metric if pairs.metric != primary]
    flips = count_resamples(sum(len(pairs.first) for pairs in confirmatory), ALPHA)
    results = _test_pairs(confirmatory, flips, _RESAMPLES, seed)
    results |= _test_pairs(exploratory, *_EXPLORATORY, seed)
    return [
        comparison
        for pairs in by_metric
        for comparison in _build_comparisons(
            dataset, pairs, metrics[pairs.metric], *results[pairs.metric], pairs.metric == primary
        )
    ]


def _pair_models(metric: str, scores: Scores, vs: str | None) -> _Pairs:
    models = sorted(scores)
    table = np.array([scores[model] for model in models], dtype=float)
    common = (~np.isnan(table)).astype(int) @ (~np.isnan(table)).T.astype(int)
    columns = [
        (a, b)
        for a, b in combinations(map(models.index, scores), 2)
        if vs in (None, models[a], models[b]) and common[a, b] >= FEWEST
    ]
    a, b = np.array(columns, dtype=np.intp).reshape(-1, 2).T
    return _Pairs(metric, models, table.T, np.minimum(a, b), np.maximum(a, b), a > b)


def _test_pairs(
    by_metric: Sequence[_Pairs], flips: int, resamples: int, seed: int
) -> dict[str, tuple[Floats, list[Estimate]]]:
    """Metric -> p and interval of each pair; all metrics see the same flips and resamples."""
    p: dict[str, Floats] = {}
    complete = []
    for pairs in by_metric:
        if len(pairs.scores) > LARGE:
            p[pairs.metric] = paired_t(pairs.differences)
        elif np.isnan(pairs.scores).any():
            # To a flip, a missing article is the same as one without a difference.
            p[pairs.metric] = sign_flip(np.nan_to_num(pairs.differences), flips, seed)
        else:
            complete.append(pairs)
    p |= _test_complete_pairs(complete, flips, seed)
    columns = (
        ((pairs.metric, i), column)
        for pairs in by_metric
        for i, column in enumerate(pairs.differences.T)
    )
    intervals = iter(estimate_columns(columns, resamples=resamples, seed=seed).values())
    return {
        pairs.metric: (p[pairs.metric], list(islice(intervals, len(pairs.first))))
        for pairs in by_metric
    }


def _test_complete_pairs(by_metric: Sequence[_Pairs], flips: int, seed: int) -> dict[str, Floats]:
    """Metric -> p, where every model has a score for every article: all in one go."""
    if not by_metric or not by_metric[0].scores.size:
        return {pairs.metric: np.empty(0) for pairs in by_metric}
    starts = np.cumsum([0, *(len(pairs.models) for pairs in by_metric)]).tolist()
    first, second = (
        np.concatenate(
            [getattr(p, side) + start for p, start in zip(by_metric, starts, strict=False)]
        )
        for side in ("first", "second")
    )
    scores = np.concatenate([pairs.scores for pairs in by_metric], axis=1)
    p = sign_flip_pairs(scores, first, second, flips, seed)
    ends = np.cumsum([len(pairs.first) for pairs in by_metric])[:-1]
    p_values = zip(by_metric, np.split(p, ends), strict=True)
    return {pairs.metric: p_of_pairs for pairs, p_of_pairs in p_values}


def _build_comparisons(
    dataset: str,
    pairs: _Pairs,
    info: LeaderboardMetric,
    p: Floats,
    intervals: Sequence[Estimate],
    is_primary: bool,
) -> list[Comparison]:
    sign = np.where(pairs.is_swapped, -1.0, 1.0) * (-1.0 if info.direction == "lower" else 1.0)
    differences = pairs.differences
    counts = tally(sign * differences, pairs.largest)
    _, sd = moments(differences)
    has_spread = np.isfinite(counts.effect_size)
    adjusted = holm(p) if is_primary else benjamini_hochberg(p)
    swap = pairs.is_swapped.tolist()
    return [
        Comparison(
            dataset=dataset,
            metric=pairs.metric,
            a=pairs.models[b if swap[i] else a],
            b=pairs.models[a if swap[i] else b],
            difference=_negate(interval) if swap[i] else interval,
            p=float(p[i]),
            p_adjusted=float(adjusted[i]),
            correction="holm" if is_primary else "bh",
            wins=int(counts.wins[i]),
            ties=int(counts.ties[i]),
            losses=int(counts.losses[i]),
            effect_size=float(counts.effect_size[i]),
            mde=minimum_detectable_effect(float(sd[i]), interval.n, ALPHA)
            if has_spread[i]
            else nan,
        )
        for i, (a, b, interval) in enumerate(zip(pairs.first, pairs.second, intervals, strict=True))
    ]


def _negate(difference: Estimate) -> Estimate:
    mean, low, high = (0.0 - x for x in (difference.mean, difference.high, difference.low))
    return replace(difference, mean=mean, low=low, high=high)


def rank_models(
    models: Sequence[str], comparisons: Sequence[Comparison], higher_is_better: bool
) -> dict[str, Standing]:
    """The possible ranks, cluster and letters of each model; `models` are sorted, best first.

    Empty if a pair of the models was not compared.
    """
    count = len(models)
    if count < 2 or len(comparisons) != count * (count - 1) // 2:
        return {}
    index = {model: i for i, model in enumerate(models)}
    better: NDArray[np.bool_] = np.zeros((count, count), dtype=bool)
    for c in comparisons:
        a_wins = (c.difference.mean > 0) == higher_is_better
        winner, loser = (c.a, c.b) if a_wins else (c.b, c.a)
        better[index[winner], index[loser]] = c.p_adjusted <= ALPHA
    order = range(count)
    parts = (rank_intervals(better), assign_clusters(order, better), assign_letters(order, better))
    return {
        model: Standing(*rank, cluster, letters)
        for model, rank, cluster, letters in zip(models, *parts, strict=True)
    }
