"""Cohen's kappa against its papers' examples, scikit-learn's values, and tables made by hand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from summbench.stats.agreement import cohen_kappa, compute_kappa, estimate_kappa

_TABLE = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
_COSTS = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]])
_FIRST = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 3, 3, 4, 2, 5, 1]
_SECOND = [1, 3, 3, 4, 4, 5, 5, 2, 2, 1, 3, 4, 4, 1, 5, 2]
_OWN = ["win", "win", "tie", "loss", "loss", "win", "tie", "tie", "loss", "win"]
_HUMAN = ["win", "tie", "tie", "loss", "win", "win", "tie", "loss", "loss", "win"]


def test_the_examples_of_the_papers() -> None:
    # Cohen (1960): .70 observed, .41 by chance. Cohen (1968), the same table with costs: .348.
    plain = compute_kappa(_TABLE[..., None], 1 - np.eye(3))
    assert plain[0] == pytest.approx(0.29 / 0.59)
    assert compute_kappa(_TABLE[..., None], _COSTS)[0] == pytest.approx(0.348, abs=5e-4)
    assert compute_kappa(200 * _TABLE[..., None], _COSTS)[0] == pytest.approx(1 - 0.90 / 1.38)


def test_it_is_scikit_learns() -> None:
    # sklearn.metrics.cohen_kappa_score of scikit-learn 1.9.1, `weights` None and "quadratic"
    assert cohen_kappa(_FIRST, _SECOND) == pytest.approx(0.4536585365853658, abs=1e-12)
    quadratic = cohen_kappa(_FIRST, _SECOND, "quadratic")
    assert quadratic == pytest.approx(0.8852459016393442, abs=1e-12)
    assert cohen_kappa(_OWN, _HUMAN) == pytest.approx(0.5454545454545454, abs=1e-12)


def test_quadratic_weights_go_by_the_distance_of_ratings_that_need_not_be_whole() -> None:
    # 1 - mean((x - y)^2) / mean over all x, y of (x - y)^2, by hand: 1 - .625 / 2.875
    assert cohen_kappa([1.0, 4.0], [1.5, 3.0], "quadratic") == pytest.approx(1 - 0.625 / 2.875)


def test_full_agreement_is_1_and_one_label_alone_undefined() -> None:
    assert cohen_kappa([1, 2], [1, 2]) == 1.0
    assert cohen_kappa(["win", "loss"], ["loss", "win"]) == pytest.approx(-1.0)
    assert isnan(cohen_kappa([3, 3], [3, 3], "quadratic"))


def test_the_interval_draws_whole_articles() -> None:
    articles = [f"a{i}" for i in range(len(_FIRST))]
    each = estimate_kappa(_FIRST, _SECOND, articles, "quadratic")
    assert each.low < each.mean < each.high
    assert (each.n, each.method) == (16, "percentile")
    # Every label twice, in the same articles: as much is known as before.
    twice = estimate_kappa(_FIRST * 2, _SECOND * 2, articles * 2, "quadratic")
    assert (twice.low, twice.mean, twice.high) == pytest.approx((each.low, each.mean, each.high))
    # The order of the labels is nothing.
    back = estimate_kappa(_FIRST[::-1], _SECOND[::-1], articles[::-1], "quadratic")
    assert back == each


def test_there_is_no_interval_from_one_article_or_from_nothing() -> None:
    alone = estimate_kappa([1, 2], [1, 3], ["a", "a"])
    assert (alone.n, isnan(alone.mean), isnan(alone.low)) == (2, False, True)
    nothing = estimate_kappa([], [], [])
    assert (nothing.n, isnan(nothing.mean)) == (0, True)
    constant = estimate_kappa([3, 3], [3, 3], ["a", "b"])
    assert (constant.n, isnan(constant.mean), isnan(constant.low)) == (2, True, True)
