"""Prediction-powered means: few human ratings, and a metric's scores of many more articles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.stats.distributions import t_quantile
from summbench.stats.intervals import SMALL

Floats = NDArray[np.float64]

LEAST_GAIN = 0.05
"""The interval has to shrink by this share, or the ratings alone are reported."""

_NAN = float("nan")


class PoweredMeans(NamedTuple):
    """Of each column (m,): both means with their standard errors, and what the scores are worth.

    `weight` is lambda, the part of the scores' difference that is added; `correlation` is that of
    ratings and scores on the rated articles. `low` and `high` are of the powered mean, at 95 %.
    """

    mean: Floats
    low: Floats
    high: Floats
    error: Floats
    rated_mean: Floats
    rated_error: Floats
    weight: Floats
    correlation: Floats


class PoweredEstimate(NamedTuple):
    """The mean to report, that of the ratings alone, and why the first is or is not powered.

    `gain` is by how much the interval shrinks, as a share. `reason` is empty where the scores are
    used.
    """

    estimate: Estimate
    rated: Estimate
    weight: float
    correlation: float
    gain: float
    unrated: int
    reason: str


def compute_powered_means(rated: Floats, scores: Floats, unrated_scores: Floats) -> PoweredMeans:
    """Compute the means of human ratings (n, m) with scores of the same and of N other articles.

    mean(h) + lambda (mean_N(f) - mean_n(f)) with lambda = cov(h, f) / ((1 + n / N) var(f)) in 0 to
    1; its variance is var(h - lambda f) / n + lambda^2 var_N(f) / N, with t quantiles. (PPI++:
    Angelopoulos, Duchi & Zrnic, 2023.)
    """
    n, unrated = len(rated), len(unrated_scores)
    h, f = rated - rated.mean(axis=0), scores - scores.mean(axis=0)
    covariance = (h * f).mean(axis=0)
    variance = np.concatenate([scores, unrated_scores]).var(axis=0, ddof=1)
    is_varied = variance > 0
    ratio = covariance / ((1 + n / unrated) * np.where(is_varied, variance, 1.0))
    weight = np.where(is_varied, np.clip(ratio, 0, 1), 0.0)
    mean = rated.mean(axis=0) + weight * (unrated_scores.mean(axis=0) - scores.mean(axis=0))
    rest = (h - weight * f).var(axis=0, ddof=1) / n
    error = np.sqrt(rest + weight**2 * unrated_scores.var(axis=0, ddof=1) / unrated)
    half = t_quantile(n - 1, 0.975) * error
    spread = np.sqrt((h**2).mean(axis=0) * (f**2).mean(axis=0))
    correlation = np.where(spread > 0, covariance / np.where(spread > 0, spread, 1.0), _NAN)
    return PoweredMeans(
        mean=mean,
        low=mean - half,
        high=mean + half,
        error=error,
        rated_mean=rated.mean(axis=0),
        rated_error=rated.std(axis=0, ddof=1) / np.sqrt(n),
        weight=weight,
        correlation=correlation,
    )


def estimate_powered_mean(rated: Floats, scores: Floats, unrated_scores: Floats) -> PoweredEstimate:
    """Estimate a mean rating (n,), with the scores where they help and alone where they do not.

    Scores get the spread of the ratings first: lambda from 0 to 1 is for predictions of a rating,
    and a metric from 0 to 1 would need more. Below `SMALL` rated articles, without two unrated
    ones, or where the interval shrinks by less than `LEAST_GAIN`, `estimate` is that of the ratings
    alone and `reason` says why.
    """
    n, unrated = len(rated), len(unrated_scores)
    if n < 2:
        none = Estimate(float(np.mean(rated)) if n else _NAN, _NAN, _NAN, n, "none")
        return PoweredEstimate(none, none, 0.0, _NAN, 0.0, unrated, "fewer than two are rated")
    others = unrated_scores if unrated > 1 else scores
    scale = match_spread(rated, scores, others)
    columns = (rated, scale * np.asarray(scores), scale * np.asarray(others))
    means = compute_powered_means(*(np.asarray(column)[:, None] for column in columns))
    value = {name: float(column[0]) for name, column in means._asdict().items()}
    half = float(t_quantile(n - 1, 0.975)) * value["rated_error"]
    middle = value["rated_mean"]
    alone = Estimate(middle, middle - half, middle + half, n, "student-t")
    powered = Estimate(value["mean"], value["low"], value["high"], n, "prediction-powered")
    gain = 1 - value["error"] / value["rated_error"] if value["rated_error"] > 0 else 0.0
    reason = ""
    if unrated < 2:
        reason = "no articles have scores and no ratings"
    elif n < SMALL:
        reason = f"fewer than {SMALL} articles are rated"
    elif gain < LEAST_GAIN:
        reason = f"the interval would shrink by less than {LEAST_GAIN:.0%}"
    chosen = alone if reason else powered
    facts = value["weight"], value["correlation"], gain
    return PoweredEstimate(chosen, alone, *facts, unrated, reason)


def match_spread(rated: Floats, scores: Floats, unrated_scores: Floats) -> float:
    """Return the factor that gives all scores the spread of the ratings; 1 if they have none."""
    spread = np.concatenate([scores, unrated_scores]).std()
    return float(np.std(rated) / spread) if spread > 0 else 1.0
