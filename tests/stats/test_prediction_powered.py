"""Prediction-powered means against ppi-python."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from summbench.stats.prediction_powered import compute_powered_means, estimate_powered_mean


def _draw(n: int = 30, unrated: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    quality = rng.normal(size=n + unrated)
    ratings = 3 + quality[:n] + 0.5 * rng.normal(size=n)
    scores = 10 * (0.2 + 0.1 * quality + 0.05 * rng.normal(size=n + unrated))
    return ratings, scores[:n], scores[n:]


def test_the_mean_and_its_variance_are_those_of_ppi_python() -> None:
    # ppi-python 0.2.3 on these arrays: ppi_mean_pointestimate, and ppi_mean_ci(alpha=0.05), which
    # divides squares by n and N and has the normal's quantiles.
    ratings, scores, others = _draw()
    means = compute_powered_means(ratings[:, None], scores[:, None], others[:, None])
    assert means.mean[0] == pytest.approx(2.6430719332978323, abs=1e-9)
    weight = means.weight[0]
    variance = (ratings - weight * scores).var() / 30 + weight**2 * others.var() / 200
    half = norm.ppf(0.975) * sqrt(variance)
    assert means.mean[0] - half == pytest.approx(2.373980542829426, abs=1e-9)
    assert means.mean[0] + half == pytest.approx(2.9121633237662388, abs=1e-9)
    # Ours has n - 1 and N - 1 in both.
    ours = (ratings - weight * scores).var(ddof=1) / 30 + weight**2 * others.var(ddof=1) / 200
    assert means.error[0] == pytest.approx(sqrt(ours), abs=1e-12)


def test_a_metric_that_helps_shrinks_the_interval() -> None:
    powered = estimate_powered_mean(*_draw())
    assert powered.reason == ""
    assert powered.estimate.method == "prediction-powered"
    # In theory the variance shrinks by r^2 N / (n + N): here by .50, the interval by .295.
    theory = 1 - sqrt(1 - powered.correlation**2 * 200 / 230)
    assert powered.gain == pytest.approx(theory, abs=0.02)
    width = powered.estimate.high - powered.estimate.low
    assert width / (powered.rated.high - powered.rated.low) == pytest.approx(1 - powered.gain)


def test_the_unit_of_the_scores_is_nothing() -> None:
    ratings, scores, others = _draw()
    powered = estimate_powered_mean(ratings, scores, others)
    points = estimate_powered_mean(ratings, 0.01 * scores - 3, 0.01 * others - 3)
    assert (points.estimate.low, points.gain) == pytest.approx((powered.estimate.low, powered.gain))


def test_a_useless_metric_and_few_ratings_give_the_ratings_alone() -> None:
    ratings, scores, others = _draw()
    noise = np.random.default_rng(1).normal(size=30)
    useless = estimate_powered_mean(ratings, noise, others)
    assert useless.estimate == useless.rated
    assert "shrink by less than 5%" in useless.reason
    few = estimate_powered_mean(ratings[:19], scores[:19], others)
    assert few.estimate == few.rated
    assert "fewer than 20" in few.reason
    against = estimate_powered_mean(ratings, -scores, others)
    assert (against.weight, against.estimate) == (0.0, against.rated)


def test_degenerate_samples_are_answered() -> None:
    ratings, scores, others = _draw()
    assert isnan(estimate_powered_mean(ratings[:1], scores[:1], others).estimate.low)
    assert "no articles" in estimate_powered_mean(ratings, scores, others[:0]).reason
    constant = estimate_powered_mean(np.full(30, 3.0), scores, others)
    assert (constant.estimate.low, constant.estimate.high, constant.gain) == (3.0, 3.0, 0.0)
    assert estimate_powered_mean(ratings, np.full(30, 2.0), np.full(9, 2.0)).weight == 0
