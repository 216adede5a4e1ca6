"""A judge's preferences, corrected by what people chose on a part of the articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.people.contest import Meeting
from summbench.people.preferences import draw_weights, estimate_percentiles, find_better
from summbench.people.scores import clip_estimate
from summbench.stats.distributions import t_quantile
from summbench.stats.prediction_powered import (
    LEAST_GAIN,
    PoweredEstimate,
    estimate_powered_mean,
    match_spread,
)
from summbench.stats.ranks import rank_intervals

Floats = NDArray[np.float64]
Scores = Mapping[Meeting, float]

FEWEST = 5
"""Articles with people's choices of each pair, or systems have no rates and ranks."""


_PSEUDO = 0.25
"""Articles that are added for each way in which people and judge may agree or not."""


@dataclass(frozen=True, slots=True)
class CorrectedRate:
    """How often people prefer `a` to `b`, a tie as half, on other articles.

    `judge` is the judge's own rate on all its articles, `rectifier` what people gave more on those
    that both judged, `powered` what follows of both.
    """

    a: str
    b: str
    judge: float
    rectifier: float
    powered: PoweredEstimate


@dataclass(frozen=True, slots=True)
class CorrectedSystem:
    """How often people prefer a system to the others, each as often, and its possible ranks."""

    system: str
    rate: Estimate
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class CorrectedPreferences:
    """Rates of pairs and of systems; no systems where people chose on too few articles.

    `articles` are those on which people chose.
    """

    pairs: Sequence[CorrectedRate]
    systems: Sequence[CorrectedSystem]
    articles: int


def correct_preferences(
    judge: Scores,
    human: Scores,
    systems: Sequence[str],
    resamples: int = 1_000,
    seed: int = 0,
) -> CorrectedPreferences:
    """Estimate how often people prefer each system, from their choices and a judge's.

    Scores are of the first of a meeting: 1, .5 for a tie, 0. A pair's rate is people's mean plus
    lambda times (the judge's mean on articles without people less that on those with them), its
    variance that of both parts: see `estimate_powered_mean`. It is people's alone where the judge
    buys nothing. A system's rate is the mean over its opponents; intervals and ranks are from
    resampled articles, those with people and those without apart. (Angelopoulos et al., 2023; the
    choices as Boyeau et al., 2024, have them.)
    """
    pairs = list(combinations(sorted(systems), 2))
    articles = sorted({meeting.article for meeting in human})
    rest = sorted({meeting.article for meeting in judge} - set(articles))
    columns = [
        _Column.build(
            _list_scores(human, articles, pair),
            _list_scores(judge, articles, pair),
            _list_scores(judge, rest, pair),
        )
        for pair in pairs
    ]
    rates = [
        _describe_pair(*pair, column, _list_scores(judge, [*articles, *rest], pair))
        for pair, column in zip(pairs, columns, strict=True)
    ]
    if min(column.estimate.estimate.n for column in columns) < FEWEST:
        return CorrectedPreferences(rates, [], len(articles))
    rng = np.random.default_rng(seed)
    with_people, others = (draw_weights(len(of), resamples, rng) for of in (articles, rest))
    drawn = np.stack([column.draw(with_people, others, rng) for column in columns], axis=1)
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    ranked = rank_rates(sorted(systems), drawn, len(articles))
    return CorrectedPreferences(rates, ranked, len(articles))


def rank_rates(systems: Sequence[str], rates: Floats, articles: int) -> list[CorrectedSystem]:
    """Rank systems by their mean rate, from rates of their pairs (1 + B, P), the first as it is."""
    k, (first, second) = len(systems), np.triu_indices(len(systems), 1)
    table = np.zeros((len(rates), k, k))
    table[:, first, second], table[:, second, first] = rates, 1 - rates
    means = table.sum(axis=2) / (k - 1)
    ranks = rank_intervals(find_better(means, articles))
    rows = [
        CorrectedSystem(
            name, clip_estimate(estimate_percentiles(means[:, i], articles), (0, 1)), *ranks[i]
        )
        for i, name in enumerate(systems)
    ]
    return sorted(rows, key=lambda row: -row.rate.mean)


@dataclass(frozen=True, slots=True)
class _Column:
    """A pair's scores by people and by the judge on articles with people, and its others.

    NaN where there is none. `weight` is what the judge's difference is multiplied with, `added` the
    variance that `smooth_variance` adds.
    """

    rated: Floats
    predicted: Floats
    unrated: Floats
    estimate: PoweredEstimate
    weight: float
    added: float

    @classmethod
    def build(cls, rated: Floats, predicted: Floats, unrated: Floats) -> _Column:
        """Estimate the pair's rate; where that is people's alone, it is of all their choices."""
        is_both = ~np.isnan(rated) & ~np.isnan(predicted)
        human, judge = rated[is_both], predicted[is_both]
        others = unrated[~np.isnan(unrated)]
        estimate = estimate_powered_mean(human, judge, others)
        if not estimate.reason:
            weight = estimate.weight * match_spread(human, judge, others)
            variance = smooth_variance(human - weight * judge, weight)
            from_others = weight**2 * _compute_variance(others)
            alone = smooth_variance(human, 0.0)
            gain = 1 - ((variance + from_others) / alone) ** 0.5
            estimate = _restate(estimate, variance + from_others, alone, gain)
        if estimate.reason:
            human = rated[~np.isnan(rated)]
            of_people = estimate_powered_mean(human, np.zeros_like(human), np.zeros(0)).rated
            alone = smooth_variance(human, 0.0)
            estimate = estimate._replace(estimate=of_people, rated=of_people)
            estimate = _restate(estimate, alone, alone, estimate.gain)
            added = alone - _compute_variance(human)
            return cls(rated, predicted, unrated, estimate, 0.0, added)
        rated, predicted = (np.where(is_both, values, np.nan) for values in (rated, predicted))
        added = variance - _compute_variance(human - weight * judge)
        return cls(rated, predicted, unrated, estimate, weight, added)

    def draw(self, with_people: Floats, others: Floats, rng: np.random.Generator) -> Floats:
        """The rate (1 + B,) by how often each article counts, (1 + B, n) and (1 + B, N)."""
        rates = _average_by(with_people, self.rated)
        if self.weight > 0:
            gap = _average_by(others, self.unrated) - _average_by(with_people, self.predicted)
            rates = rates + self.weight * gap
        noise = max(self.added, 0.0) ** 0.5 * rng.standard_normal(len(rates) - 1)
        return np.append(rates[0], rates[1:] + noise)


def smooth_variance(residuals: Floats, weight: float) -> float:
    """Compute the variance of the mean of people's scores less `weight` times the judge's.

    A quarter of an article is added for each of: both prefer `a`, people alone, the judge alone,
    nobody. Where few choices differ, or all are the same, the plain variance is too small. (As
    Agresti & Min, 2005, who add half for matched proportions; by simulation a quarter is enough.)
    NaN of fewer than two.
    """
    n = len(residuals)
    if n < 2:
        return float("nan")
    values = np.append(residuals, [1 - weight, 1.0, -weight, 0.0])
    counts = np.append(np.ones(n), np.full(4, _PSEUDO))
    middle = np.average(values, weights=counts)
    return float((counts * (values - middle) ** 2).sum() / (n + 4 * _PSEUDO - 1) / n)


def _compute_variance(values: Floats) -> float:
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else float("nan")


def _restate(
    estimate: PoweredEstimate, variance: float, alone: float, gain: float
) -> PoweredEstimate:
    """The estimate with intervals of these variances, within 0 and 1, and whether it is used."""
    reason = estimate.reason
    if not reason and gain < LEAST_GAIN:
        reason = f"the interval would shrink by less than {LEAST_GAIN:.0%}"
    return estimate._replace(
        estimate=_widen(estimate.estimate, estimate.rated.n, variance),
        rated=_widen(estimate.rated, estimate.rated.n, alone),
        gain=gain,
        reason=reason,
    )


def _widen(estimate: Estimate, n: int, variance: float) -> Estimate:
    if np.isnan(variance):
        return estimate
    half = float(t_quantile(n - 1, 0.975)) * variance**0.5
    low, high = estimate.mean - half, estimate.mean + half
    return clip_estimate(replace(estimate, low=low, high=high), (0, 1))


def _list_scores(scores: Scores, articles: Sequence[str], pair: tuple[str, str]) -> Floats:
    return np.array([scores.get(Meeting(article, *pair), np.nan) for article in articles])


def _describe_pair(a: str, b: str, column: _Column, of_judge: Floats) -> CorrectedRate:
    difference = column.rated - column.predicted
    return CorrectedRate(a, b, _average(of_judge), _average(difference), column.estimate)


def _average(values: Floats) -> float:
    return float(_average_by(np.ones((1, len(values))), values)[0])


def _average_by(weights: Floats, values: Floats) -> Floats:
    """Weighted means (b,) of values (n,) without NaN; NaN where nothing has a weight."""
    is_defined = ~np.isnan(values)
    total = weights[:, is_defined].sum(axis=1)
    sums = weights[:, is_defined] @ values[is_defined]
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)
