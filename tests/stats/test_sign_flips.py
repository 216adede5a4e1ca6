"""The sign-flip test against Fisher's own example, scipy's permutation test and enumeration."""

from math import comb, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from summbench.stats import sign_flips
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import approximate_tails, sign_flip

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


def _enumerate(differences: Floats) -> Floats:
    """The share of all flips, one by one."""
    n = len(differences)
    signs = np.where(np.arange(2**n)[:, None] >> np.arange(n) & 1, -1.0, 1.0)
    reached = np.abs(signs @ differences) >= np.abs(differences.sum(axis=0)) - 1e-9
    return np.asarray(reached.mean(axis=0))


def _flip(differences: Floats, flips: int = 400_000, seed: int = 1) -> Floats:
    """The share of so many random flips."""
    rng, hits = np.random.default_rng(seed), np.zeros(differences.shape[1])
    for _ in range(flips // 20_000):
        sums = (rng.integers(2, size=(20_000, len(differences))) * 2.0 - 1) @ differences
        hits += (np.abs(sums) >= np.abs(differences.sum(axis=0)) - 1e-9).sum(axis=0)
    return hits / flips


def test_fishers_count_for_darwins_maize() -> None:
    # The Design of Experiments (1935), section 21: 863 of the 32,768 on each side.
    [p] = sign_flip(np.array([_DARWIN], dtype=float).T)
    assert p == 2 * 863 / 2**15


def test_the_tie_is_kept_in_any_unit() -> None:
    # Fisher's 863 hold 28 ties, which rounding must not lose.
    units = np.array([0.1, 1e-9, 1e9 / 3])
    assert sign_flip(np.outer(_DARWIN, units)).tolist() == [2 * 863 / 2**15] * 3


@pytest.mark.parametrize("n", [2, 7, 12])
def test_counting_is_scipys_enumeration(n: int) -> None:
    differences = np.random.default_rng(n).normal(0.3, 1, size=(n, 5))
    assert sign_flip(differences) == pytest.approx(_scipy(differences, 2**12), abs=1e-12)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_counting_with_ties_and_zeros_is_the_enumeration(values: list[int]) -> None:
    differences = np.array([values], dtype=float).T / 10
    assert sign_flip(differences) == pytest.approx(_enumerate(differences), abs=1e-12)


def test_ratings_are_counted_where_all_flips_are_too_many() -> None:
    # 16 differences are enumerated, five times each by the different sums: both are exact.
    rng = np.random.default_rng(5)
    sizes = np.sort(rng.integers(1, 4, size=16))[::-1].astype(float)
    observed = float(rng.choice([8, 10, 14]))
    signs = np.where(np.arange(2**16)[:, None] >> np.arange(16) & 1, -1.0, 1.0)
    expected = (signs @ sizes >= observed).mean()
    assert sign_flips._count_sums(sizes, observed, 1e-9) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("n", "wins"), [(95, 60), (95, 48), (2_000, 1_060)])
def test_flags_have_the_binomials_tail(n: int, wins: int) -> None:
    # n articles on which the flags differ: the sign test, an exact binomial (Dixon & Mood, 1946).
    differences = np.concatenate([np.ones(wins), -np.ones(n - wins), np.zeros(30)])
    tail = sum(comb(n, k) for k in range(wins, n + 1)) / 2**n
    assert sign_flip(differences[:, None])[0] == pytest.approx(min(1, 2 * tail), rel=1e-9)


@pytest.mark.parametrize(("n", "error"), [(12, 0.25), (16, 0.12), (20, 0.04)])
def test_the_saddlepoint_nears_the_count_with_more_articles(n: int, error: float) -> None:
    # Where no article dominates and p is above .001; it is used from 21 articles on.
    rng = np.random.default_rng(n)
    rows = rng.normal(rng.choice([0.1, 0.5], size=(300, 1)), 1, size=(300, n))
    exact = sign_flip(rows.T)
    sizes, observed = np.abs(rows), np.abs(rows.sum(axis=1))
    smooth = 2 * approximate_tails(sizes, observed)
    shares = (sizes**2).max(axis=1) / (sizes**2).sum(axis=1)
    shown = (exact > 1e-3) & (exact < 0.5) & (shares < 0.3)
    errors = np.abs(smooth[shown] / exact[shown] - 1)
    assert errors.max() < error
    assert np.median(errors) < error / 4


@pytest.mark.parametrize("name", ["normal", "skewed", "few articles dominate", "one dominates"])
def test_approximations_are_random_flips_within_their_error(name: str) -> None:
    # Four standard errors of 400,000 flips, and 3 % of p for the approximation.
    rng = np.random.default_rng(3)
    differences = {
        "normal": rng.normal(0.2, 1, size=(95, 6)),
        "skewed": rng.gamma(1, 1, size=(95, 6)) - 0.75,
        "few articles dominate": rng.standard_cauchy(size=(95, 6)),
        "one dominates": np.r_[rng.normal(0.02, 0.1, size=(94, 6)), -np.ones((1, 6))],
    }[name]
    p, drawn = sign_flip(differences), _flip(differences)
    error = 4 * np.sqrt(drawn * (1 - drawn) / 400_000)
    assert (np.abs(p - drawn) <= error + 0.03 * drawn).all(), (p, drawn)


@pytest.mark.parametrize("kind", ["scores", "mean ratings"])
def test_a_board_of_16_systems_and_100_articles_has_the_significant_pairs_of_flips(
    kind: str,
) -> None:
    # SummEval's size. 200,000 flips a pair, corrected by Holm; at the border both may be right.
    rng, flips = np.random.default_rng(5), 200_000
    true = rng.normal(0, 0.35, 16) + rng.normal(0, 0.8, (100, 1)) + rng.normal(0, 0.6, (100, 16))
    ratings = np.clip(np.round(3 * true), -6, 3) / 3  # of three people, many at the ceiling
    first, second = np.triu_indices(16, 1)
    table = true if kind == "scores" else ratings
    differences = table[:, first] - table[:, second]
    adjusted, drawn = holm(sign_flip(differences)), _flip(differences, flips)
    by_flips = holm(drawn)
    error = 4 * by_flips / np.sqrt(np.maximum(drawn, 1 / flips) * flips) + 0.03 * by_flips
    differ = (adjusted <= 0.05) != (by_flips <= 0.05)
    assert (np.abs(by_flips - 0.05) <= error)[differ].all()
    assert 40 < (adjusted <= 0.05).sum() < 110
    assert differ.sum() <= 2


def test_no_p_is_below_that_of_equal_signs() -> None:
    # Of 2^n flips two have equal signs. Below the least number that there is, it is that.
    rng = np.random.default_rng(0)
    for equal_signs in (np.ones((60, 1)), rng.random((60, 1)) + 0.1):
        assert sign_flip(equal_signs) == pytest.approx([2 / 2**60])
    assert sign_flip(np.ones((10, 1))).tolist() == [2 / 1_024]
    assert sign_flip(np.ones((1, 1))).tolist() == [1]
    assert 0 < sign_flip(rng.random((5_000, 1)))[0] < 1e-300


@pytest.mark.parametrize("n", [3, 50])
def test_a_system_against_itself_has_p_one(n: int) -> None:
    assert sign_flip(np.zeros((n, 2))).tolist() == [1, 1]


def test_one_difference_says_nothing_among_any_zeros() -> None:
    for zeros in (0, 5, 200):
        assert sign_flip(np.array([[0.3, *[0.0] * zeros]]).T).tolist() == [1]


@given(st.integers(1, 60), st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_swapping_the_systems_keeps_p(n: int, seed: int) -> None:
    differences = np.random.default_rng(seed).normal(0.2, 1, size=(n, 3))
    assert np.array_equal(sign_flip(differences), sign_flip(-differences))


@given(st.permutations(range(6)), st.integers(2, 40), st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_a_pair_has_the_p_that_it_has_alone(order: list[int], n: int, seed: int) -> None:
    differences = np.random.default_rng(seed).normal(0.2, 1, size=(n, 6))
    p = sign_flip(differences)
    assert np.array_equal(sign_flip(differences[:, order]), p[order])
    assert np.array_equal(sign_flip(differences[:, order[:1]]), p[order[:1]])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    differences = np.random.default_rng(0).normal(0.1, 1, size=(70, 9))
    p = sign_flip(differences)
    monkeypatch.setattr(sign_flips, "_BLOCK", 140)
    assert np.array_equal(sign_flip(differences), p)


@given(st.permutations(range(45)))
@settings(deadline=None, max_examples=30)
def test_the_order_of_articles_does_not_matter(order: list[int]) -> None:
    differences = np.random.default_rng(0).normal(0.4, 1, size=(45, 4))
    assert sign_flip(differences[order]) == pytest.approx(sign_flip(differences), rel=1e-9)


@pytest.mark.parametrize("bad", [float("nan"), inf])
def test_undefined_differences_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="need finite differences"):
        sign_flip(np.array([[1.0], [bad]]))
    with pytest.raises(ValueError, match="need finite differences"):
        sign_flip(np.empty((0, 2)))


def test_for_many_articles_it_is_students_t_test() -> None:
    differences = np.random.default_rng(1).gamma(1, 1, size=(4_000, 6)) - 1 - 0.02
    expected = stats.ttest_1samp(differences, 0).pvalue
    assert sign_flip(differences) == pytest.approx(expected, rel=0.02)


def test_rounding_in_the_larger_score_of_a_pair_is_a_tie() -> None:
    # Differences 1e6, .1, .2, -.3. Of the eight flips of the last three with a sum of 1e6, .6, .4,
    # .2 and 0 twice reach the observed 0, which is rounding in scores of a million.
    differences = np.array([[1e6, 0.1, 0.2, -0.3]]).T
    assert sign_flip(differences, 1e6).tolist() == [5 / 8]
