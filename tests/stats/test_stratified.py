"""Macro means against Welch's test, the bootstrap within datasets, and all flips one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from summbench.stats.intervals import bca
from summbench.stats.sign_flips import sign_flip
from summbench.stats.stratified import estimate_macro_means, flip_within

Floats = NDArray[np.float64]


def _draw(*sizes: int, columns: int = 3, seed: int = 0) -> list[Floats]:
    rng = np.random.default_rng(seed)
    return [rng.gamma(2, 1 + k, size=(n, columns)) for k, n in enumerate(sizes)]


def test_of_one_dataset_it_is_its_bca_interval() -> None:
    [table] = _draw(30)
    for ours, its in zip(estimate_macro_means([table]), bca(table), strict=True):
        assert (ours.mean, ours.low, ours.high) == pytest.approx((its.mean, its.low, its.high))
        assert (ours.n, ours.method) == (its.n, its.method)


def test_of_small_datasets_it_is_welchs_interval() -> None:
    # Half a difference of two samples is the macro mean of the first and the negative second.
    a, b = _draw(8, 15, columns=1)
    interval = stats.ttest_ind(a[:, 0], b[:, 0], equal_var=False).confidence_interval()
    [ours] = estimate_macro_means([a, -b])
    assert (2 * ours.low, 2 * ours.high) == pytest.approx((interval.low, interval.high))
    assert (ours.n, ours.method) == (23, "student-t (small n)")


def test_it_is_near_the_bca_bootstrap_within_datasets() -> None:
    # scipy resamples each of several samples by itself; BCa's constants come from its jackknife.
    tables = _draw(60, 120, 200, columns=1)
    samples = tuple(table[:, 0] for table in tables)
    drawn = stats.bootstrap(
        samples,
        lambda *parts, axis: np.mean([part.mean(axis=axis) for part in parts], axis=0),
        n_resamples=9_999,
        method="BCa",
        rng=1,
        vectorized=True,
    ).confidence_interval
    [ours] = estimate_macro_means(tables)
    width = drawn.high - drawn.low
    assert ours.mean == pytest.approx(np.mean([sample.mean() for sample in samples]))
    assert (ours.low, ours.high) == pytest.approx((drawn.low, drawn.high), abs=0.04 * width)


def test_missing_articles_are_none_of_their_dataset() -> None:
    a, b = _draw(30, 40, columns=1)
    with_gaps = [np.concatenate([table, [[np.nan]]]) for table in (a, b)]
    assert estimate_macro_means(with_gaps) == pytest.approx(estimate_macro_means([a, b]))


def test_equal_values_have_no_width_and_one_article_has_no_interval() -> None:
    [same] = estimate_macro_means([np.full((25, 1), 0.1), np.full((30, 1), 0.3)])
    assert (same.mean, same.low, same.high, same.method) == (0.2, 0.2, 0.2, "constant")
    [alone] = estimate_macro_means([np.array([[1.0]]), *_draw(30, columns=1)])
    assert (np.isnan(alone.low), alone.method) == (True, "none")


def test_flips_are_those_within_datasets_one_by_one() -> None:
    a, b = (table[:, :1] - 2 for table in _draw(4, 7))
    sums = []
    for signs in product((1, -1), repeat=11):
        flips = np.array(signs)
        sums.append((flips[:4] @ a).item() / 4 + (flips[4:] @ b).item() / 7)
    reached = np.abs(sums) >= abs(sums[0]) - 1e-12
    assert flip_within([a, b]) == pytest.approx([reached.mean()], abs=1e-12)


def test_a_large_dataset_counts_as_much_as_a_small_one() -> None:
    # The same gain on 10 and on 1,000 articles, of opposite sign, is no gain.
    gain = np.full((10, 1), 0.1)
    assert flip_within([gain, -np.repeat(gain, 100, axis=0)]).tolist() == [1.0]
    assert flip_within([gain]) == sign_flip(gain)


def test_a_pair_without_an_article_of_a_dataset_is_refused() -> None:
    with pytest.raises(ValueError, match="an article of each dataset"):
        flip_within([np.full((3, 1), np.nan), np.ones((3, 1))])
