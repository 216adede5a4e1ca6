"""Counts of a judge's replies; the expected ones were counted by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest

from summbench.core.judgements import HumanLabel, JudgeReply, Reading, encode_replies
from summbench.core.records import Estimate
from summbench.leaderboard.board import DatasetInfo, JudgeReliability, Leaderboard
from summbench.leaderboard.judge_reliability import JudgeSpec, ReliabilityCounter
from summbench.leaderboard.serialization import from_json, to_json
from summbench.report.judges import describe_judges, list_judge_warnings


def _pair(*orders: tuple[Reading, Reading], error: str | None = None) -> str:
    """The evidence of one summary: for each repeat the outcomes as A and as B."""
    return encode_replies(
        [
            JudgeReply(repeat, position, "brackets", "", "", error, {"wins": outcome})  # type: ignore[arg-type]
            for repeat, order in enumerate(orders, start=1)
            for position, outcome in zip("AB", order, strict=True)
        ]
    )


def _count(
    rows: dict[tuple[str, str], str], labels: dict[tuple[str, str], str] | None = None
) -> JudgeReliability:
    """The reliability of wins; rows and labels have the article and the model as their key."""
    of_people = [HumanLabel(None, a, m, "wins", label) for (a, m), label in (labels or {}).items()]
    counter = ReliabilityCounter([JudgeSpec("judge", ["wins"], of_people)])
    for (article, model), text in rows.items():
        counter.add([("news", model, "judge", article, text), ("news", model, "x", article, "{")])
    [row] = counter.summarize()
    return row


def test_flips_position_and_what_could_not_be_read() -> None:
    row = _count(
        {
            ("a", "m"): _pair(("win", "win")),  # chose A, then B
            ("b", "m"): _pair(("win", "loss")),  # chose A twice: a flip
            ("c", "m"): _pair(("tie", "win")),  # a flip, too; chose B
            ("d", "m"): _pair((None, "loss")),  # no pair; chose A
            ("e", "m"): _pair((None, None), error="HTTP 500"),
            ("f", "m"): "[]",
        }
    )
    assert (row.replies, row.unparsed, row.failed, row.brackets) == (10, 1, 2, 10)
    assert (row.pairs, row.flips) == (3, 2)
    assert (row.choices, row.first) == (6, 4)
    assert (row.repeated, isnan(row.agreement)) == (0, True)
    assert (row.kappa.n, row.labels, row.is_calibrated) == (0, 0, False)


def test_agreement_is_over_all_pairs_of_repeats_of_one_request() -> None:
    row = _count(
        {
            # As A: 3 equal pairs of 3. As B: win, win, loss: 1 of 3.
            ("a", "m"): _pair(("win", "win"), ("win", "win"), ("win", "loss")),
            # As A one reading only: no pair. As B two: 1 of 1.
            ("b", "m"): _pair(("tie", "tie"), (None, "tie"), (None, None)),
        }
    )
    assert row.repeated == 3
    assert row.agreement == pytest.approx(5 / 7)


def test_kappa_is_of_the_verdict_over_orders_and_repeats() -> None:
    rows = {
        ("a", "m"): _pair(("win", "win")),
        ("a", "n"): _pair(("win", "loss")),  # a tie
        ("b", "m"): _pair(("win", "win"), ("win", "loss")),  # 0.75: a win
        ("b", "n"): _pair(("loss", "loss")),
        ("c", "m"): _pair((None, "loss")),  # not read: no label is used
    }
    labels = {
        ("a", "m"): "win", ("a", "n"): "tie", ("b", "m"): "win", ("b", "n"): "win",
        ("c", "m"): "loss", ("z", "m"): "win",
    }  # fmt: skip
    row = _count(rows, labels)
    # Observed .75; by chance .5 x .75 + .25 x .25 + .25 x 0 = .4375.
    assert row.kappa.mean == pytest.approx((0.75 - 0.4375) / (1 - 0.4375))
    assert (row.kappa.n, row.labels, row.weighting) == (4, 6, "none")


def test_a_label_of_another_dataset_is_not_used() -> None:
    label = HumanLabel("brief", "a", "m", "wins", "win")
    counter = ReliabilityCounter([JudgeSpec("judge", ["wins"], [label])])
    counter.add([(d, "m", "judge", "a", _pair(("win", "win"))) for d in ("news", "brief")])
    assert [(r.dataset, r.labels, r.kappa.n) for r in counter.summarize()] == [
        ("news", 0, 0),
        ("brief", 1, 1),
    ]


def test_ratings_are_held_against_labels_with_quadratic_weights() -> None:
    ratings = {"a": 1.0, "b": 4.0}
    labels = [HumanLabel(None, a, "m", "x", v) for a, v in (("a", 1.5), ("b", 3.0))]
    counter = ReliabilityCounter([JudgeSpec("judge", ["x"], labels)])
    for article, rating in ratings.items():
        reply = JudgeReply(1, None, "json", "", "", None, {"x": rating})
        counter.add([("news", "m", "judge", article, encode_replies([reply]))])
    [row] = counter.summarize()
    assert row.kappa.mean == pytest.approx(1 - 0.625 / 2.875)
    assert (row.weighting, row.pairs, row.brackets) == ("quadratic", 0, 0)


_NOTHING = Estimate(float("nan"), float("nan"), float("nan"), 0, "none")
_ROW = JudgeReliability(
    "news", "judge.wins", 200, 2, 10, 200, 92, 30, 150, 120, 100, 0.917, 80,
    Estimate(0.41, 0.2, 0.61, 62, "percentile"), "none",
)  # fmt: skip
_BOARD = Leaderboard("r", "p", None, [], {"news": DatasetInfo(1, "f")}, {}, {}, [], [], [])


def _describe(row: JudgeReliability) -> str:
    [note] = describe_judges(replace(_BOARD, judges=[row]), "news")
    return note


def test_the_note_says_what_can_be_believed() -> None:
    assert _describe(_ROW) == (
        "Judge judge.wins: 188 of 200 replies in double brackets could be read. 10 are not in the "
        "demanded format: missing, not 0. 2 never came; the next run asks again. Order: the "
        "verdict changed with the order in 30 of 92 pairs (32.6 %); such a pair counts as a tie. "
        "Position: it chose the summary shown first in 120 of 150 choices (80.0 %); without "
        "a preference that is half. "
        "Repeats: two replies to the same request agree in 91.7 % of all pairs of repeats, over "
        "100 requests. People: Cohen's kappa with 62 human labels (80 are in the file; the others "
        "fit nothing read here) is 0.41 [0.20, 0.61] (unweighted; 95 % interval, articles "
        "resampled)."
    )
    assert "people: no human labels" in _describe(replace(_ROW, labels=0, kappa=_NOTHING)).lower()
    assert "none of its 80 human labels fits" in _describe(replace(_ROW, kappa=_NOTHING))
    undefined = replace(_NOTHING, n=60)
    assert "is undefined: all labels are the same" in _describe(replace(_ROW, kappa=undefined))
    assert "No gate uses it" in _describe(replace(_ROW, kappa=undefined))
    assert "Only 50 were asked for in double brackets" in _describe(replace(_ROW, brackets=50))


def test_the_warnings_are_of_what_is_missing() -> None:
    board = replace(_BOARD, judges=[_ROW, replace(_ROW, metric="other.wins", kappa=_NOTHING)])
    assert list_judge_warnings(board, "news") == [
        "judge.wins: 12 of 200 replies could not be read.",
        "other.wins: 12 of 200 replies could not be read.",
        "other.wins: 0 human labels; with fewer than 50 nobody knows what it is worth.",
    ]


def test_it_comes_back_from_json() -> None:
    board = from_json(to_json(replace(_BOARD, judges=[_ROW])), "leaderboard.json")
    assert list(board.judges) == [_ROW]
    assert '"judges"' not in to_json(_BOARD)
