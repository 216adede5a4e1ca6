"""Krippendorff's alpha against his published examples and the package `krippendorff`."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from summbench.stats.krippendorff import Scale, estimate_alpha, krippendorff_alpha

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): examples A, B and C.
_BINARY = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], float)
_NOMINAL = np.array(
    [[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]], float
)
_FOUR_RATERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
)


@pytest.mark.parametrize(
    ("ratings", "scale", "printed", "package"),
    [
        (_BINARY, "nominal", 0.095, 0.09523809523809534),
        (_NOMINAL, "nominal", 0.692, 0.6919642857142858),
        (_FOUR_RATERS, "nominal", 0.743, 0.743421052631579),
        (_FOUR_RATERS, "ordinal", 0.815, 0.8153875037548814),
        (_FOUR_RATERS, "interval", 0.849, 0.8491071428571428),
    ],
)
def test_the_published_examples(
    ratings: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    scale: Scale,
    printed: float,
    package: float,
) -> None:
    # Three digits are printed in the paper; krippendorff 0.9.0 gives all of them.
    alpha = krippendorff_alpha(ratings, scale)
    assert alpha == pytest.approx(printed, abs=5e-4)
    assert alpha == pytest.approx(package, abs=1e-12)


def test_order_of_raters_and_units_is_nothing_and_full_agreement_is_1() -> None:
    for scale in ("nominal", "ordinal", "interval"):
        alpha = krippendorff_alpha(_FOUR_RATERS, scale)
        assert krippendorff_alpha(_FOUR_RATERS[::-1, ::-1], scale) == pytest.approx(alpha)
        assert krippendorff_alpha(np.array([[1.0, 2, 5], [1, 2, 5]]), scale) == pytest.approx(1)


def test_what_has_no_alpha_has_none() -> None:
    for ratings in ([[1.0, 2, 3]], [[3.0, 3], [3, 3]], [[nan, 1.0], [2, nan]], [[nan, nan]]):
        for scale in ("nominal", "ordinal", "interval"):
            assert isnan(krippendorff_alpha(np.array(ratings), scale))


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_interval_draws_articles_with_all_their_units(scale: Scale) -> None:
    articles = [f"a{i}" for i in range(12)]
    single = estimate_alpha(_FOUR_RATERS, articles, scale, 2_000)
    assert single.low < single.mean < single.high <= 1
    assert (single.n, single.method) == (11, "percentile")
    # Every unit twice, in the same article: nothing more is known (but for n - 1 in alpha).
    twice = estimate_alpha(np.hstack([_FOUR_RATERS] * 2), articles * 2, scale, 2_000)
    assert (twice.low, twice.high) == pytest.approx((single.low, single.high), abs=0.05)


def test_resampled_sums_are_the_alpha_of_the_resampled_units() -> None:
    # One article is drawn for all: every resample of one unit repeated is undefined, of two units
    # the three possible draws have the alphas of these tables.
    ratings = np.array([[1.0, 4.0], [2.0, 4.0]])
    interval = estimate_alpha(ratings, ["a", "b"], "interval", 500)
    both = krippendorff_alpha(ratings, "interval")
    first_twice = krippendorff_alpha(ratings[:, [0, 0]], "interval")
    assert interval.mean == pytest.approx(both)
    assert interval.low == pytest.approx(first_twice)


def test_one_article_has_no_interval() -> None:
    estimate = estimate_alpha(_FOUR_RATERS, ["a"] * 12, "interval")
    assert isnan(estimate.low)
    assert estimate.method == "none"
