"""Correlations with human scores: scipy's at every level, resampled as if by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import kendalltau, pearsonr, spearmanr

from summbench.stats.correlation import COEFFICIENTS, LEVELS, correlate
from summbench.stats.weighted import Draws, resample_both

Floats = NDArray[np.float64]
_OF: Sequence[Callable[..., Any]] = (pearsonr, spearmanr, kendalltau)
_NAN = float("nan")


def _three(x: Floats, z: Floats) -> list[float]:
    """scipy's three coefficients of the cells that both have, NaN where a side is constant.

    Means that differ by rounding are ties, so ranks are taken of rounded ones.
    """
    valid = ~np.isnan(x) & ~np.isnan(z)
    exact = x[valid], z[valid]
    rounded = [np.round(side, 9) for side in exact]
    if len(exact[0]) < 2 or min(map(np.ptp, rounded)) == 0:
        return [_NAN] * 3
    return [float(of(*exact if of is pearsonr else rounded).statistic) for of in _OF]


def _expected(x: Floats, z: Floats) -> tuple[Floats, int]:
    """By loops and scipy: (level, coefficient) of (N, M) arrays, and the documents left out."""
    missing = np.isnan(x) | np.isnan(z)
    x, z = np.where(missing, _NAN, x), np.where(missing, _NAN, z)
    some = ~missing.all(axis=1)
    expected = np.full((4, 3), _NAN)
    expected[0] = _three(np.nanmean(x[some], axis=1), np.nanmean(z[some], axis=1))
    documents = [_three(a, b) for a, b in zip(x.T, z.T, strict=True)]
    defined = [three for three in documents if not isnan(three[0])]
    if defined:
        expected[1] = np.mean(defined, axis=0)
    expected[2] = _three(x.ravel(), z.ravel())
    within = (side[some] - np.nanmean(side[some], axis=1, keepdims=True) for side in (x, z))
    expected[3, 0] = _three(*(side.ravel() for side in within))[0]
    return expected, len(documents) - len(defined)


def _drawn(column: Floats, draws: Draws, row: int) -> Floats:
    """The array that a resample stands for, each system and document as often as it was drawn."""
    i, j = (np.repeat(np.arange(len(n)), n.astype(int)) for n in (d[row] for d in draws))
    return column[np.ix_(i, j)]


def _differ(x: Floats, z: Floats, draws: Draws) -> list[tuple[int, Floats, Floats]]:
    """The resample, ours and scipy's, wherever they are not the same."""
    computed = correlate(x[None], z[None], draws)
    differences = []
    for row in range(len(draws.systems)):
        expected, skipped = _expected(_drawn(x, draws, row), _drawn(z, draws, row))
        if row:
            expected[2, 2] = _NAN  # not resampled
        else:
            assert computed.skipped[0, 0] == skipped
        ours = computed.values[:, :, 0, 0, row]
        if ours != pytest.approx(expected, abs=1e-12, nan_ok=True):
            differences.append((row, ours, expected))
    return differences


_likert = st.sampled_from([1.0, 1.5, 2.0, 3.0, 4.0, 5.0, _NAN])


@given(st.data(), st.integers(1, 6), st.integers(1, 5))
@settings(deadline=None, max_examples=150)
def test_every_level_and_resample_is_scipys_with_ties_and_missing_cells(
    data: st.DataObject, n: int, m: int
) -> None:
    x, z = (data.draw(arrays(float, (n, m), elements=_likert)) for _ in range(2))
    assert _differ(x, z, resample_both(n, m, 3, data.draw(st.integers(0, 99)))) == []


@pytest.mark.parametrize("seed", range(5))
def test_continuous_scores_of_any_scale_are_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=(12, 1))
    x = 5 + 10.0 ** rng.integers(-2, 4) * (quality + rng.normal(size=(12, 30)))
    z = np.round(3 + quality + rng.normal(size=(12, 30)))
    z[rng.random(z.shape) < 0.1] = _NAN
    assert _differ(x, z, resample_both(12, 30, 4, seed)) == []


def test_columns_in_company_are_as_alone() -> None:
    rng = np.random.default_rng(1)
    xs, zs = rng.normal(size=(3, 7, 9)), rng.integers(1, 6, size=(2, 7, 9)).astype(float)
    zs[1, 2, 3], xs[2, 0] = _NAN, _NAN
    draws = resample_both(7, 9, 20)
    together = correlate(xs, zs, draws).values
    for k, x in enumerate(xs):
        for d, z in enumerate(zs):
            alone = correlate(x[None], z[None], draws).values[:, :, 0, 0]
            assert together[:, :, k, d] == pytest.approx(alone, abs=1e-12, nan_ok=True)


def test_a_table_with_ties_a_constant_and_a_missing_cell_by_hand() -> None:
    # Three systems, three documents. Metric means 2, 3, 4 and human means 1, 2, 2: covariance 1,
    # squares 2 and 2/3, r = sqrt(3)/2, the same of ranks 1, 2, 3 and 1, 2.5, 2.5. Of three pairs
    # two agree and one is tied in one side: tau-b = 2 / sqrt(3 * 2).
    # Document 1: 1 2 3 against 1 2 2, as above. Document 2: human scores are constant. Document 3,
    # where the second has no human score: two systems that agree, 1.
    metric = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 9.0], [3.0, 4.0, 5.0]])
    human = np.array([[1.0, 2.0, 0.0], [2.0, 2.0, _NAN], [2.0, 2.0, 2.0]])
    computed = correlate(metric[None], human[None], resample_both(3, 3, 1))
    first = [sqrt(3) / 2, sqrt(3) / 2, 2 / sqrt(6)]
    assert computed.values[0, :, 0, 0, 0] == pytest.approx(first)
    assert computed.values[1, :, 0, 0, 0] == pytest.approx([(value + 1) / 2 for value in first])
    assert computed.skipped[0, 0] == 1
    # Within: metric -1 0 1, -1 1, -1 0 1 and human 0 1 -1, 0 0, 0 0 0: -1 / sqrt(6 * 2).
    assert computed.values[3, 0, 0, 0, 0] == pytest.approx(-1 / sqrt(12))


def test_what_is_pooled_may_be_nothing_within() -> None:
    # Two systems a world apart; in each the metric falls while people's scores rise.
    metric = np.array([[1.0, 2.0, 3.0], [101.0, 102.0, 103.0]])
    human = np.array([[3.0, 2.0, 1.0], [103.0, 102.0, 101.0]])
    values = correlate(metric[None], human[None], resample_both(2, 3, 1)).values
    assert values[2, 0, 0, 0, 0] > 0.99
    assert values[3, 0, 0, 0, 0] == pytest.approx(-1)


def test_constant_or_absent_scores_have_no_correlation() -> None:
    rng = np.random.default_rng(0)
    x = np.stack([np.full((4, 5), 0.1), np.full((4, 5), _NAN)])
    computed = correlate(x, rng.normal(size=(1, 4, 5)), resample_both(4, 5, 10))
    assert np.isnan(computed.values).all()
    assert computed.skipped.tolist() == [[5], [5]]


def test_draws_are_seeded_and_each_is_as_large_as_the_sample() -> None:
    draws = resample_both(6, 9, 50, seed=3)
    assert (draws.systems.sum(axis=1) == 6).all() and (draws.documents.sum(axis=1) == 9).all()
    assert (draws.systems[0] == 1).all() and (draws.documents[0] == 1).all()
    assert (resample_both(6, 9, 50, seed=3).systems == draws.systems).all()
    assert (resample_both(6, 9, 50, seed=4).systems != draws.systems).any()
    assert (LEVELS[0], COEFFICIENTS[2]) == ("system", "kendall")
