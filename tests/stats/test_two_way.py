"""Means over articles and raters: the textbook's analysis of variance, by hand."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from scipy.stats import t

from summbench.stats.two_way import estimate_crossed_means


def _draw(raters: int = 4, articles: int = 12, columns: int = 1, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(
        3
        + 0.5 * rng.normal(size=(1, articles, columns))
        + 0.5 * rng.normal(size=(raters, 1, columns))
        + 0.7 * rng.normal(size=(raters, articles, columns))
    )


def test_a_complete_table_is_the_textbooks_analysis_of_variance() -> None:
    # V = (MS articles + MS raters - MS rest) / n; df of Satterthwaite (Searle et al., 1992, 4.5).
    table = _draw()
    y, (r, a) = table[:, :, 0], (4, 12)
    mean = y.mean()
    of_articles = r * ((y.mean(axis=0) - mean) ** 2).sum() / (a - 1)
    of_raters = a * ((y.mean(axis=1) - mean) ** 2).sum() / (r - 1)
    residual = y - y.mean(axis=0) - y.mean(axis=1)[:, None] + mean
    of_rest = (residual**2).sum() / ((a - 1) * (r - 1))
    variance = (of_articles + of_raters - of_rest) / (r * a)
    spread = of_articles**2 / (a - 1) + of_raters**2 / (r - 1) + of_rest**2 / ((a - 1) * (r - 1))
    freedom = np.floor((variance * r * a) ** 2 / spread)
    half = t.ppf(0.975, freedom) * np.sqrt(variance)
    means = estimate_crossed_means(table)
    assert means.components[:, 0] == pytest.approx(
        [(of_articles - of_rest) / r, (of_raters - of_rest) / a, of_rest]
    )
    assert (means.error[0], means.freedom[0]) == pytest.approx((np.sqrt(variance), freedom))
    assert (means.low[0], means.high[0]) == pytest.approx((mean - half, mean + half))
    assert means.p[0] == pytest.approx(2 * t.sf(mean / np.sqrt(variance), freedom))
    assert means.units == "articles and raters"


def test_without_a_difference_of_raters_it_is_students_interval_over_articles() -> None:
    table = _draw()
    table -= table.mean(axis=1, keepdims=True)
    means = estimate_crossed_means(table)
    of_articles = table[:, :, 0].mean(axis=0)
    half = t.ppf(0.975, 11) * of_articles.std(ddof=1) / np.sqrt(12)
    assert means.components[1, 0] == 0
    assert means.high[0] - means.mean[0] == pytest.approx(half)


def test_the_variances_of_an_incomplete_table_are_not_biased() -> None:
    # Half of the ratings are missing; planted .25, .25, .49. Mean of 4,000, its error below .01.
    table = _draw(6, 20, 4_000)
    table[np.random.default_rng(0).random((6, 20)) < 0.5] = nan
    sums = estimate_crossed_means(table).components.mean(axis=1)
    assert sums[0] == pytest.approx(0.25, abs=0.02)
    assert sums[1] == pytest.approx(0.25, abs=0.03)  # a negative estimate is 0
    assert sums[2] == pytest.approx(0.49, abs=0.01)


def test_one_rater_one_article_and_equal_ratings() -> None:
    table = _draw()
    single = estimate_crossed_means(table[:1])
    assert single.units == "articles"
    assert single.high[0] - single.mean[0] == pytest.approx(
        t.ppf(0.975, 11) * table[0, :, 0].std(ddof=1) / np.sqrt(12)
    )
    assert estimate_crossed_means(table[:, :1]).units == "none"
    assert np.isnan(estimate_crossed_means(table[:, :1]).low[0])
    equal = estimate_crossed_means(np.full((3, 5, 1), 4.0))
    assert (equal.low[0], equal.high[0], equal.p[0]) == (4.0, 4.0, 2.0**-4)
    assert estimate_crossed_means(np.zeros((3, 5, 1))).p[0] == 1
    assert np.isnan(estimate_crossed_means(np.full((2, 3, 1), nan)).mean[0])


def test_raters_who_share_no_article_are_no_sample_of_raters() -> None:
    table = np.full((2, 6, 1), nan)
    table[0, :3], table[1, 3:] = _draw()[0, :3], _draw()[1, 3:6]
    assert estimate_crossed_means(table).units == "articles"
