"""Intervals of a mean against a table of Student's t, and against scipy's own."""

from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from summbench.core.records import Estimate
from summbench.stats.intervals import student_t

_NAN = float("nan")
_values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50)


def _numbers(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.low, estimate.mean, estimate.high


def test_five_values_by_hand() -> None:
    # Mean 3, variance 10/4; the table's t for .975 and 4 degrees of freedom is 2.776.
    half = 2.776 * sqrt(2.5 / 5)
    interval = student_t([1, 2, 3, 4, 5])
    assert _numbers(interval) == pytest.approx((3 - half, 3, 3 + half), abs=5e-4)
    assert (interval.n, interval.method) == (5, "student-t")


def test_two_values_by_hand() -> None:
    # Mean .5, standard error .5; the table's t for .975 and 1 degree of freedom is 12.706.
    assert _numbers(student_t([0, 1])) == pytest.approx((-5.853, 0.5, 6.853), abs=5e-4)


def test_the_level_is_two_sided() -> None:
    # The table's t for .95 and 4 degrees of freedom is 2.132.
    half = 2.132 * sqrt(2.5 / 5)
    assert _numbers(student_t([1, 2, 3, 4, 5], level=0.9)) == pytest.approx(
        (3 - half, 3, 3 + half), abs=5e-4
    )


@given(_values, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
@settings(deadline=None)
def test_scipy_gives_the_same_interval(values: list[float], level: float) -> None:
    error = float(stats.sem(values))
    expected = stats.t.interval(level, len(values) - 1, loc=np.mean(values), scale=error or 1)
    low, mean, high = _numbers(student_t(values, level))
    assert mean == pytest.approx(np.mean(values))
    assert (low, high) == pytest.approx(expected if error else (mean, mean), abs=1e-6)


def test_no_value_has_no_mean() -> None:
    interval = student_t([])
    assert all(map(isnan, _numbers(interval)))
    assert (interval.n, interval.method) == (0, "none")


def test_one_value_has_a_mean_and_no_interval() -> None:
    interval = student_t([0.25])
    assert interval.mean == 0.25
    assert isnan(interval.low)
    assert isnan(interval.high)
    assert (interval.n, interval.method) == (1, "none")


def test_undefined_values_do_not_count() -> None:
    assert student_t([_NAN, 1, 2, _NAN, 3, 4, 5]) == student_t([1, 2, 3, 4, 5])
    assert student_t([_NAN, 7]).n == 1
    assert student_t([_NAN, _NAN]).n == 0


@pytest.mark.parametrize("value", [0.0, 0.1, 1.0, 1e6])
def test_equal_values_have_an_interval_of_no_width(value: float) -> None:
    assert _numbers(student_t([value] * 7)) == pytest.approx((value, value, value), rel=1e-12)


@given(_values, st.data())
@settings(deadline=None)
def test_the_order_of_articles_does_not_matter(values: list[float], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(values))
    assert _numbers(student_t(mixed)) == pytest.approx(_numbers(student_t(values)), abs=1e-6)


def test_nineteen_of_twenty_intervals_hold_the_true_mean() -> None:
    # Binomial: of 2,000 intervals 1,900 +- 4 x 9.7 must hold it.
    samples = np.random.default_rng(0).normal(3, 2, size=(2_000, 8))
    estimates = [student_t(sample.tolist()) for sample in samples]
    assert sum(e.low <= 3 <= e.high for e in estimates) == pytest.approx(1_900, abs=39)
