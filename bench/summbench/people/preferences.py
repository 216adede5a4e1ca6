"""Which systems are preferred: strengths from choices between two, of people or of a judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.people.choices import (
    Choice,
    count_flips,
    count_outcomes,
    find_one_sided,
    find_problems,
)
from summbench.stats.bradley_terry import Choices, count_cycles, fit_choices
from summbench.stats.preference import widen_level
from summbench.stats.ranks import rank_intervals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LENGTH_RESAMPLES = 200
_NAN = float("nan")
_SAME = 1e-9  # values that differ by less differ by rounding
_BOUNDLESS = 8.0  # a log strength beyond this is of a system that is unbeaten in the resample


@dataclass(frozen=True, slots=True)
class SystemStrength:
    """How often a system is preferred (a tie is half), its log strength, and the possible ranks.

    Strengths add up to 0; a difference is the log odds that one is preferred to the other. There is
    none (NaN) where the choices give none.
    """

    system: str
    preferred: float
    choices: int
    strength: Estimate
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class Preferences:
    """What choices say of systems, the strongest first.

    `position` is the log odds that the first is preferred to an equal second, `length` how they
    rise with the log ratio of lengths, `length_adjusted` the strengths without that. `flips` of
    `repeated_pairs` changed with the order. `cycles` of `triples` of systems go round. `problems`
    are sentences about what can't be said.
    """

    systems: Sequence[SystemStrength]
    choices: int
    articles: int
    ties: int
    position: Estimate
    length: Estimate
    length_adjusted: Mapping[str, float]
    cycles: int
    triples: int
    flips: int
    repeated_pairs: int
    problems: Sequence[str]


def estimate_preferences(
    choices: Sequence[Choice], resamples: int = 1_000, seed: int = 0
) -> Preferences:
    """Estimate strengths by Bradley and Terry's model with ties, intervals from resampled articles.

    All choices of an article are drawn together. Ranks are possible where no system is better: its
    difference is beyond the 95 % quantile of the largest of all pairs' errors. (Davidson, 1970;
    Mogstad et al., 2024.)
    """
    systems = sorted({name for choice in choices for name in (choice.first, choice.second)})
    articles = sorted({choice.article for choice in choices})
    wins, ties = count_outcomes(choices, systems)
    problems = find_problems(wins, ties, systems) or find_one_sided(choices)
    weights = _weigh_choices(choices, articles, resamples, seed)
    strengths, position, length, adjusted = _fit(choices, systems, weights, bool(problems))
    if len(articles) < 2:
        problems.append("All choices are of one article, so that there is no interval.")
    cycles, triples = count_cycles(wins)
    flips, repeated_pairs = count_flips(choices)
    return Preferences(
        systems=_rank_systems(systems, wins + ties / 2, strengths, len(articles)),
        choices=len(choices),
        articles=len(articles),
        ties=round(float(ties.sum())) // 2,
        position=_estimate(position, len(choices), len(articles)),
        length=_estimate(length, len(choices), len(articles)),
        length_adjusted=dict(zip(systems, adjusted.tolist(), strict=True)),
        cycles=cycles,
        triples=triples,
        flips=flips,
        repeated_pairs=repeated_pairs,
        problems=problems,
    )


def _weigh_choices(
    choices: Sequence[Choice], articles: Sequence[str], resamples: int, seed: int
) -> Floats:
    """How often each choice counts (1 + B, n): as it is, then in resamples of articles."""
    place = {name: i for i, name in enumerate(articles)}
    rows = [place[choice.article] for choice in choices]
    return draw_weights(len(articles), resamples, np.random.default_rng(seed))[:, rows]


def draw_weights(n: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw how often each of n articles counts (1 + B, n): once, then as often as in resamples."""
    shares = np.full(n, 1 / n) if n else np.empty(0)
    drawn = rng.multinomial(n, shares, size=resamples) if n else np.empty((resamples, 0))
    return np.concatenate([np.ones((1, n)), drawn])


def _fit(
    choices: Sequence[Choice], systems: Sequence[str], weights: Floats, has_problem: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """Strengths (1 + B, K), position and length terms (1 + B,), strengths without length (K,).

    Of the length term are as many resamples as its fit, which sees every choice, has time for.
    """
    b, k = len(weights), len(systems)
    if has_problem:
        undefined = np.full(b, _NAN)
        return np.full((b, k), _NAN), undefined, undefined, np.full(k, _NAN)
    place = {name: i for i, name in enumerate(systems)}
    first = np.array([place[choice.first] for choice in choices])
    second = np.array([place[choice.second] for choice in choices])
    outcome = np.array([choice.outcome for choice in choices])
    ratio = np.array([choice.log_length_ratio for choice in choices])
    ones = np.ones(len(choices))
    # Where each pair has one order only, position and strength are not told apart.
    orders = {(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)}
    is_balanced = any((j, i) in orders for i, j in orders)
    terms = [ones] if is_balanced else []
    fits = fit_choices(_build(first, second, outcome, terms), k, weights)
    position = fits.terms[:, 0] if is_balanced else np.full(b, _NAN)
    if not np.ptp(ratio) > 0:
        return fits.strengths, position, np.full(b, _NAN), np.full(k, _NAN)
    some = weights[: _LENGTH_RESAMPLES + 1]
    with_length = fit_choices(_build(first, second, outcome, [*terms, ratio]), k, some)
    return fits.strengths, position, with_length.terms[:, -1], with_length.strengths[0]


def _build(first: Ints, second: Ints, outcome: Ints, terms: Sequence[Floats]) -> Choices:
    table = np.stack(terms, axis=1) if terms else np.empty((len(first), 0))
    return Choices(first, second, outcome, table)


def _rank_systems(
    systems: Sequence[str], preferred: Floats, strengths: Floats, articles: int
) -> list[SystemStrength]:
    """The strongest first; by the share of choices where there are no strengths."""
    total = (preferred + preferred.T).sum(axis=1)
    shares = preferred.sum(axis=1) / total
    ranks = rank_intervals(find_better(strengths, articles))
    rows = [
        SystemStrength(
            system=name,
            preferred=float(shares[i]),
            choices=round(float(total[i])),
            strength=_estimate(strengths[:, i], round(float(total[i])), articles),
            rank_low=ranks[i][0],
            rank_high=ranks[i][1],
        )
        for i, name in enumerate(systems)
    ]
    return sorted(rows, key=lambda row: (-np.nan_to_num(row.strength.mean), -row.preferred))


def find_better(strengths: Floats, articles: int) -> NDArray[np.bool_]:
    """[i, j]: i is stronger than j, at 5 % for all pairs together; strengths are (1 + B, K).

    Differences are compared as chances to be preferred (tanh), which stay within bounds where a
    system is unbeaten in a resample.
    """
    k = strengths.shape[1]
    if np.isnan(strengths).any() or articles < 2:
        return np.zeros((k, k), dtype=bool)
    apart = np.tanh((strengths[:, :, None] - strengths[:, None, :]) / 2)
    error = apart[1:].std(axis=0)
    scale = np.where(error > 0, error, np.inf)
    largest = (np.abs(apart[1:] - apart[0]) / scale).max(axis=(1, 2))
    return np.asarray(apart[0] / scale > np.quantile(largest, widen_level(articles)))


def _estimate(values: Floats, n: int, articles: int) -> Estimate:
    """The first value with percentiles of the others; a border without a bound is infinite."""
    estimate = estimate_percentiles(values, articles)
    low, high = (
        border if not abs(border) >= _BOUNDLESS else border * np.inf
        for border in (estimate.low, estimate.high)
    )
    return replace(estimate, low=low, high=high, n=n)


def estimate_percentiles(values: Floats, articles: int) -> Estimate:
    """Estimate the first value (1 + B,), with percentiles of the others as its 95 % interval.

    `n` is the number of articles; fewer than two have no interval, and
    equal values in all resamples have none either.
    """
    value = float(values[0])
    if np.isnan(value) or articles < 2:
        return Estimate(value, _NAN, _NAN, articles, "none")
    level = widen_level(articles)
    low, high = np.quantile(values[1:], [(1 - level) / 2, (1 + level) / 2]).tolist()
    if high - low <= _SAME:
        return Estimate(value, _NAN, _NAN, articles, "none")
    return Estimate(value, low, high, articles, "percentile")
