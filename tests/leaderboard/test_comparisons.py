"""Which pairs are compared, on which articles, and what that leaves of an order."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from summbench.leaderboard import comparisons
from summbench.leaderboard.board import Comparison, LeaderboardMetric
from summbench.leaderboard.comparisons import (
    PairTests,
    Standing,
    compare_pairs,
    rank_models,
    run_tests,
)
from summbench.stats.multiplicity import benjamini_hochberg, holm
from summbench.stats.power import minimum_detectable_effect
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]
_UP = LeaderboardMetric("higher", "quality", "up|v:1")
_DOWN = LeaderboardMetric("lower", "quality", "down|v:1")
_EVEN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def _compare(
    scores: dict[str, Sequence[float]], info: LeaderboardMetric = _UP, vs: str | None = None
) -> list[Comparison]:
    return compare_pairs("d", "m", run_tests(scores, vs, is_primary=True), info)


def _rank(scores: dict[str, Sequence[float]], vs: str | None = None) -> dict[str, Standing]:
    """Of models that are given from the best to the worst."""
    return rank_models(list(scores), run_tests(scores, vs, is_primary=True), higher_is_better=True)


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
    scores = _noise(4, 40)
    for is_primary, adjust, name in ((True, holm, "holm"), (False, benjamini_hochberg, "bh")):
        of = compare_pairs("d", "m", run_tests(scores, is_primary=is_primary), _UP)
        assert [c.p_adjusted for c in of] == adjust([c.p for c in of]).tolist()
        assert {c.correction for c in of} == {name}
        differences = np.array(scores[of[0].a]) - np.array(scores[of[0].b])
        assert of[0].p == pytest.approx(sign_flip(differences[:, None])[0], rel=1e-9)
        assert of[0].mde == pytest.approx(
            minimum_detectable_effect(float(differences.std(ddof=1)), 40)
        )


def test_versus_one_model_there_are_as_many_pairs_as_other_models() -> None:
    scores = _noise(5, 30)
    pairs = _compare(scores, vs="s2")
    assert [(c.a, c.b) for c in pairs] == [("s0", "s2"), ("s1", "s2"), ("s2", "s3"), ("s2", "s4")]
    assert [c.p_adjusted for c in pairs] == holm([c.p for c in pairs]).tolist()
    assert _rank(scores, vs="s2") == {}


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
    standings = _rank(scores)
    assert standings["best"] == (1, 1, 1, "a")
    assert standings["x"] == standings["y"] == (2, 3, 2, "b")


def test_five_common_articles_are_compared() -> None:
    assert [c.difference.n for c in _compare({"a": _EVEN[:5], "b": _EVEN[:5]})] == [5]


def _tests(first: str, second: str, lead: float, p_adjusted: float) -> PairTests:
    """One pair of two models."""
    one, adjusted = np.array([0.0]), np.array([p_adjusted])
    places = np.array([0]), np.array([1])
    is_swapped = np.array([False])
    scores = np.zeros((2, 9))
    lead_of_pair = np.array([lead])
    return PairTests(
        [first, second], scores, *places, is_swapped, lead_of_pair, one, adjusted, "holm"
    )


@pytest.mark.parametrize(
    ("p", "ranks"), [(0.05, [(1, 1), (2, 2)]), (np.nextafter(0.05, 1), [(1, 2), (1, 2)])]
)
def test_p_equal_to_alpha_is_significant(p: float, ranks: list[tuple[int, int]]) -> None:
    standings = rank_models(["a", "b"], _tests("b", "a", -0.1, p), higher_is_better=True)
    assert [standings[model][:2] for model in "ab"] == ranks


def test_where_lower_is_better_the_lower_mean_wins() -> None:
    standings = rank_models(["a", "b"], _tests("a", "b", -0.1, 0.01), higher_is_better=False)
    assert [standings[model][:2] for model in "ab"] == [(1, 1), (2, 2)]


def test_ranks_need_every_pair() -> None:
    few = {"a": [0.9, 0.8, 0.7, 0.6, 0.5, nan], "b": [0.3, 0.2, 0.3, 0.1, 0.2, 0.3]}
    assert _rank({**few, "c": [nan, nan, 0.3, 0.1, 0.2, 0.3]}) == {}  # a and c: three articles
    assert _rank({"a": _EVEN}) == {}


def test_many_pairs_are_compared_in_blocks_and_blocks_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores = _noise(7, 40)
    scores["s3"] = [nan, *scores["s3"][1:]]
    together = _compare(scores)
    monkeypatch.setattr(comparisons, "_BLOCK", 100)
    assert _compare(scores) == together


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_rounding_in_the_larger_score_of_a_pair_is_a_tie(order: str) -> None:
    # 1e-9 is above 1e-12 of .3 and below 1e-12 of a million.
    scores = {"a": [0.3] * 6, "b": [0.3 + 1e-9, 0.3 - 1e-9, 0.2, 0.2, 0.2, 1e6]}
    [c] = _compare({model: scores[model] for model in order})
    assert (c.ties, {c.wins, c.losses}) == (2, {3, 1})
