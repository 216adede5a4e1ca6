"""Percentiles of resampled values, and bins of pairs, by hand."""

from math import isnan, nan

import numpy as np
import pytest
from scipy import stats

from summbench.stats.preference import bin_preferences, percentile_interval, widen_level
from summbench.stats.weighted import Draws


def test_percentiles_are_of_the_resamples_without_the_sample_itself() -> None:
    # Linear between the values 0 to 40: 2.5 % of 40 steps is 1, 97.5 % is 39.
    values = np.array([99.0, *range(41)])
    assert percentile_interval(values) == pytest.approx((1.0, 39.0))
    assert percentile_interval(values, level=0.5) == pytest.approx((10.0, 30.0))


def test_half_of_the_resamples_must_be_defined() -> None:
    assert percentile_interval(np.array([0.5, 0.2, nan, 0.2, nan, 0.6]), 1) == (0.2, 0.6)
    assert all(map(isnan, percentile_interval(np.array([0.5, 0.2, nan, nan]))))
    assert all(map(isnan, percentile_interval(np.array([nan, 0.2, 0.2]))))
    assert all(map(isnan, percentile_interval(np.array([0.5]))))


def test_resamples_that_are_all_the_same_have_no_interval() -> None:
    assert all(map(isnan, percentile_interval(np.full(200, 0.3))))
    third = np.array([1.0, *[1 / 3, 1 - 2 / 3] * 100])  # the same but for rounding
    assert all(map(isnan, percentile_interval(third)))


@pytest.mark.parametrize("n", [4, 10])
def test_the_widened_level_makes_a_normal_interval_students(n: int) -> None:
    # Half the width of n resampled values is z sqrt((n - 1) / n) sd; it is to be t sd.
    level = widen_level(n)
    z = stats.norm.ppf((1 + level) / 2)
    assert z * np.sqrt((n - 1) / n) == pytest.approx(stats.t.ppf(0.975, n - 1))
    assert widen_level(1) == 0.95


def test_pairs_are_binned_by_their_gap() -> None:
    # Means 0, 1, 3, 7, 15: ten gaps 1, 2, 3, 4, 6, 7, 8, 12, 14, 15, two bins that part at their
    # median 6.5. People rank the first system last but one: they disagree on the gap 1 alone.
    metric = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])
    human = np.array([[1.0], [0.0], [3.0], [7.0], [15.0]])
    once = Draws(np.ones((3, 5)), np.ones((3, 1)))
    small, large = bin_preferences(metric, human, once)
    assert (small.low, small.high, small.pairs, small.share) == (0.0, 6.5, 5, 4 / 5)
    assert (large.low, large.high, large.pairs, large.share) == (6.5, 15.0, 5, 1.0)
    assert isnan(small.share_low) and isnan(small.share_high)  # of resamples that are the same
