"""Bootstrap, Wilson and mixed intervals against scipy's own, on the very same resamples."""

from collections.abc import Sequence
from math import isnan, nan

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from summbench.core.records import Estimate
from summbench.stats.intervals import (
    LARGE,
    Resamples,
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
    """scipy draws `rng.integers(0, n, (B, n))`, so that an equal seed gives our resamples."""
    bootstrap = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=resamples, batch=100, rng=seed
    )
    return float(bootstrap.confidence_interval.low), float(bootstrap.confidence_interval.high)


@pytest.mark.parametrize(("n", "resamples"), [(7, 11), (95, 30_000), (300_001, 7)])
def test_chunks_are_the_rows_of_one_matrix(n: int, resamples: int) -> None:
    whole = np.random.default_rng(3).integers(n, size=(resamples, n))
    chunks = list(Resamples(n, resamples, seed=3).draw_chunks())
    assert max(map(len, chunks)) * n <= max(n, 2**20)
    assert np.array_equal(np.concatenate(chunks), whole)


def test_means_are_those_of_the_indexed_scores() -> None:
    columns, resamples = _scores(30), Resamples(30, 200, seed=1)
    indices = np.concatenate(list(resamples.draw_chunks()))
    assert resamples.means(columns) == pytest.approx(columns[indices].mean(axis=1).T, abs=1e-15)


@pytest.mark.parametrize("n", [20, 95, 400])
def test_bca_is_scipys_on_the_same_resamples(n: int) -> None:
    columns = _scores(n)
    intervals = bca(columns, Resamples(n, 2_000, seed=4))
    for column, interval in zip(columns.T, intervals, strict=True):
        assert (interval.low, interval.high) == pytest.approx(_scipy(column, 2_000, 4), abs=1e-9)
        assert interval.mean == pytest.approx(column.mean(), abs=1e-15)
        assert (interval.n, interval.method) == (n, "bca")


@pytest.mark.parametrize(("n", "highest"), [(24, 1), (24, 5), (5, 5)])
def test_bca_counts_ties_as_scipy_does(n: int, highest: int) -> None:
    # Sums of whole numbers are exact, and many resamples have exactly the mean of the scores.
    values = np.random.default_rng(2).integers(highest + 1, size=n).astype(float)
    [interval] = bca(values[:, None], Resamples(n, 3_000, seed=9))
    assert (interval.low, interval.high) == pytest.approx(_scipy(values, 3_000, 9), abs=1e-9)


def test_a_tie_is_a_tie_in_any_unit() -> None:
    # A tenth has no exact binary form: without a tolerance ties would be lost to rounding, as
    # scipy loses some (its borders of these tenths are not a tenth of its borders).
    values = np.random.default_rng(2).integers(6, size=(24, 1)).astype(float)
    [whole], [tenths] = (bca(v, Resamples(24, 3_000)) for v in (values, values / 10))
    assert (tenths.low, tenths.high) == pytest.approx((whole.low / 10, whole.high / 10), abs=1e-9)


def test_equal_scores_have_an_interval_of_no_width() -> None:
    columns = np.column_stack([np.full(30, 0.1), _scores(30, 1)])
    constant, other = bca(columns, Resamples(30, 99))
    assert constant == Estimate(0.1, 0.1, 0.1, 30, "constant")
    assert other.method == "bca"


def test_undefined_scores_are_refused_by_the_bootstrap() -> None:
    with pytest.raises(ValueError, match="need 3 defined values"):
        bca(np.array([[1.0], [nan], [2.0]]), Resamples(3, 99))


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


def test_twenty_values_have_the_bootstraps_interval() -> None:
    values = _scores(20, 1)[:, 0].tolist()
    assert estimate(values, seed=6) == bca(np.array([values]).T, Resamples(20, seed=6))[0]


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
    intervals = estimate_columns((columns | {"flag": [1.0] * 30}).items(), binary={"flag"}, seed=8)
    assert list(intervals) == ["a", "b", "c", "d", "flag"]
    assert [e.n for e in intervals.values()] == [30, 28, 28, 5, 30]
    for name, values in columns.items():
        alone = estimate(values, seed=8)
        assert (intervals[name].low, intervals[name].high) == pytest.approx((alone.low, alone.high))
    assert intervals["flag"] == wilson(30, 30)


def test_the_seed_alone_decides() -> None:
    values = _scores(50, 1)[:, 0].tolist()
    assert estimate(values, seed=1) == estimate(values, seed=1)
    assert estimate(values, seed=1) != estimate(values, seed=2)


def test_above_50_000_values_the_interval_is_students_and_the_bootstraps_all_the_same() -> None:
    values = _scores(50_001, 1)[:, 0]
    interval = estimate(values)
    assert (interval.low, interval.high, interval.method) == (
        student_t(values).low, student_t(values).high, "student-t",
    )  # fmt: skip
    [bootstrapped] = bca(values[:, None], Resamples(50_001, 999))
    width = interval.high - interval.low
    # 999 resamples know a border to about a twentieth of the width.
    assert abs(interval.low - bootstrapped.low) < width / 12
    assert abs(interval.high - bootstrapped.high) < width / 12


def test_50_000_values_have_the_bootstraps_interval() -> None:
    values = _scores(50_000, 1)[:, 0]
    assert estimate(values, resamples=2).method == "bca"
    assert LARGE == 50_000
