"""summbench metaeval: from a file with human scores to a line under a leaderboard."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from summbench.analysis.metaeval.agreement import MetricAgreement, evaluate_metrics
from summbench.analysis.metaeval.human import Human, load_human_scores
from summbench.analysis.metaeval.notes import write_notes
from summbench.analysis.metaeval.serialization import from_json, to_json
from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, Entry, Leaderboard, LeaderboardMetric
from summbench.report.metaeval import render_metric_agreement
from summbench.stats.preference import bin_preferences
from summbench.stats.weighted import resample_both
from tests.commands import run

_METRICS = {
    "rouge.f": LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "chrf.f": LeaderboardMetric("higher", "quality", "chrf|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
# Means by system: rouge .10 .20 .30 .40, chrf reversed; people say 1 2 3 4, and all are fluent.
_SYSTEMS = ("s1", "s2", "s3", "s4")


def _make_result(number: int, system: str, failed_article: int | None = None) -> TaskResult:
    predictions = [
        Prediction(a, "x", error="lost" if a == f"a{failed_article}" else None)
        for a in ["a0", "a1", "a2"]
    ]
    wobble = [0.0, 0.01, 0.02]
    rouge = [
        0.1 * number + w if p.error is None else 0.0
        for w, p in zip(wobble, predictions, strict=True)
    ]
    chrf = [0.9 - value for value in rouge]
    scores = {"rouge.f": rouge, "chrf.f": chrf, "length.tokens": [float(number)] * 3}
    return TaskResult("news", system, predictions, scores)


def _make_results(failed_article: int | None = None) -> list[TaskResult]:
    return [
        _make_result(i, s, failed_article if i == 2 else None)
        for i, s in enumerate(_SYSTEMS, start=1)
    ]


def _rate() -> Human:
    return {
        a: {s: {"relevance": float(i), "fluency": 5.0} for i, s in enumerate(_SYSTEMS, start=1)}
        for a in ("a0", "a1", "a2")
    }


def _evaluate(
    results: list[TaskResult] | None = None, human: Human | None = None
) -> MetricAgreement:
    display_metrics = ["rouge.f", "chrf.f", "length.tokens", "bertscore.f"]
    return evaluate_metrics(
        "rated",
        results or _make_results(),
        human or _rate(),
        _METRICS,
        display_metrics,
        resamples=200,
    )


def test_gaps_are_weighed_against_what_people_prefer_by_hand() -> None:
    # Gaps 1 2 3 4 6 | 7 8 12 14 15. People reverse the first four and put the fifth first: none of
    # five pairs agrees, then the four that the fifth is in.
    metric = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])
    human = np.array([[4.0], [3.0], [2.0], [1.0], [10.0]])
    small, large = bin_preferences(metric, human, resample_both(5, 1, 100))
    assert (small.low, small.high, small.pairs, small.share) == (0.0, 6.5, 5, 0.0)
    assert (large.low, large.high, large.pairs) == (6.5, 15.0, 5)
    assert large.share == pytest.approx(0.8)
    assert large.share_low <= large.share <= large.share_high


def test_a_human_tie_counts_half_and_equal_metric_means_not_at_all() -> None:
    # Pairs: 1-2 tied by people, 1-3 and 2-3 agree; then the third equals the second.
    human = np.array([[3.0], [3.0], [5.0]])
    [preference] = bin_preferences(np.array([[1.0], [2.0], [4.0]]), human, resample_both(3, 1, 100))
    assert (preference.pairs, preference.share) == pytest.approx((3, 2.5 / 3))
    [preference] = bin_preferences(np.array([[1.0], [2.0], [2.0]]), human, resample_both(3, 1, 100))
    assert (preference.pairs, preference.share) == pytest.approx((2, 0.75))
    assert bin_preferences(np.ones((3, 1)), human, resample_both(3, 1, 100)) == []


def test_every_metric_meets_every_dimension() -> None:
    agreement = _evaluate()
    by_pair = {(a.metric, a.dimension): a for a in agreement.agreements}
    assert len(by_pair) == 6
    relevance = by_pair["rouge.f", "relevance"]
    assert (relevance.summaries, relevance.skipped) == (12, 0)
    assert relevance.get_correlation("system", "kendall").value == pytest.approx(1)
    assert by_pair["chrf.f", "relevance"].get_correlation(
        "summary", "pearson"
    ).value == pytest.approx(-1)
    assert by_pair["rouge.f", "fluency"].skipped == 3
    assert isnan(by_pair["rouge.f", "fluency"].get_correlation("system", "kendall").value)
    assert by_pair["length.tokens", "relevance"].preferences == []
    # Human scores do not vary within a system, so nothing is left there.
    assert isnan(relevance.get_correlation("within", "pearson").value)
    assert agreement.unrated_summaries == {"relevance": 0, "fluency": 0}
    assert agreement.display_metrics == ["rouge.f", "chrf.f", "length.tokens"]
    [best] = agreement.best_metrics
    assert (best.dimension, best.metric, best.lower_metrics) == ("relevance", "rouge.f", ["chrf.f"])


def test_failed_and_missing_summaries_count_nowhere_and_are_counted() -> None:
    human = _rate()
    human["a0"]["s1"]["relevance"] = nan
    del human["a1"]["s3"]["fluency"]
    agreement = _evaluate(_make_results(failed_article=1), human)
    assert agreement.failed == 1
    assert agreement.unrated_summaries == {"relevance": 1, "fluency": 1}
    by_pair = {(a.metric, a.dimension): a for a in agreement.agreements}
    assert by_pair["rouge.f", "relevance"].summaries == 10
    # The zero of the failed summary of s2 is no score: its mean is .21, between the others'.
    assert by_pair["rouge.f", "relevance"].get_correlation(
        "system", "kendall"
    ).value == pytest.approx(1)


def test_a_system_without_human_scores_is_named_and_left_out() -> None:
    human = {a: {s: v for s, v in of.items() if s != "s4"} for a, of in _rate().items()}
    agreement = _evaluate(human=human)
    assert (agreement.systems, agreement.unrated_systems) == (["s1", "s2", "s3"], ["s4"])
    with pytest.raises(SummbenchError, match="rated has human scores of 2 systems; at least 3"):
        _evaluate(human={a: {s: of[s] for s in ("s1", "s2")} for a, of in human.items()})
    human["a0"]["s9"] = {"relevance": 1.0}
    with pytest.raises(SummbenchError, match="scores the system 's9', which has no summaries"):
        _evaluate(human=human)


def test_the_file_says_the_same_again_and_the_table_names_the_best() -> None:
    agreement = _evaluate()
    text = to_json(agreement)
    assert to_json(from_json(text, "x")) == text
    table = render_metric_agreement(agreement)
    assert "Highest at the system level: rouge.f, tau-b 1.00" in table
    assert "Lower: chrf.f." in table
    with pytest.raises(
        SummbenchError, match="x was not written by summbench metaeval FILE --json OUT"
    ):
        from_json("{}", "x")


def _board(signature: str, *means: float) -> Leaderboard:
    names = [f"m{i}" for i in range(len(means))]
    return Leaderboard(
        name="x",
        primary="rouge.f",
        vs=None,
        display_metrics=["rouge.f", "length.tokens"],
        datasets={"news": DatasetInfo(3, "f")},
        models={name: "bound" if name == "m0" else "system" for name in names},
        metrics={**_METRICS, "rouge.f": replace(_METRICS["rouge.f"], signature=signature)},
        entries=[
            Entry("news", name, metric, Estimate(mean, nan, nan, 3, "none"), 0)
            for name, mean in zip(names, means, strict=True)
            for metric in ("rouge.f", "length.tokens")
        ],
        comparisons=[],
        health=[],
    )


def test_a_leaderboard_is_told_what_its_gaps_are_worth() -> None:
    # Without the bound: .10 .13 .18 .30, gaps 3, 5 and 12 points, median 5. All six pairs of the
    # rated systems are ordered as people order them.
    [line] = write_notes(_evaluate(), _board("rouge|v:1", 0.9, 0.18, 0.10, 0.30, 0.13))["news"]
    assert line.startswith("rouge.f: neighbours in this table are 5.00 points apart (median).")
    assert (
        "preferred the better one in 100 % (n = 6, 0.00 to 30.00 points, 100 to 100) by rel" in line
    )
    assert "rated: 4 systems, 3 articles; other corpora and systems may differ" in line


def test_another_signature_is_another_metric() -> None:
    [line] = write_notes(_evaluate(), _board("rouge|v:2", 0.9, 0.1, 0.2))["news"]
    assert "rated has no human scores for it under this signature" in line


@pytest.mark.parametrize(
    ("human", "sentence"),
    [
        ({"s": 5}, "'human' of 's' is 5; expected a score for each dimension"),
        ({"s": {"relevance": "good"}}, "'relevance' is 'good'; expected a number or null"),
        ({"s": {"relevance": True}}, "is True; expected a number or null"),
        ({"s": {}}, "has no human score"),
        ({"s": {"relevance": None}}, "has no human score"),
        ("4", "column 'human' is '4'; expected system -> dimension -> score"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, human: Any, sentence: str) -> None:
    file = tmp_path / "rated.jsonl"
    file.write_text(json.dumps({"id": "a", "human": human}), encoding="utf-8")
    with pytest.raises(SummbenchError, match=sentence):
        load_human_scores(file)


@pytest.mark.slow
def test_the_command_and_the_line_under_a_table(tmp_path: Path) -> None:
    texts = {"good": "The dam held.", "fair": "The dam fell.", "poor": "A dog.", "bad": "Mud"}
    rows = [
        {
            "id": str(i),
            "references": [f"The dam held. It was day {i}."],
            "systems": {s: f"{t} Day {i}." if s != "bad" else t for s, t in texts.items()},
            "human": {s: {"relevance": 4 - k} for k, s in enumerate(texts)},
        }
        for i in range(6)
    ]
    rows[0]["human"]["fair"]["relevance"] = None  # type: ignore[index]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "rated.jsonl").write_text(lines, encoding="utf-8")
    metrics = ("metric=[rouge,chrf]", "--resamples", "100")
    done = run(tmp_path, "metaeval", "rated.jsonl", *metrics, "--json", "human.json")
    assert "1 of 24 summaries are not rated" in done.stdout
    assert "Highest at the system level: rouge.rouge1_f, tau-b 1.00" in done.stdout
    assert "Systems are resampled at the system level" in done.stdout
    both = ("--resample", "both", "--json", "both.json")
    wide = run(tmp_path, "metaeval", "rated.jsonl", *metrics, *both).stdout
    assert "Both systems and articles are resampled" in wide
    contents = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("human", "both")]
    assert [content["resample"] for content in contents] == ["level", "both"]
    done = run(tmp_path, "score", "rated.jsonl", "metric=[rouge]", "metaeval=human.json")
    assert "human ratings preferred the better one in 100 %" in done.stdout
    again = run(tmp_path, "report", "results/rated").stdout
    assert "human ratings preferred the better one in 100 %" in again
    done = run(tmp_path, "score", "rated.jsonl", "metaeval=no.json", code=1)
    assert "metaeval=no.json can't be read" in " ".join(done.stderr.split())
    (tmp_path / "plain.jsonl").write_text(json.dumps({**rows[0], "human": None}), encoding="utf-8")
    done = run(tmp_path, "metaeval", "plain.jsonl", code=1)
    assert "has no human score" in done.stderr
