"""A mean over a part of the articles says so wherever it is written: one metric, every rendering.

20 articles; the metric is undefined on the first 6 of system a and the first 9 of system b, so that
both have a score on 11. The numbers of articles below follow from this alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from math import isnan, nan
from typing import Any

import pytest
from matplotlib.figure import Figure

import summbench
from summbench.analysis.robustness.trials import Robustness, Trial
from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Example, MetricInfo
from summbench.leaderboard.board import DatasetInfo, Leaderboard
from summbench.leaderboard.comparisons import compare_scores
from summbench.leaderboard.serialization import to_json
from summbench.report.coverage import (
    add_coverage,
    format_coverages,
    format_estimate,
)
from summbench.report.csv_format import render_csv
from summbench.report.exchange.formats import export_run
from summbench.report.html.board import iterate_board_files
from summbench.report.html.table import render_table_page
from summbench.report.markdown import render_markdown
from summbench.report.notebook import render_notebook
from summbench.report.plots.distributions import draw_distributions
from summbench.report.plots.intervals import draw_intervals
from summbench.report.plots.pairwise import draw_pairwise
from summbench.report.robustness import render_robustness_csv, render_robustness_markdown
from summbench.report.summary.words import format_effect
from summbench.report.terminal.leaderboard import format_leaderboard
from summbench.report.tracking import fields
from summbench.runs.example_reader import read_examples
from summbench.runs.tables import collect_scores
from tests.commands import rows

_MISSING = {"a": 6, "b": 9}
_METRICS = ("mine.quality", "mine.diagnostic")


def _read(summary: str) -> tuple[str, int]:
    """The system and the number in its summary; a metric is tried on a reference, too."""
    model, number = summary.split()[:2]
    return (model, int(number)) if model in _MISSING else ("a", 0)


class _Partial:
    """Both columns: a number that grows with the article's, but NaN on the first articles."""

    columns: Mapping[str, MetricInfo] = {
        "quality": MetricInfo("higher", "quality", frozenset({"references"})),
        "diagnostic": MetricInfo("neither", "diagnostic", undefined_if="it is too early"),
    }
    signature = "mine|v:1"

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        values = []
        for summary in summaries:
            model, number = _read(summary)
            is_missing = number < _MISSING[model]
            values.append(nan if is_missing else (number + (model == "a")) ** 2 / 1000)
        return {"quality": values, "diagnostic": values}


def _evaluate(metric: _Partial | None = None, **keys: Any) -> summbench.Run:
    """A summary is its system's name and the number of its article, "Item 7. ..."."""

    def name(model: str) -> Callable[[str], str]:
        return lambda text: f"{model} {text.split('.')[0].removeprefix('Item ')}"

    models = {model: name(model) for model in _MISSING}
    return summbench.evaluate(
        models, {"news": rows(20)}, {"mine": metric or _Partial()},
        primary="mine.quality", columns=[*_METRICS], **keys,
    )  # fmt: skip


@pytest.fixture(scope="module")
def run() -> summbench.Run:
    return _evaluate()


@pytest.fixture(scope="module")
def board(run: summbench.Run) -> Leaderboard:
    return run.data.leaderboard


@pytest.mark.parametrize(
    "render", [render_markdown, render_table_page, render_notebook, format_leaderboard]
)
def test_each_table_for_people_says_what_each_mean_is_over(render: Any, board: Leaderboard) -> None:
    text = " ".join(render(board).split())
    assert (text.count("(14 of 20)"), text.count("(11 of 20)")) == (2, 2)
    assert "11 to 14 of 20 articles; it is undefined if it is too early." in text
    assert "Pairs are compared by mine.quality on 11 of 20 articles." in text


def test_differences_to_one_model_say_what_they_are_over() -> None:
    run = _evaluate(vs="a")
    text = render_markdown(run.data.leaderboard)
    [line] = [line for line in text.splitlines() if line.startswith("| b ")]
    assert "(11 of 20)" in line.split("|")[4]


def test_the_run_in_python_says_it(run: summbench.Run) -> None:
    assert "mine.quality has a value on 11 to 14 of 20 articles." in run.warnings
    table = run.leaderboard.to_pandas().set_index("model")
    for metric in _METRICS:
        assert dict(table[f"{metric}.n"]) == {"a": 14, "b": 11}
    assert set(table["articles"]) == {20}
    pairs = run.comparisons.to_pandas()
    assert (set(pairs["n"]), set(pairs["articles"])) == ({11}, {20})


def test_pairs_of_another_metric_are_computed_when_they_are_asked_for(run: summbench.Run) -> None:
    stored = run.comparisons.arrow.to_pylist()
    assert {row["metric"] for row in stored} == {"mine.quality"}
    [pair] = run.compare("mine.diagnostic").arrow.to_pylist()
    assert (pair["metric"], pair["correction"], pair["n"]) == ("mine.diagnostic", "bh", 11)
    # Of the primary metric, what is computed from scores.parquet is what is stored.
    board = run.data.leaderboard
    scores = collect_scores(run.data.scores, "news", "mine.quality", run.data.articles["news"])
    assert compare_scores(board, "news", "mine.quality", scores) == list(board.comparisons)
    with pytest.raises(SummbenchError, match=r"no metric 'mine.wit' .* mine.quality"):
        run.compare("mine.wit")


def test_csv_and_json_have_the_number_of_articles_of_each_mean(board: Leaderboard) -> None:
    table = list(csv.DictReader(io.StringIO(render_csv(board))))
    assert {(row["model"], row["n"], row["articles"]) for row in table} == {
        ("a", "14", "20"),
        ("b", "11", "20"),
    }
    content = json.loads(to_json(board))
    assert {(e["model"], e["n"]) for e in content["entries"]} == {("a", 14), ("b", 11)}
    assert {c["n"] for c in content["comparisons"]} == {11}
    assert content["datasets"]["news"]["articles"] == 20


def test_exchange_formats_have_it(run: summbench.Run) -> None:
    exported = export_run(run.data, ["eval-ever", "model-index"])
    scores = [
        result
        for text in exported["eval-ever"].values()
        for result in json.loads(text)["evaluation_results"]
    ]
    assert [r["score_details"]["details"]["articles"] for r in scores] == ["20", "20"]
    assert {r["score_details"]["uncertainty"]["num_samples"] for r in scores} == {14, 11}
    cards = "".join(exported["model-index"].values())
    assert "articles: 14\n" in cards and cards.count("of_articles: 20\n") == 2


def test_trackers_get_the_number_of_articles(run: summbench.Run) -> None:
    for health in run.data.leaderboard.health:
        entries = [e for e in run.data.leaderboard.entries if e.model == health.model]
        values = fields._get_metrics(run.data, entries, health)
        assert values["mine.diagnostic.n"] == 20 - _MISSING[health.model]
        assert values["health.articles"] == 20


def test_the_page_gets_the_same_text(run: summbench.Run, board: Leaderboard) -> None:
    examples = read_examples(run.data.path, set(_METRICS))
    texts = dict(iterate_board_files(board, examples, 100))
    overview = texts["data/board.js"]
    assert (overview.count('"14 of 20"'), overview.count('"11 of 20"')) == (2, 2)
    assert '"11 of 20"' in texts["data/metric-0-0.js"]


def test_figures_name_it_beside_the_model(run: summbench.Run, board: Leaderboard) -> None:
    scores = {"a": [0.1, 0.2], "b": [0.1, 0.3]}
    for figure in (draw_intervals(board, "news"), draw_distributions(board, "news", scores)):
        assert isinstance(figure, Figure)
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert sorted(labels) == ["a (14 of 20)", "b (11 of 20)"]
    pairs = draw_pairwise(board, "news")
    assert isinstance(pairs, Figure)
    assert "on 11 of 20 articles" in pairs.get_supxlabel()


def test_robustness_says_it_in_cells_and_columns() -> None:
    stability = Estimate(0.5, 0.4, 0.6, 20, "bca")
    numbers = {"stability.rouge2": stability, "leakage": Estimate(0.25, nan, nan, 3, "none")}
    trial = Trial("news", "a", "typos", True, 0.1, 20, 5, 0, 0, numbers)
    robustness = Robustness("run", 0, [], {"news": DatasetInfo(20, "ab" * 32)}, {}, [], [trial])
    text = render_robustness_markdown(robustness)
    assert "25.00 (3 of 20)" in text and "50.00 ± 10.00 |" in text
    table = list(csv.DictReader(io.StringIO(render_robustness_csv(robustness))))
    assert [(row["n"], row["articles"]) for row in table] == [("20", "20"), ("3", "20")]


def test_the_text_by_hand() -> None:
    assert add_coverage("0.98", 47, 235) == "0.98 (47 of 235)"
    assert add_coverage("0.98", 1_234, 11_490) == "0.98 (1,234 of 11,490)"
    assert add_coverage("0.98", 235, 235) == "0.98"
    assert format_coverages([47, 12, 30], 235) == "12 to 47 of 235"
    assert format_coverages([235, 235], 235) == "235"
    assert format_estimate(Estimate(0.1824, 0.1719, 0.1929, 47, "bca"), 100, 50) == (
        "18.24 ± 1.05 (47 of 50)"
    )
    assert format_estimate(Estimate(nan, nan, nan, 0, "none"), 100, 50) == "n/a"


@pytest.mark.parametrize("lead", [0.0, 0.1])
def test_models_that_differ_by_one_amount_everywhere_have_no_detectable_difference(
    lead: float,
) -> None:
    class Shifted(_Partial):
        def score(
            self, examples: Sequence[Example], summaries: Sequence[str]
        ) -> dict[str, list[float]]:
            values = [
                0.01 * number + lead * (model == "a") for model, number in map(_read, summaries)
            ]
            return {"quality": values, "diagnostic": values}

    run = _evaluate(Shifted())
    [pair] = run.data.leaderboard.comparisons
    assert isnan(pair.mde)
    assert json.loads(to_json(run.data.leaderboard))["comparisons"][0]["mde"] is None
    for render in (render_markdown, render_table_page):
        text = " ".join(render(run.data.leaderboard).split())
        assert "No smallest detectable difference can be given" in text
        assert "80 % chance" not in text and "is 0.0 points" not in text
    with pytest.raises(summbench.SummbenchError, match="no two models whose difference"):
        summbench.plan(run)


def test_a_detectable_difference_is_over_the_articles_of_its_pairs(board: Leaderboard) -> None:
    assert "With 11 of 20 articles" in render_markdown(board)
    assert format_effect(0.0213, 1) == "2.1"
    assert format_effect(0.0000213, 1) == "0.0021"


def test_a_metric_without_any_value_says_why() -> None:
    articles = [{**row, "document": row["document"].lower()} for row in rows(6)]
    run = summbench.evaluate(
        ["lead3"], {"news": articles}, ["rouge", "support"], columns=["support.entity_precision"]
    )
    assert (
        "support.entity_precision is undefined on every one of 6 articles; it is undefined if the "
        "summary has no name, or the article no capitals, by which names are found."
    ) in run.warnings
