"""summbench metaeval: from a file with human scores to a line under a leaderboard."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kendalltau, pearsonr, spearmanr

import summbench
from summbench.analysis.metaeval.agreement import MetricAgreement, evaluate_metrics
from summbench.analysis.metaeval.display import select_display_metrics
from summbench.analysis.metaeval.human import HumanColumns, HumanScores, load_human_scores
from summbench.analysis.metaeval.notes import write_notes
from summbench.analysis.metaeval.serialization import from_json, to_json
from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, Entry, Leaderboard, LeaderboardMetric
from summbench.report.metaeval import render_metric_agreement
from summbench.stats.preference import bin_preferences
from summbench.stats.weighted import resample_both
from tests.commands import jsonl, run
from tests.fakes import Words

Human = dict[str, dict[str, dict[str, float]]]

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
        HumanScores(human or _rate()),
        _METRICS,
        display_metrics,
        resamples=200,
    )


def _omissions(agreement: MetricAgreement) -> dict[str, tuple[int, str]]:
    return {o.kind: (o.count, o.first) for o in agreement.omissions}


def test_gaps_are_weighed_against_what_people_prefer_by_hand() -> None:
    # Gaps 1 2 3 4 6 | 7 8 12 14 15. People reverse the first four and put the fifth first: none of
    # five pairs agrees, then the four that the fifth is in.
    metric = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])
    human = np.array([[4.0], [3.0], [2.0], [1.0], [10.0]])
    metric, human = np.hstack([metric, metric]), np.hstack([human, human])
    small, large = bin_preferences(metric, human, resample_both(5, 2, 100))
    assert (small.low, small.high, small.pairs, small.share) == (0.0, 6.5, 5, 0.0)
    assert (large.low, large.high, large.pairs) == (6.5, 15.0, 5)
    assert large.share == pytest.approx(0.8)
    assert large.share_low <= large.share <= large.share_high
    one = bin_preferences(metric[:, :1], human[:, :1], resample_both(5, 1, 100))
    assert [p.share for p in one] == [small.share, large.share]
    assert all(isnan(p.share_low) and isnan(p.share_high) for p in one)


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
    # All resamples of systems have the same order, so the difference has no interval.
    assert (best.dimension, best.metric, best.tied_metrics) == ("relevance", "rouge.f", ["chrf.f"])
    assert _omissions(agreement) == {
        "dimensions with the same rating for every summary, so without a correlation": (
            1,
            "fluency, 5",
        )
    }


def test_failed_and_missing_summaries_count_nowhere_and_are_counted() -> None:
    human = _rate()
    del human["a0"]["s1"]["relevance"]
    del human["a1"]["s3"]["fluency"]
    agreement = _evaluate(_make_results(failed_article=1), human)
    assert _omissions(agreement)["summaries that are missing"] == (1, "s2 on a1")
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
    assert agreement.systems == ["s1", "s2", "s3"]
    assert _omissions(agreement)["systems without ratings"] == (1, "s4")
    human["a0"]["s9"] = {"relevance": 1.0}
    omissions = _omissions(_evaluate(human=human))
    assert omissions["rated systems without summaries"] == (1, "s9")
    with pytest.raises(SummbenchError, match=r"no system with both .* without summaries: 1 \(s9\)"):
        _evaluate(human={"a0": {"s9": {"relevance": 1.0}}})


def test_with_two_systems_there_is_no_order_of_systems() -> None:
    human = {a: {s: of[s] for s in ("s1", "s2")} for a, of in _rate().items()}
    agreement = _evaluate(human=human)
    first = next(a for a in agreement.agreements if a.dimension == "relevance")
    system = first.get_correlation("system", "kendall")
    assert (isnan(system.value), system.n, system.reason) == (True, 2, "fewer than 3 systems")
    # On each article the higher score is of the higher rated: 1, without a width.
    summary = first.get_correlation("summary", "kendall")
    assert (summary.value, summary.n) == (1, 3)
    assert isnan(summary.low) and summary.reason == "fewer than 5 articles"
    assert agreement.best_metrics == []


def test_the_file_says_the_same_again_and_the_table_names_the_best() -> None:
    agreement = _evaluate()
    text = to_json(agreement)
    assert to_json(from_json(text, "x")) == text
    table = " ".join(render_metric_agreement(agreement).split())
    assert "Highest at the system level: rouge.f, tau-b 1.00" in table
    assert "Not told apart from chrf.f" in table
    assert "1.00 (1.00" not in table
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
    assert "human ratings preferred the better one in 50 % (n = 6, " in line  # all are as fluent
    assert "100 % (n = 6, 0.00 to 30.00 points) by relevance" in line
    assert "rated: 4 systems, 3 articles; other corpora and systems may differ" in line


def test_another_signature_is_another_metric() -> None:
    [line] = write_notes(_evaluate(), _board("rouge|v:2", 0.9, 0.1, 0.2))["news"]
    assert "rated has no human scores for it under this signature" in line


@pytest.mark.parametrize(
    ("human", "scores"),
    [
        ({"s": {"relevance": 4}}, {"relevance": 4.0}),
        ({"s": {"relevance": "4.5"}}, {"relevance": 4.5}),
        ({"s": {"relevance": [4, 5, None]}}, {"relevance": 4.5}),
        ({"s": {"relevance": {"ann": 1, "bob": 2}}}, {"relevance": 1.5}),
        (
            {"s": [{"relevance": 1, "fluency": 5}, {"relevance": 2}]},
            {"relevance": 1.5, "fluency": 5},
        ),
        ({"s": 5}, {"human": 5.0}),
        ({"s": [0, 1]}, {"human": 0.5}),
        ({"s": {"relevance": 4, "fluency": None}}, {"relevance": 4.0}),
    ],
)
def test_ratings_are_read_in_the_forms_that_people_have(
    tmp_path: Path, human: Any, scores: dict[str, float]
) -> None:
    file = jsonl(tmp_path / "rated.jsonl", [{"id": "a", "systems": {"s": "x"}, "human": human}])
    assert load_human_scores(file).scores == {"a": {"s": scores}}


@pytest.mark.parametrize(
    ("human", "scores"),
    [
        ({"consistency": 1}, {"consistency": 1.0}),
        (0.5, {"human": 0.5}),
        ({"prediction": {"consistency": 1}}, {"consistency": 1.0}),
    ],
)
def test_a_row_with_one_prediction_has_its_ratings(
    tmp_path: Path, human: Any, scores: dict[str, float]
) -> None:
    row = {"key": 7, "prediction": "x", "human": human}
    file = jsonl(tmp_path / "rated.jsonl", [row])
    assert load_human_scores(file, HumanColumns("key")).scores == {"7": {"prediction": scores}}
    assert load_human_scores(file, HumanColumns(None)).scores == {"1": {"prediction": scores}}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("n/a", "ratings that are text where a number should be"),
        ("", "ratings that are text where a number should be"),
        ("4,5", "ratings that are text where a number should be"),
        ("nan", "ratings that are text where a number should be"),
        (nan, "ratings that are NaN or infinity where a number should be"),
        (10**400, "ratings that are NaN or infinity where a number should be"),
        (True, "ratings that are true or false where a number should be"),
        ([], "ratings that are a list where a number should be"),
        ([[1]], "ratings that are a list where a number should be"),
        ({}, "ratings that are a dict where a number should be"),
    ],
)
def test_what_is_no_number_is_left_out_and_counted(tmp_path: Path, value: Any, kind: str) -> None:
    rows = [
        {"id": name, "systems": {"s": "x"}, "human": {"s": {"relevance": score}}}
        for name, score in {"a": 4, "b": value, "c": value}.items()
    ]
    human = load_human_scores(jsonl(tmp_path / "rated.jsonl", rows))
    assert human.scores == {"a": {"s": {"relevance": 4.0}}, "b": {"s": {}}, "c": {"s": {}}}
    [omission] = human.omissions
    assert (omission.kind, omission.count) == (kind, 2)
    assert omission.first.endswith("relevance, s on b")


@pytest.mark.parametrize("human", [None, {}, {"s": {}}, {"s": None}, {"s": {"relevance": None}}])
def test_a_file_without_ratings_is_refused(tmp_path: Path, human: Any) -> None:
    file = jsonl(tmp_path / "rated.jsonl", [{"id": "a", "systems": {"s": "x"}, "human": human}])
    with pytest.raises(SummbenchError, match="has no human score"):
        load_human_scores(file)


def test_a_file_with_nothing_but_text_says_what_it_has(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "r.jsonl", [{"id": "a", "systems": {"s": "x"}, "human": "good"}])
    with pytest.raises(
        SummbenchError, match=r"no human score.*Left out: rows.*\('good', article a"
    ):
        load_human_scores(file)


def test_selected_metrics_are_shown_whatever_columns_says() -> None:
    f, part = (LeaderboardMetric("higher", role, "x") for role in ("quality", "diagnostic"))
    metrics = {
        "rouge.rouge1_f": f, "rouge.rouge2_f": f, "stem.rouge1_p": f, "stem.rouge1_f": f,
        "bert.p": f, "bert.f": f, "nli.consistency": f, "nli.contradiction": part,
        "copying.novel2": part, "mine.p": f, "mine.good": f, "support.a": part, "support.b": part,
    }  # fmt: skip
    assert select_display_metrics(["rouge.rouge1_f", "chrf.chrf2", "copying.novel2"], metrics) == [
        "rouge.rouge1_f", "copying.novel2", "stem.rouge1_f", "bert.f", "nli.consistency", "mine.p",
        "mine.good", "support.a", "support.b",
    ]  # fmt: skip


def _design(
    shape: tuple[int, int], seed: int = 0
) -> tuple[list[TaskResult], Human, NDArray[np.float64], NDArray[np.float64]]:
    """Results and ratings of (systems, articles), with ties in the ratings."""
    rng = np.random.default_rng(seed)
    scores = rng.random(shape)
    ratings = np.round(1 + 4 * scores + rng.normal(size=shape))
    articles = [f"a{j}" for j in range(shape[1])]
    results = [
        TaskResult("news", f"s{i}", [Prediction(a, "x") for a in articles], {"rouge.f": list(row)})
        for i, row in enumerate(scores)
    ]
    human = {
        a: {f"s{i}": {"relevance": float(ratings[i, j])} for i in range(shape[0])}
        for j, a in enumerate(articles)
    }
    return results, human, scores, ratings


def test_one_system_has_what_is_defined_over_its_articles() -> None:
    results, human, scores, ratings = _design((1, 60))
    metrics = {"rouge.f": _METRICS["rouge.f"]}
    agreement = evaluate_metrics("qags", results, HumanScores(human), metrics, ["rouge.f"], 200)
    [only] = agreement.agreements
    for coefficient, expected in (
        ("pearson", pearsonr(scores[0], ratings[0])),
        ("spearman", spearmanr(scores[0], ratings[0])),
        ("kendall", kendalltau(scores[0], ratings[0])),
    ):
        pooled = only.get_correlation("pooled", coefficient)
        assert pooled.value == pytest.approx(expected.statistic, abs=1e-12)
        assert pooled.n == 60
        assert isnan(pooled.low) == (coefficient == "kendall")
    system, summary = (only.get_correlation(x, "kendall") for x in ("system", "summary"))
    assert (system.reason, summary.reason) == ("fewer than 3 systems", "one system")
    assert isnan(system.value) and isnan(summary.value)
    assert only.preferences == [] and agreement.best_metrics == []
    both = evaluate_metrics(
        "qags", results, HumanScores(human), metrics, ["rouge.f"], 200, resample="both"
    )
    pooled = both.agreements[0].get_correlation("pooled", "pearson")
    assert isnan(pooled.low) and pooled.reason == "fewer than 5 systems"


def test_articles_without_ratings_are_not_drawn_and_change_nothing() -> None:
    results, human, _, _ = _design((4, 20))
    some = {article: of for article, of in human.items() if article not in {"a3", "a17"}}
    fewer = [
        TaskResult(
            "news",
            r.model,
            [p for p in r.predictions if p.article_id in some],
            {"rouge.f": [v for j, v in enumerate(r.scores["rouge.f"]) if j not in {3, 17}]},
        )
        for r in results
    ]
    metrics = {"rouge.f": _METRICS["rouge.f"]}
    whole, part = (
        evaluate_metrics("x", rows, HumanScores(some), metrics, ["rouge.f"], 200)
        for rows in (results, fewer)
    )
    assert to_json(replace(whole, omissions=[])) == to_json(part)
    assert _omissions(whole) == {"articles without ratings": (2, "a3")}


@pytest.mark.parametrize("resample", ["level", "both"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (5, 1), (2, 9), (5, 5), (9, 9)])
def test_no_interval_is_without_a_width(shape: tuple[int, int], resample: Any) -> None:
    for seed in range(5):
        results, human, _, _ = _design(shape, seed)
        metrics = {"rouge.f": _METRICS["rouge.f"]}
        agreement = evaluate_metrics(
            "x", results, HumanScores(human), metrics, ["rouge.f"], 200, resample=resample
        )
        [only] = agreement.agreements
        assert all(isnan(c.low) or c.low < c.high for c in only.correlations)
        assert all(c.reason for c in only.correlations if isnan(c.low))
        assert all(isnan(p.share_low) or p.share_low < p.share_high for p in only.preferences)
        assert all(isnan(p.share_low) for p in only.preferences) or shape[1] > 1
        assert to_json(from_json(to_json(agreement), "x")) == to_json(agreement)
        render_metric_agreement(agreement)
        few = [c for c in only.correlations if resample == "level" and c.level == "pooled"]
        assert all(isnan(c.low) for c in few if shape[1] < 5)


def _write_odd_file(folder: Path) -> Path:
    """One system, constants, a missing system and summary, and text where a number should be."""
    texts = ["The dam held.", "The dam fell.", "A dog.", "Mud", "The dam held on.", "The dog held."]
    rows: list[dict[str, Any]] = [
        {
            "id": f"a{i}",
            "references": ["The dam held."],
            "systems": {"mine": text},
            "human": {"mine": {"relevance": i, "fluency": 5}, "ghost": {"relevance": 3}},
        }
        for i, text in enumerate(texts)
    ]
    rows.append({**rows[0], "id": "none", "human": None})
    rows.append({**rows[0], "id": "lost", "systems": {"mine": None}})
    rows[1]["human"]["mine"]["relevance"] = "n/a"
    return jsonl(folder / "odd.jsonl", rows)


def test_an_odd_file_gives_tables_and_one_line_for_each_thing_left_out(tmp_path: Path) -> None:
    agreement = summbench.metaeval(
        _write_odd_file(tmp_path), ["rouge", Words()], resamples=100, store=str(tmp_path / "store")
    )
    text = render_metric_agreement(agreement)
    assert all(len(line) <= 80 for line in text.splitlines())
    unfolded = " ".join(text.split())
    for line in (
        "- ratings that are text where a number should be: 1 ('n/a', relevance, mine on a1)",
        "- rated systems without summaries: 1 (ghost)",
        "- articles without ratings: 1 (none)",
        "- summaries that are missing: 1 (mine on lost)",
        "- metrics with the same score for every summary, so without a correlation: 1 "
        "(words.empty, 0)",
        "- dimensions with the same rating for every summary, so without a correlation: 1 "
        "(fluency, 5)",
        "1 of 7 summaries are not rated.",
        "Not defined: all scores or all ratings are equal.",
        "the system and the summary level are not defined.",
    ):
        assert line in unfolded
    [row] = [line for line in text.splitlines() if line.startswith("| words.n")]
    # Words 3 2 1 4 3 with ratings 0 2 3 4 5, by scipy.
    assert f"{pearsonr([3, 2, 1, 4, 3], [0, 2, 3, 4, 5]).statistic:.2f} ("[1:] in row
    assert row.split("|")[-2].strip() == "5 of 7"  # of the rated articles


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
