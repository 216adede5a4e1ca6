"""Simultaneous bands and spent levels, against hand work and a plain loop over resamples."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from summbench.stats.simultaneous import adjust_for_size, simultaneous_quantile, spend_alpha


def test_levels_are_a_fortieth_then_less_and_never_more_than_alpha_together() -> None:
    """0.05 / (1 x 2), / (2 x 3), / (3 x 4); the sum of the first n is 0.05 n / (n + 1)."""
    levels = [spend_alpha(k, 0.05) for k in range(1, 201)]
    assert levels[:3] == pytest.approx([1 / 40, 1 / 120, 1 / 240])
    assert sum(levels) == pytest.approx(0.05 * 200 / 201)
    with pytest.raises(ValueError, match="counted from 1"):
        spend_alpha(0, 0.05)


def test_the_quantile_is_that_of_a_loop_over_resamples() -> None:
    """One resample after the other, in standard errors of the sample (over n)."""
    table = np.random.default_rng(3).gamma(2.0, size=(15, 3))
    table[:, 2] = 1.0
    draws = np.random.default_rng(7).integers(15, size=(400, 15))
    largest = []
    for row in draws:
        values = []
        for column in (0, 1):
            error = table[:, column].std() / np.sqrt(15)
            values.append(abs(table[row, column].mean() - table[:, column].mean()) / error)
        largest.append(max(values))
    expected = sorted(largest)[int(np.ceil(0.9 * 399))]
    assert simultaneous_quantile([table], 0.9, resamples=400, seed=7) == pytest.approx(expected)


def test_it_is_near_the_normal_quantiles_where_those_are_right() -> None:
    """1.960 of one mean; 3.016 of 20 independent ones (Sidak: 1 - .95 ** (1 / 20) = .00256)."""
    columns = np.random.default_rng(1).normal(size=(2_000, 20))
    single = columns[:, :1]
    assert simultaneous_quantile([single]) == pytest.approx(1.960, abs=0.05)
    assert simultaneous_quantile([np.repeat(single, 30, axis=1)]) == pytest.approx(1.960, abs=0.05)
    assert simultaneous_quantile([columns]) == pytest.approx(3.016, abs=0.06)
    halves = [columns[:, :10], columns[:1_000, 10:]]
    assert simultaneous_quantile(halves) == pytest.approx(3.016, abs=0.06)


def test_a_single_changed_article_leaves_a_finite_band() -> None:
    """Its mean in a resample is m / n with m the copies of it: |m - 1| / sqrt(1 - 1 / n)."""
    table = np.zeros((50, 1))
    table[0] = 1.0
    quantile = simultaneous_quantile([table])
    assert quantile * np.sqrt(0.98) in (pytest.approx(2), pytest.approx(3))


def test_students_quantile_takes_the_place_of_the_normal() -> None:
    """t with 9 degrees of freedom has 2.262 where the normal has 1.960 (any table)."""
    assert adjust_for_size(1.959964, 10) == pytest.approx(2.262157, abs=1e-5)
    assert adjust_for_size(1.959964, 100_000) == pytest.approx(1.960, abs=1e-3)


def test_columns_of_one_value_have_no_error() -> None:
    assert isnan(simultaneous_quantile([np.ones((8, 2))]))
    assert isnan(simultaneous_quantile([]))
