"""BCa, Wilson and mixed intervals by hand and against scipy's own."""

from collections.abc import Sequence
from math import isnan, nan

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from summbench.core.records import Estimate
from summbench.stats import intervals
from summbench.stats.intervals import (
    bca,
    estimate,
    estimate_columns,
    student_t,
    wilson,
)

Floats = NDArray[np.float64]


def _scores(n: int, k: int = 3, seed: int = 5) -> Floats:
    """Skewed and with zeros, as ROUGE-2 is."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n, k)) < 0.2, 0.0, rng.beta(2, 8, size=(n, k)))


def _scipy(values: Sequence[float] | Floats, resamples: int, seed: int) -> tuple[float, float]:
    bootstrap = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=resamples, batch=100, rng=seed
    )
    return float(bootstrap.confidence_interval.low), float(bootstrap.confidence_interval.high)


@pytest.mark.parametrize("n", [95, 400])
def test_bca_in_closed_form_is_scipys_bootstrap_within_its_error(n: int) -> None:
    # 20,000 resamples know a border to about 1 % of the width; Student's quantiles and n - 1 make
    # it 1 % wider at 95 articles.
    columns = _scores(n)
    for column, interval in zip(columns.T, bca(columns), strict=True):
        width = interval.high - interval.low
        low, high = _scipy(column, 20_000, 4)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.025 * width)
        assert interval.mean == pytest.approx(column.mean(), abs=1e-15)
        assert (interval.n, interval.method) == (n, "bca")


def test_a_symmetric_sample_by_hand() -> None:
    # Ten of -1 and of 1: no skewness, kurtosis (1 - 3) / 20 = -.1, t of 19 degrees 2.0930, so that
    # the quantile is 2.0930 - .1 (2.0930^3 - 3 x 2.0930) / 24 = 2.0810, in units of 1 / sqrt(19).
    [interval] = bca(np.array([[-1.0] * 10 + [1.0] * 10]).T)
    assert (interval.low, interval.high) == pytest.approx((-0.47742, 0.47742), abs=2e-5)


def test_a_skewed_sample_by_hand() -> None:
    # One 1 among 25: mean .04, sd .19596, skewness 4.6949 / 5 = .93898, kurtosis 20.0417 / 25, t of
    # 24 degrees 2.0639. a = z0 = .15650. Upper: z0 + z = 2.2204, / (1 - .34749) = 3.4028, + z0 =
    # 3.5593; Cornish-Fisher: + .15650 x 11.669 + .033403 x 34.415 - .024491 x 72.388 = 4.7621, and
    # .04 + .19596 / sqrt(24) x 4.7621. Lower: z0 - z = -1.9074, / 1.29851 = -1.4689, + z0 =
    # -1.3124; + .15650 x .7224 + .033403 x 1.6768 - .024491 x 2.0411 = -1.1933: below 0, where
    # no resample's mean is.
    [interval] = bca(np.array([[1.0] + [0.0] * 24]).T)
    assert interval.high == pytest.approx(0.04 + 0.19596 / 24**0.5 * 4.7621, abs=2e-4)
    assert interval.low == 0.0


def test_the_interval_is_as_wide_in_any_unit() -> None:
    values = _scores(30, 1)
    [once], [scaled], [turned] = bca(values), bca(values * 1e6), bca(-values)
    assert (scaled.low, scaled.high) == pytest.approx((once.low * 1e6, once.high * 1e6))
    assert (turned.low, turned.high) == pytest.approx((-once.high, -once.low))


def test_equal_scores_have_an_interval_of_no_width() -> None:
    columns = np.column_stack([np.full(30, 0.1), _scores(30, 1)])
    constant, other = bca(columns)
    assert constant == Estimate(0.1, 0.1, 0.1, 30, "constant")
    assert other.method == "bca"


@pytest.mark.parametrize("values", [[1.0, nan, 2.0], [1.0]])
def test_undefined_or_single_scores_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="need two defined values"):
        bca(np.array([values]).T)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (0, 12), (3, 12), (12, 12), (977, 11_490)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson_is_scipys(successes: int, n: int, level: float) -> None:
    expected = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    interval = wilson(successes, n, level)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert (interval.mean, interval.n, interval.method) == (successes / n, n, "wilson")


@pytest.mark.parametrize("n", [0, 1])
def test_one_value_has_no_interval(n: int) -> None:
    interval = estimate([0.5] * n, binary=True)
    assert isnan(interval.low)
    assert isnan(interval.high)
    assert (
        isnan(interval.mean) if n == 0 else interval.mean == 0.5,
        interval.n,
        interval.method,
    ) == (True, n, "none")


@pytest.mark.parametrize("n", [2, 19])
def test_few_values_have_students_interval_and_say_so(n: int) -> None:
    values = _scores(n, 1, seed=1)[:, 0].tolist()
    t = student_t(values)
    assert estimate(values) == Estimate(t.mean, t.low, t.high, n, "student-t (small n)")
    assert estimate([0.1] * n) == Estimate(0.1, 0.1, 0.1, n, "constant")


@pytest.mark.parametrize("n", [20, 50_001])
def test_twenty_values_and_more_have_bcas_interval(n: int) -> None:
    values = _scores(n, 1)[:, 0]
    assert estimate(values) == bca(values[:, None])[0]


@pytest.mark.parametrize("n", [2, 40])
def test_wilson_is_only_for_columns_that_are_said_to_be_binary(n: int) -> None:
    flags = [0.0, 1.0] * (n // 2)
    assert estimate(flags, binary=True) == wilson(n // 2, n)
    assert estimate(flags).method != "wilson"
    assert estimate([*flags, 0.5], binary=True).method != "wilson"


def test_undefined_values_are_left_out_and_n_says_so() -> None:
    values = _scores(25, 1)[:, 0].tolist()
    assert estimate([nan, *values, nan]) == estimate(values)


def test_each_column_has_the_interval_that_it_has_alone() -> None:
    scores = _scores(30, 4)
    scores[[3, 7], 1] = nan
    scores[[0, 9], 2] = nan
    scores[5:, 3] = nan
    columns = {name: scores[:, i].tolist() for i, name in enumerate("abcd")}
    estimates = estimate_columns((columns | {"flag": [1.0] * 30}).items(), binary={"flag"})
    assert list(estimates) == ["a", "b", "c", "d", "flag"]
    assert [e.n for e in estimates.values()] == [30, 28, 28, 5, 30]
    for name, values in columns.items():
        assert estimates[name] == estimate(values)
    assert estimates["flag"] == wilson(30, 30)


def test_below_the_fewest_values_asked_for_there_is_a_mean_and_no_interval() -> None:
    columns = {"four": [0.0, 1.0, 0.0, 1.0], "alike": [0.5] * 4, "five": [0.0, 1.0, 0.0, 1.0, 1.0]}
    estimates = estimate_columns(columns.items(), binary=["four"], fewest=5)
    assert {name: (e.mean, e.n) for name, e in estimates.items()} == {
        "four": (0.5, 4), "alike": (0.5, 4), "five": (0.6, 5),
    }  # fmt: skip
    assert [e.method for e in estimates.values()] == ["none", "none", "student-t (small n)"]
    assert [isnan(e.low) and isnan(e.high) for e in estimates.values()] == [True, True, False]


def test_for_many_values_the_interval_is_students() -> None:
    # The skewness of a mean of 50,001 is 1/224 of the scores'.
    values = _scores(50_001, 1)[:, 0]
    interval, t = estimate(values), student_t(values)
    width = t.high - t.low
    assert (interval.low, interval.high) == pytest.approx((t.low, t.high), abs=width / 100)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {i: column for i, column in enumerate(_scores(40, 7).T)}
    together = estimate_columns(columns.items())
    monkeypatch.setattr(intervals, "_BLOCK", 50)
    assert estimate_columns(columns.items()) == together
