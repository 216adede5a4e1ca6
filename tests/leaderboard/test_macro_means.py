"""One board over several datasets: who is in it, what is compared, and what may be claimed."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from summbench.core.records import Kind
from summbench.leaderboard.board import DatasetInfo, Health, LeaderboardMetric
from summbench.leaderboard.comparisons import run_tests
from summbench.leaderboard.macro_board import MacroBoard, Range
from summbench.leaderboard.macro_means import build_macro_board, count_datasets_needed

Table = dict[str, dict[str, list[float]]]


def _value(values: Range | None) -> float:
    assert values is not None
    return values.value


def _build(scores: Table, bounds: Table | None = None, vs: str | None = None) -> MacroBoard | None:
    infos = {
        name: DatasetInfo(len(next(iter(of.values()), [])), name) for name, of in scores.items()
    }
    tests = {name: run_tests(of, vs, is_primary=True) for name, of in scores.items()}
    return build_macro_board("m", infos, tests, bounds or {}, higher_is_better=True, vs=vs)


def _noise(*sizes: int, models: str = "abc", seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    return {
        f"d{k}": {model: rng.random(n).tolist() for model in models} for k, n in enumerate(sizes)
    }


def _shift(values: list[float], by: float) -> list[float]:
    return [value + by for value in values]


def test_a_board_by_hand() -> None:
    # Two datasets of 5 and 6 articles; b is .1 and .3 below a on every article.
    a = {"d0": [0.5, 0.6, 0.7, 0.8, 0.9], "d1": [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
    board = _build({d: {"a": a[d], "b": _shift(a[d], -by)} for d, by in (("d0", 0.1), ("d1", 0.3))})
    assert board is not None
    first, second = board.entries
    assert (first.model, first.rank_low, first.rank_high) == ("a", 1, 1)
    assert first.estimate.mean == pytest.approx((0.7 + 0.65) / 2)
    assert [_value(r) for r in (second.win_rate, second.mean_rank, second.borda)] == [0, 2, 0]
    [pair] = board.comparisons
    assert (pair.a, pair.b) == ("a", "b")
    assert pair.difference.mean == pytest.approx(0.2)
    assert pair.p == 2 / 2**11  # all articles agree
    assert pair.p_datasets == 2 / 2**2  # both datasets agree
    assert (board.datasets_needed, board.can_generalize) == (6, False)


def test_as_many_datasets_are_needed_as_statistics_md_says() -> None:
    # 2 / 2^K <= .05 / pairs: six for two models (one pair), eleven for ten (45 pairs).
    assert [count_datasets_needed(pairs) for pairs in (1, 45)] == [6, 11]
    for pairs in range(1, 200):
        needed = count_datasets_needed(pairs)
        assert 2 / 2**needed <= 0.05 / pairs < 2 / 2 ** (needed - 1)


def test_six_datasets_that_agree_claim_something_for_others() -> None:
    scores = _noise(*[8] * 6, models="a")
    board = _build({d: {"a": of["a"], "b": _shift(of["a"], -0.1)} for d, of in scores.items()})
    assert board is not None
    [pair] = board.comparisons
    assert (pair.p_datasets, board.can_generalize) == (2 / 2**6, True)


def test_a_model_that_lacks_a_dataset_is_named_and_not_ranked() -> None:
    scores = _noise(10, 12)
    del scores["d1"]["b"]
    board = _build(scores)
    assert board is not None
    assert board.unranked == {"b": ["d1"]}
    assert sorted(entry.model for entry in board.entries) == ["a", "c"]
    assert len(board.comparisons) == 1


def test_a_dataset_that_cannot_be_in_it_is_named() -> None:
    board = _build(_noise(10, 12, 4) | {"without": {}})
    assert board is not None
    assert list(board.datasets) == ["d0", "d1"]
    assert board.left_out == {
        "d2": "it has fewer than 5 articles",
        "without": "no model has m there",
    }
    assert _build(_noise(10, 4)) is None


def test_a_bound_has_a_mean_and_no_rank() -> None:
    scores = _noise(10, 12)
    board = _build(scores, {d: {"oracle": [0.99] * len(of["a"])} for d, of in scores.items()})
    assert board is not None
    assert (board.entries[0].model, board.entries[0].rank_low) == ("oracle", None)
    assert {name for c in board.comparisons for name in (c.a, c.b)} == {"a", "b", "c"}


def test_a_dataset_on_which_a_pair_is_reversed_is_named() -> None:
    scores = _noise(30, 30, 30, models="a")
    losses = {"d0": -0.4, "d1": -0.4, "d2": 0.1}
    board = _build({d: {"a": of["a"], "b": _shift(of["a"], losses[d])} for d, of in scores.items()})
    assert board is not None
    assert [c.opposed for c in board.comparisons] == [["d2"]]
    assert _value(board.entries[0].win_rate) == pytest.approx(2 / 3)


def test_the_order_of_datasets_and_models_changes_no_bit() -> None:
    scores = _noise(20, 25, 31, seed=4)
    scores["d1"]["a"][3] = nan
    turned = {d: dict(reversed(of.items())) for d, of in reversed(scores.items())}
    one, other = _build(scores), _build(turned)
    assert one is not None
    assert other is not None
    assert (one.entries, one.comparisons) == (other.entries, other.comparisons)


def test_only_pairs_with_vs_are_compared() -> None:
    board = _build(_noise(10, 12), vs="b")
    assert board is not None
    assert all("b" in (c.a, c.b) for c in board.comparisons)
    assert {entry.rank_low for entry in board.entries} == {None}
    assert board.entries[0].win_rate is not None


def test_it_survives_leaderboard_json() -> None:
    from summbench.leaderboard.board import Leaderboard
    from summbench.leaderboard.serialization import from_json, to_json

    macro = _build(_noise(10, 12))
    kinds: dict[str, Kind] = {"a": "system", "b": "system", "c": "system"}
    metrics = {"m": LeaderboardMetric("higher", "quality", "m|v:1")}
    health: list[Health] = []
    board = Leaderboard("x", "m", None, ["m"], {}, kinds, metrics, [], [], health, macro=macro)
    assert from_json(to_json(board), "x").macro == macro
