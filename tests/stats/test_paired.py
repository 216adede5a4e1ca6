"""Wins, ties, losses and effect sizes of pairs, by hand and against numpy."""

from math import inf, isnan, nan

import numpy as np
import pytest

from summbench.stats.paired import moments, tally


def test_pairs_by_hand() -> None:
    # Differences 1, 0, -1, 2, 3: mean 1, squares about it 0 + 1 + 4 + 1 + 4, sd sqrt(10 / 4).
    first = [1.0, 0.0, -1.0, 2.0, 3.0]
    counts = tally(np.array([first, [-d for d in first]]).T)
    assert (counts.wins.tolist(), counts.ties.tolist(), counts.losses.tolist()) == (
        [3, 1],
        [1, 1],
        [1, 3],
    )
    assert counts.effect_size.tolist() == pytest.approx([1 / 2.5**0.5, -1 / 2.5**0.5])


def test_an_undefined_difference_is_no_article() -> None:
    counts = tally(np.array([[1.0, nan, -1.0, 3.0]]).T)
    assert (counts.wins[0], counts.ties[0], counts.losses[0]) == (2, 0, 1)
    assert counts.effect_size[0] == pytest.approx(
        tally(np.array([[1.0, -1.0, 3.0]]).T).effect_size[0]
    )


def test_rounding_is_no_win() -> None:
    counts = tally(np.array([[0.1 + 0.2 - 0.3]]), 0.3)
    assert (counts.wins[0], counts.ties[0], counts.losses[0]) == (0, 1, 0)


def test_without_spread_the_effect_is_infinite_or_undefined() -> None:
    rows = np.array([[1.0, -0.1, 0.0, nan], [1.0, -0.1, 0.0, 0.5]])
    assert tally(rows).effect_size.tolist() == pytest.approx([inf, -inf, nan, nan], nan_ok=True)
    assert isnan(tally(np.array([[3.0]])).effect_size[0])
    assert isnan(tally(np.empty((0, 1))).effect_size[0])


def test_moments_are_numpys_where_all_is_defined() -> None:
    table = np.random.default_rng(0).normal(size=(30, 4))
    mean, sd = moments(table)
    assert mean == pytest.approx(table.mean(axis=0))
    assert sd == pytest.approx(table.std(axis=0, ddof=1))


def test_a_difference_as_large_as_the_tolerance_is_a_tie() -> None:
    # The tolerance is 1e-12 of the largest score, here 2.
    counts = tally(np.array([[2e-12, 2.2e-12], [-2e-12, -2.2e-12]]), 2.0)
    assert counts.ties.tolist() == [2, 0]
    assert (counts.wins.tolist(), counts.losses.tolist()) == ([0, 1], [0, 1])


def test_two_articles_have_an_effect_size() -> None:
    # Differences 1 and 3: mean 2, sd sqrt(2).
    assert tally(np.array([[1.0], [3.0]])).effect_size[0] == pytest.approx(2 / 2**0.5)
