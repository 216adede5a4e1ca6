"""The sign-flip test against Fisher's own example and scipy's permutation test."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from summbench.stats.paired import (
    count_resamples,
    moments,
    paired_t,
    sign_flip,
    sign_flip_pairs,
    tally,
)

Floats = NDArray[np.float64]

# Darwin's maize, crossed minus self-fertilised, in eighths of an inch.
_DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def _scipy(differences: Floats, resamples: int) -> Floats:
    test = stats.permutation_test(
        (differences,),
        lambda x, axis: x.mean(axis=axis),
        permutation_type="samples",
        n_resamples=resamples,
        batch=1_000,
        rng=1,
    )
    return np.asarray(test.pvalue)


def test_fishers_count_for_darwins_maize() -> None:
    # The Design of Experiments (1935), section 21: 863 of the 32,768 on each side.
    [p] = sign_flip(np.array([_DARWIN], dtype=float).T, 2**15)
    assert p == 2 * 863 / 2**15


def test_the_tie_is_kept_in_any_unit() -> None:
    # Fisher's 863 hold 28 ties, which rounding must not lose.
    units = np.array([0.1, 1e-9, 1e9 / 3])
    p = sign_flip(np.outer(_DARWIN, units), 2**15)
    assert p.tolist() == [2 * 863 / 2**15] * 3


@pytest.mark.parametrize("n", [2, 7, 12])
def test_enumeration_is_scipys(n: int) -> None:
    differences = np.random.default_rng(n).normal(0.3, 1, size=(n, 5))
    assert sign_flip(differences, 2**12) == pytest.approx(_scipy(differences, 2**12), abs=1e-12)


def test_sampling_is_scipys_within_its_error() -> None:
    # Four standard errors of two estimates, ours of one tail and scipy's twice the smaller one.
    differences = np.random.default_rng(3).normal(0.3, 1, size=(40, 6))
    p = sign_flip(differences, 20_000)
    error = 4 * np.sqrt(3 * p * (1 - p) / 20_000)
    assert (np.abs(p - _scipy(differences, 20_000)) <= error).all()


def test_sampling_is_the_enumeration_within_its_error() -> None:
    differences = np.random.default_rng(4).normal(0.4, 1, size=(17, 8))
    exact = sign_flip(differences, 2**17)
    sampled = sign_flip(differences, 2**17 - 1, seed=2)
    assert (sampled != exact).any()
    assert (np.abs(sampled - exact) <= 4 * np.sqrt(exact * (1 - exact) / 2**17)).all()


def test_the_least_p_counts_the_data_itself() -> None:
    # 2^-60 of the flips leave all signs or turn all, so none of 9,999 does.
    assert sign_flip(np.ones((60, 1)), 9_999).tolist() == [1 / 10_000]
    assert sign_flip(np.ones((10, 1)), 9_999).tolist() == [2 / 1_024]
    assert sign_flip(np.ones((1, 1)), 9_999).tolist() == [1]


@pytest.mark.parametrize("n", [3, 50])
def test_a_system_against_itself_has_p_one(n: int) -> None:
    assert sign_flip(np.zeros((n, 2)), 999).tolist() == [1, 1]


@given(st.integers(1, 40), st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_swapping_the_systems_keeps_p(n: int, seed: int) -> None:
    differences = np.random.default_rng(seed).normal(0.2, 1, size=(n, 3))
    assert np.array_equal(sign_flip(differences, 500), sign_flip(-differences, 500))


@given(st.permutations(range(6)), st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_every_pair_has_the_same_flips(order: list[int], seed: int) -> None:
    differences = np.random.default_rng(seed).normal(0.2, 1, size=(35, 6))
    p = sign_flip(differences, 500)
    assert np.array_equal(sign_flip(differences[:, order], 500), p[order])
    assert np.array_equal(sign_flip(differences[:, order[:1]], 500), p[order[:1]])


@given(st.permutations(range(9)))
@settings(deadline=None, max_examples=30)
def test_the_order_of_articles_does_not_matter_to_the_enumeration(order: list[int]) -> None:
    differences = np.random.default_rng(0).normal(0.4, 1, size=(9, 4))
    assert np.array_equal(sign_flip(differences[order], 512), sign_flip(differences, 512))


def test_chunks_change_nothing() -> None:
    # 5,000 more columns make the chunks 80 times shorter.
    differences = np.random.default_rng(0).normal(0.1, 1, size=(70, 1))
    wide = np.column_stack([differences, np.zeros((70, 5_000))])
    assert sign_flip(wide, 5_000)[0] == sign_flip(differences, 5_000)[0]


@pytest.mark.parametrize("bad", [float("nan"), inf])
def test_undefined_differences_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="need finite differences"):
        sign_flip(np.array([[1.0], [bad]]))


@pytest.mark.parametrize(
    ("pairs", "alpha", "expected"), [(1, 0.05, 9_999), (45, 0.05, 18_000), (1_035, 0.05, 414_000)]
)
def test_resamples_by_hand(pairs: int, alpha: float, expected: int) -> None:
    assert count_resamples(pairs, alpha) == expected


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


def test_the_t_test_is_scipys() -> None:
    differences = np.random.default_rng(0).normal(0.1, 1, size=(50, 3))
    differences[4, 1] = nan
    expected = [stats.ttest_1samp(column[~np.isnan(column)], 0).pvalue for column in differences.T]
    assert paired_t(differences) == pytest.approx(expected, abs=1e-14)
    assert paired_t(np.zeros((5, 1))).tolist() == [1.0]


def test_for_many_articles_the_t_test_is_the_sign_flip_within_its_error() -> None:
    differences = np.random.default_rng(1).gamma(1, 1, size=(4_000, 6)) - 1 - 0.02
    p, t = sign_flip(differences, 4_000), paired_t(differences)
    assert (np.abs(p - t) <= 4 * np.sqrt(t * (1 - t) / 4_000) + 1e-3).all()


def test_all_flips_are_enumerated_up_to_the_number_of_resamples() -> None:
    # All of 2^4 flips: +1 four times is reached by two. One resample less, and flips are drawn.
    ones = np.ones((4, 1))
    assert {sign_flip(ones, 16, seed)[0] for seed in range(5)} == {2 / 16}
    assert len({sign_flip(ones, 15, seed)[0] for seed in range(5)}) > 1


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0)])
def test_rounding_in_the_larger_system_of_a_pair_is_a_tie(first: int, second: int) -> None:
    # Differences 1e6, .1, .2, -.3, of which the last is of a system that is never above .3. Of the
    # eight flips of the last three with a sum of 1e6, .6, .4, .2 and 0 twice reach the observed 0.
    scores = np.array([[0, 0, 0, -0.3], [-1e6, -0.1, -0.2, 0]]).T
    p = sign_flip_pairs(scores, np.array([first]), np.array([second]), 16)
    assert p.tolist() == [5 / 8]


def test_a_difference_as_large_as_the_tolerance_is_a_tie() -> None:
    # The tolerance is 1e-12 of the largest score, here 2.
    counts = tally(np.array([[2e-12, 2.2e-12], [-2e-12, -2.2e-12]]), 2.0)
    assert counts.ties.tolist() == [2, 0]
    assert (counts.wins.tolist(), counts.losses.tolist()) == ([0, 1], [0, 1])


def test_pairs_of_systems_have_the_p_of_their_differences() -> None:
    scores = np.random.default_rng(6).random((30, 4))
    first, second = np.array([0, 1, 3]), np.array([1, 2, 0])
    p = sign_flip_pairs(scores, first, second, 999)
    assert np.array_equal(p, sign_flip(scores[:, first] - scores[:, second], 999))


def test_two_articles_have_an_effect_size() -> None:
    # Differences 1 and 3: mean 2, sd sqrt(2).
    assert tally(np.array([[1.0], [3.0]])).effect_size[0] == pytest.approx(2 / 2**0.5)
