"""Adjusted p-values by hand, and against scipy and statsmodels."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from summbench.stats.multiplicity import benjamini_hochberg, holm

Adjust = Callable[[Sequence[float] | NDArray[np.float64]], NDArray[np.float64]]
_p = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_holm_by_hand() -> None:
    # 4 x .005, 3 x .01, 2 x .03, and .04 once, which may not be less than .06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_stops_at_one() -> None:
    assert holm([0.5, 0.9, 0.6]).tolist() == [1, 1, 1]


def test_benjamini_hochberg_by_hand() -> None:
    # 4/1 x .005, 4/2 x .01, 4/3 x .03, 4/4 x .04.
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@given(_p)
@settings(deadline=None)
def test_benjamini_hochberg_is_scipys(p: list[float]) -> None:
    expected = stats.false_discovery_control(p, method="bh")
    assert benjamini_hochberg(p) == pytest.approx(expected, abs=1e-12)


def test_holm_is_that_of_statsmodels() -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(0).beta(0.5, 5, size=300)
    assert holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1], abs=1e-12)


@given(_p, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_pairs_does_not_matter(p: list[float], chance: Random) -> None:
    order = list(range(len(p)))
    chance.shuffle(order)
    for adjust in (holm, benjamini_hochberg):
        assert np.array_equal(adjust(np.array(p)[order]), adjust(p)[order])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize("bad", [float("nan"), -0.1, 1.1])
def test_what_is_no_probability_is_refused(adjust: Adjust, bad: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        adjust([0.1, bad])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_no_pairs_have_no_p(adjust: Adjust) -> None:
    assert adjust([]).tolist() == []


def test_ties_by_hand() -> None:
    # Holm: 4 x .01, then 3 x .01 may not be less; 2 x .03, 1 x .03 may not be less.
    assert holm([0.01, 0.03, 0.01, 0.03]) == pytest.approx([0.04, 0.06, 0.04, 0.06])
    # BH: 4/1 x .01 may not be more than 4/2 x .01; 4/3 x .03 not more than 4/4 x .03.
    assert benjamini_hochberg([0.01, 0.03, 0.01, 0.03]) == pytest.approx([0.02, 0.03, 0.02, 0.03])
