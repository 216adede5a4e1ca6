"""What the gate decides, in numbers worked by hand and as properties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from summbench.core.records import Direction, Estimate
from summbench.gate.records import GateReport, Verdict, combine_verdicts, get_exit_code
from summbench.gate.verdict import decide, run_gate
from summbench.leaderboard.board import DatasetInfo, Entry, Leaderboard, LeaderboardMetric
from summbench.runs.run import RunData
from summbench.runs.schema import DatasetRecord
from summbench.runs.source import RunFiles
from summbench.runs.tables import PredictionDigest
from tests.gates import PRIMARY, build_metadata

Floats = NDArray[np.float64]
_METRICS = {
    PRIMARY: LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
_KEY = ("news", "m", PRIMARY)
_NO_ESTIMATE = Estimate(math.nan, math.nan, math.nan, 0, "none")


def _results(
    scores: Sequence[float],
    direction: Direction = "higher",
    summaries: Sequence[float] | None = None,
) -> RunData:
    """One model whose summary of an article follows from its score, or from another number."""
    ids = [f"a{i}" for i in range(len(scores))]
    board = Leaderboard(
        "r", PRIMARY, None, [PRIMARY], {"news": DatasetInfo(len(ids), "f")}, {"m": "system"},
        _METRICS | {PRIMARY: replace(_METRICS[PRIMARY], direction=direction)},
        [Entry("news", "m", PRIMARY, _NO_ESTIMATE, 0)], [], [],
    )  # fmt: skip
    digests = {
        a: PredictionDigest(repr(s), repr(s), False, None)
        for a, s in zip(ids, summaries or scores, strict=True)
    }
    record = DatasetRecord(fingerprint="f", id_fingerprint="i", articles=dict.fromkeys(ids, "h"))
    run = RunData(RunFiles(Path("results/r")), build_metadata(datasets={"news": record}))
    vars(run).update(  # as if read from files
        leaderboard=board,
        articles={"news": dict.fromkeys(ids, "h")},
        quality_scores={_KEY: dict(zip(ids, scores, strict=True))},
        prediction_digests={("news", "m"): digests},
    )
    return run


def _gate(
    before: Sequence[float], after: Sequence[float], margin: float = 0.01,
    direction: Direction = "higher",
) -> GateReport:  # fmt: skip
    return run_gate(_results(before, direction), _results(after, direction), {PRIMARY: margin})


@pytest.mark.parametrize(
    ("low", "mean", "high", "p", "verdict"),
    [
        (0.001, 0.02, 0.04, 0.05, "improved"),
        (0.001, 0.02, 0.04, 0.06, "pass"),
        (-0.009, -0.004, -0.001, 0.01, "pass"),  # significant, but surely within the margin
        (-0.01, -0.01, -0.01, 0.01, "pass"),  # exactly the margin, on every article: allowed
        (-0.04, 0.0, 0.04, 1.0, "inconclusive"),
        (-0.012, -0.008, -0.004, 0.01, "inconclusive"),
        (-0.04, -0.02, 0.001, 0.06, "inconclusive"),
        (-0.04, -0.02, -0.001, 0.06, "inconclusive"),
        (-0.04, -0.02, -0.001, 0.05, "regressed"),  # significant, and as measured beyond the margin
        (-0.04, -0.02, -0.011, 0.06, "regressed"),
        (-0.011, -0.011, -0.011, 0.06, "regressed"),
        (-0.03, -0.02, -0.01, 0.06, "inconclusive"),  # the upper bound is the margin itself
        (-0.03, -0.01, -0.005, 0.05, "inconclusive"),  # the loss is the margin itself
        (-0.02, 0.0, 0.02, 0.05, "inconclusive"),
        (0.0, 0.0, 0.0, 0.05, "pass"),  # no gain
        (-0.011, 0.02, 0.04, 0.05, "improved"),
    ],
)
def test_bounds_and_significance_decide(
    low: float, mean: float, high: float, p: float, verdict: str
) -> None:
    assert decide(Estimate(mean, low, high, 50, "bca"), 0.01, p, high) == verdict


@pytest.mark.parametrize(
    ("margin", "verdict"), [(0.01, "regressed"), (0.02, "inconclusive"), (0.03, "pass")]
)
def test_five_articles_are_judged_by_student(margin: float, verdict: str) -> None:
    # d = -.02, -.03, -.01, -.02, -.02: mean -.02, sd .0070711, t(.95; 4) = 2.13185 (any t table),
    # half = 2.13185 * .0070711 / sqrt(5) = .0067415.
    [judged] = _gate([0.5] * 5, [0.48, 0.47, 0.49, 0.48, 0.48], margin).metric_verdicts
    assert judged.verdict == verdict
    assert judged.difference.mean == pytest.approx(-0.02)
    assert judged.difference.low == pytest.approx(-0.0267415, abs=1e-6)
    assert judged.difference.high == pytest.approx(-0.0132585, abs=1e-6)


def test_the_articles_that_would_tell_follow_from_the_spread() -> None:
    # 100 differences of +-.1: sd .1 * sqrt(100/99) = .100504; z(.95) + z(.8) = 1.644854 + .841621;
    # (2.486475 * .100504 / .01) ** 2 = 624.5.
    [judged] = _gate([0.5] * 100, [0.4, 0.6] * 50).metric_verdicts
    assert (judged.verdict, judged.required_articles) == ("inconclusive", 625)


@pytest.mark.parametrize(("loss", "verdict"), [(0.011, "regressed"), (0.01, "pass")])
def test_below_five_articles_one_loss_beyond_the_margin_decides(loss: float, verdict: str) -> None:
    # 0.49 - 0.50 is -0.010000000000000009 in binary, and still not more than the margin.
    [judged] = _gate([0.5] * 4, [0.9, 0.9, 0.9, 0.5 - loss]).metric_verdicts
    assert judged.verdict == verdict
    assert "4 articles are too few for a test" in judged.reason
    assert judged.required_articles is None


def test_a_constant_loss_of_the_margin_passes_and_a_little_more_regresses() -> None:
    assert _gate([0.5] * 30, [0.49] * 30).verdict == "pass"
    assert _gate([0.5] * 30, [0.4899] * 30).verdict == "regressed"


def test_where_lower_is_better_a_rise_is_the_loss() -> None:
    gate = _gate([0.5] * 30, [0.55] * 30, direction="lower")
    assert gate.verdict == "regressed"
    assert gate.metric_verdicts[0].difference.mean == pytest.approx(-0.05)
    assert _gate([0.5] * 30, [0.45] * 30, direction="lower").verdict == "improved"


def test_the_same_summary_with_another_score_is_another_metric() -> None:
    after = _results([0.3] * 5, summaries=[0.2] * 5)
    gate = run_gate(_results([0.2] * 5), after, {PRIMARY: 0.01})
    assert gate.verdict == "not comparable"
    for part in ("rouge.rouge2_f", "'a0'", "0.2", "0.3", "its signature does not say so"):
        assert part in gate.metric_verdicts[0].reason


def test_rounding_of_a_neural_metric_is_no_other_metric() -> None:
    after = _results([0.20001] * 5, summaries=[0.2] * 5)
    gate = run_gate(_results([0.2] * 5), after, {PRIMARY: 0.01})
    assert (gate.verdict, gate.metric_verdicts[0].reason) == ("pass", "identical")


def test_the_ten_worst_articles_come_first() -> None:
    gate = _gate([0.5] * 20, [0.5 - 0.01 * i for i in range(20)])
    assert [loss.article_id for loss in gate.article_regressions] == [
        f"a{i}" for i in range(19, 9, -1)
    ]
    assert gate.article_regressions[0].loss == pytest.approx(0.19)


def test_the_worst_verdict_is_the_whole_and_has_one_exit_code() -> None:
    order: Sequence[Verdict] = ("pass", "improved", "inconclusive", "regressed", "not comparable")
    codes = (0, 0, 0, 3, 2)
    for i, (verdict, code) in enumerate(zip(order, codes, strict=True), start=1):
        assert combine_verdicts(order[:i]) == verdict
        assert get_exit_code(verdict) == code
    assert get_exit_code("inconclusive", strict=True) == 4
    assert get_exit_code("regressed", strict=True) == 3
    assert combine_verdicts([]) == "not comparable"


_SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
_PAIRS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=5, max_size=40)
_RANK = {"regressed": 0, "inconclusive": 1, "pass": 2, "improved": 3}


@given(_SCORES)
@settings(max_examples=30, deadline=None)
def test_a_run_against_itself_passes(scores: list[float]) -> None:
    gate = _gate(scores, scores)
    assert (gate.verdict, gate.article_regressions, gate.metric_verdicts[0].n_changed) == (
        "pass",
        [],
        0,
    )


@given(_PAIRS)
@settings(max_examples=30, deadline=None)
def test_two_runs_never_regress_against_each_other(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    forward, backward = _gate(before, after).verdict, _gate(after, before).verdict
    assert not forward == backward == "regressed"
    assert not forward == backward == "improved"


@given(_PAIRS, st.floats(0.001, 0.4), st.floats(0.001, 0.4))
@settings(max_examples=30, deadline=None)
def test_a_wider_margin_is_never_stricter(
    pairs: list[tuple[float, float]], first: float, second: float
) -> None:
    before, after = zip(*pairs, strict=True)
    narrow, wide = (_gate(before, after, m).verdict for m in sorted((first, second)))
    assert _RANK[narrow] <= _RANK[wide]


@pytest.mark.parametrize(("score", "verdict"), [(1e-4, "pass"), (1.01e-4, "not comparable")])
def test_scores_of_one_summary_may_differ_by_the_tolerance(score: float, verdict: str) -> None:
    after = _results([score] * 5, summaries=[0.0] * 5)
    assert run_gate(_results([0.0] * 5), after).verdict == verdict


def test_only_articles_that_lost_are_listed_and_means_are_of_all() -> None:
    gate = _gate([0.5] * 5, [0.5, 0.4, 0.7, 0.5, 0.2])
    losses = [(r.article_id, round(r.loss, 12)) for r in gate.article_regressions]
    assert losses == [("a4", 0.3), ("a1", 0.1)]
    [metric] = gate.metric_verdicts
    assert (metric.baseline, metric.candidate) == pytest.approx((0.5, 0.46))
    assert (metric.n_articles, metric.n_changed) == (5, 3)
