"""Variance between repeats and between articles, against scipy's analysis of variance."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from scipy import stats

from summbench.stats.repeats import RepeatSums


def test_components_by_hand() -> None:
    # Articles 1, 3 and 5 on average, each two repeats 1 apart: within .5, means' variance 4.
    sums = RepeatSums(2)
    sums.add(np.array([[0.5, 2.5], [1.5, 3.5]]))
    sums.add(np.array([[4.5], [5.5]]))
    components = sums.get_components()
    assert components.within == pytest.approx(0.5)
    assert components.between == pytest.approx(4 - 0.5 / 2)
    assert components.share == pytest.approx(0.5 / 4.25)
    # The means of the repeats are 2.5 and 3.5.
    assert sums.get_spread() == pytest.approx(np.sqrt(0.5))


def test_they_give_scipys_f() -> None:
    # F of a one-way analysis of variance is (r between + within) / within.
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4, 30)) + rng.normal(size=30)
    sums = RepeatSums(4)
    sums.add(scores)
    components = sums.get_components()
    expected = stats.f_oneway(*scores.T).statistic
    assert 4 * components.between / components.within + 1 == pytest.approx(expected)


def test_an_article_that_lacks_a_repeat_is_left_out_and_few_have_no_variance() -> None:
    sums = RepeatSums(2)
    sums.add(np.array([[1.0, nan], [2.0, 5.0]]))
    assert isnan(sums.get_components().within)
    assert isnan(RepeatSums(2).get_spread())
