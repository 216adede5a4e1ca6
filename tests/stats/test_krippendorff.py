"""Krippendorff's alpha against his published examples and the package `krippendorff`."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from scipy.stats import t

from summbench.stats.krippendorff import (
    Scale,
    estimate_alpha,
    krippendorff_alpha,
    leave_articles_out,
)

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
def test_the_interval_leaves_out_articles_with_all_their_units(scale: Scale) -> None:
    # By hand: alpha of the table without the columns of an article, Tukey's formulas, scipy's t.
    articles = [f"a{i // 2}" for i in range(12)]
    estimate = estimate_alpha(_FOUR_RATERS, articles, scale)
    without = np.array(
        [
            krippendorff_alpha(_FOUR_RATERS[:, [a != name for a in articles]], scale)
            for name in sorted(set(articles))
        ]
    )
    pseudo = 6 * estimate.mean - 5 * without
    half = t.ppf(0.975, 5) * pseudo.std(ddof=1) / np.sqrt(6)
    assert estimate.low == pytest.approx(pseudo.mean() - half)
    assert estimate.high == pytest.approx(min(1, pseudo.mean() + half))
    assert (estimate.n, estimate.method) == (11, "jackknife")


def test_where_all_disagreement_hangs_on_one_article_there_is_no_interval() -> None:
    # Without the last article all ratings are 3, and there is no alpha.
    ratings = np.array([[3.0, 3, 3, 1], [3, 3, 3, 2]])
    estimate = estimate_alpha(ratings, ["a", "b", "c", "d"], "ordinal")
    assert not isnan(estimate.mean)
    assert isnan(estimate.low)
    full = estimate_alpha(np.array([[1.0, 2, 3, 3]] * 2), ["a", "b", "c", "d"], "ordinal")
    assert (full.mean, full.low, full.high) == (1, 1, 1)


def test_an_article_without_two_ratings_counts_for_nothing() -> None:
    ratings = np.array([[1.0, 2, 3, 3, 1], [1, 3, 3, 2, nan]])
    some = estimate_alpha(ratings, ["a", "b", "c", "d", "e"], "interval")
    assert some == estimate_alpha(ratings[:, :4], ["a", "b", "c", "d"], "interval")
    values, names = leave_articles_out(ratings, ["a", "b", "c", "d", "e"], "interval")
    assert (len(values), names) == (5, ["a", "b", "c", "d"])


def test_one_article_has_no_interval() -> None:
    estimate = estimate_alpha(_FOUR_RATERS, ["a"] * 12, "interval")
    assert isnan(estimate.low)
    assert estimate.method == "none"
