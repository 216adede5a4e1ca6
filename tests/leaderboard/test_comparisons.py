"""Which pairs are compared, on which articles, and what that leaves of an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard import comparisons
from summbench.leaderboard.board import Comparison, LeaderboardMetric
from summbench.leaderboard.comparisons import compare_pairs, rank_models
from summbench.stats.multiplicity import benjamini_hochberg, holm
from summbench.stats.paired import paired_t, sign_flip
from summbench.stats.power import minimum_detectable_effect

Floats = NDArray[np.float64]
_UP = LeaderboardMetric("higher", "quality", "up|v:1")
_DOWN = LeaderboardMetric("lower", "quality", "down|v:1")
_EVEN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def _compare(
    scores: dict[str, Sequence[float]], info: LeaderboardMetric = _UP, vs: str | None = None
) -> list[Comparison]:
    return compare_pairs("d", {"m": scores}, {"m": info}, "m", vs)


def _noise(models: int, articles: int, seed: int = 0) -> dict[str, Sequence[float]]:
    table = np.random.default_rng(seed).random((models, articles))
    return {f"s{i}": row.tolist() for i, row in enumerate(table)}


def test_a_pair_by_hand() -> None:
    # Differences .1 six times: the two flips that keep or turn all of 64 reach it, p = 2 / 64.
    [c] = _compare({"a": [x + 0.1 for x in _EVEN], "b": _EVEN})
    assert (c.a, c.b, c.difference.n, c.p, c.p_adjusted, c.correction) == (
        "a", "b", 6, 1 / 32, 1 / 32, "holm",
    )  # fmt: skip
    assert c.difference.mean == pytest.approx(0.1)
    assert (c.wins, c.ties, c.losses) == (6, 0, 0)


def test_a_win_is_what_is_better() -> None:
    [c] = _compare({"a": [x + 0.1 for x in _EVEN], "b": _EVEN}, _DOWN)
    assert (c.wins, c.losses, c.effect_size < 0) == (0, 6, True)
    assert c.difference.mean == pytest.approx(0.1)


def test_a_system_against_itself_has_p_one() -> None:
    [c] = _compare({"a": _EVEN, "b": list(_EVEN)})
    assert (c.p, c.wins, c.ties, c.losses, c.difference.method) == (1.0, 0, 6, 0, "constant")
    assert np.isnan(c.effect_size)


def test_only_articles_that_both_have_count() -> None:
    missing = [nan, *_EVEN]
    pairs = _compare({"a": [9.0, *_EVEN], "b": missing, "c": [9.0, *(x - 0.1 for x in _EVEN)]})
    of = {(c.a, c.b): c for c in pairs}
    assert {pair: c.difference.n for pair, c in of.items()} == {
        ("a", "b"): 6, ("a", "c"): 7, ("b", "c"): 6,
    }  # fmt: skip
    assert (of["a", "b"].p, of["b", "c"].p) == (1.0, 2 / 2**6)


def test_below_five_common_articles_nothing_is_claimed() -> None:
    assert _compare({"a": _EVEN[:4], "b": _EVEN[:4]}) == []
    assert _compare({"a": _EVEN}) == []
    assert _compare({}) == []


def test_the_primary_metric_has_holms_correction_and_the_others_benjamini_and_hochbergs() -> None:
    scores = {"m": _noise(4, 40), "other": _noise(4, 40, seed=1)}
    pairs = compare_pairs("d", scores, {"m": _UP, "other": _UP}, "m")
    for metric, adjust, name in (("m", holm, "holm"), ("other", benjamini_hochberg, "bh")):
        of = [c for c in pairs if c.metric == metric]
        assert [c.p_adjusted for c in of] == adjust([c.p for c in of]).tolist()
        assert {c.correction for c in of} == {name}
        differences = np.array(scores[metric][of[0].a]) - np.array(scores[metric][of[0].b])
        assert of[0].p == sign_flip(differences[:, None])[0]
        assert of[0].mde == pytest.approx(
            minimum_detectable_effect(float(differences.std(ddof=1)), 40)
        )


def test_versus_one_model_there_are_as_many_pairs_as_other_models() -> None:
    scores = _noise(5, 30)
    pairs = _compare(scores, vs="s2")
    assert [(c.a, c.b) for c in pairs] == [("s0", "s2"), ("s1", "s2"), ("s2", "s3"), ("s2", "s4")]
    assert [c.p_adjusted for c in pairs] == holm([c.p for c in pairs]).tolist()
    assert rank_models(list(scores), pairs, higher_is_better=True) == {}


@given(st.permutations(range(4)))
@settings(deadline=None, max_examples=10)
def test_permuting_the_systems_permutes_the_comparisons(order: list[int]) -> None:
    scores = _noise(4, 25)
    names = list(scores)
    adjusted = {frozenset((c.a, c.b)): c.p_adjusted for c in _compare(scores)}
    adjusted_again = _compare({names[i]: scores[names[i]] for i in order})
    assert {frozenset((c.a, c.b)): c.p_adjusted for c in adjusted_again} == adjusted


def test_one_clear_winner_stands_alone() -> None:
    # The best is .5 above two that are the same but for noise around 0.
    rng = np.random.default_rng(2)
    low = rng.random(30)
    scores = {"best": (low + 0.5).tolist(), "x": low.tolist(),
              "y": (low + rng.normal(0, 0.01, 30)).tolist()}  # fmt: skip
    standings = rank_models(["best", "x", "y"], _compare(scores), higher_is_better=True)
    assert standings["best"] == (1, 1, 1, "a")
    assert standings["x"] == standings["y"] == (2, 3, 2, "b")


def test_five_common_articles_are_compared() -> None:
    assert [c.difference.n for c in _compare({"a": _EVEN[:5], "b": _EVEN[:5]})] == [5]


def _comparison(a: str, b: str, difference: float, p_adjusted: float) -> Comparison:
    estimate = Estimate(difference, nan, nan, 9, "none")
    return Comparison("d", "m", a, b, estimate, nan, p_adjusted, "holm", 0, 0, 0, nan, nan)


@pytest.mark.parametrize(
    ("p", "ranks"), [(0.05, [(1, 1), (2, 2)]), (np.nextafter(0.05, 1), [(1, 2), (1, 2)])]
)
def test_p_equal_to_alpha_is_significant(p: float, ranks: list[tuple[int, int]]) -> None:
    standings = rank_models(["a", "b"], [_comparison("b", "a", -0.1, p)], higher_is_better=True)
    assert [standings[model][:2] for model in "ab"] == ranks


def test_where_lower_is_better_the_lower_mean_wins() -> None:
    standings = rank_models(["a", "b"], [_comparison("a", "b", -0.1, 0.01)], higher_is_better=False)
    assert [standings[model][:2] for model in "ab"] == [(1, 1), (2, 2)]


def test_ranks_need_every_pair() -> None:
    two_of_three = [_comparison("a", "b", 0.1, 0.01), _comparison("a", "c", 0.1, 0.01)]
    assert rank_models(["a", "b", "c"], two_of_three, higher_is_better=True) == {}
    assert rank_models(["a"], [], higher_is_better=True) == {}


@pytest.mark.parametrize(("large", "test"), [(6, sign_flip), (5, paired_t)])
def test_the_t_test_is_for_more_articles_than_the_bootstrap(
    monkeypatch: pytest.MonkeyPatch, large: int, test: Callable[[Floats], Floats]
) -> None:
    monkeypatch.setattr(comparisons, "LARGE", large)
    higher = [0.3, 0.1, 0.4, 0.7, 0.5, 0.9]
    [c] = _compare({"a": higher, "b": _EVEN})
    assert c.p == test(np.array([higher]).T - np.array([_EVEN]).T)[0]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_rounding_in_the_larger_score_of_a_pair_is_a_tie(order: str) -> None:
    # 1e-9 is above 1e-12 of .3 and below 1e-12 of a million.
    scores = {"a": [0.3] * 6, "b": [0.3 + 1e-9, 0.3 - 1e-9, 0.2, 0.2, 0.2, 1e6]}
    [c] = _compare({model: scores[model] for model in order})
    assert (c.ties, {c.wins, c.losses}) == (2, {3, 1})
