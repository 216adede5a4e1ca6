"""A metric that is no share is shown in its own unit, with no word of points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

import summbench
from summbench import Example, MetricInfo, SummbenchError
from summbench.leaderboard.board import RepeatVariance
from summbench.report.exchange.model_index import export_model_index
from summbench.report.gate_sentences import explain_columns
from summbench.report.grid import build_grids
from summbench.report.plan import render_plan
from summbench.report.repeats import list_repeat_notes
from summbench.report.summary.problems import list_warnings
from summbench.report.terminal.leaderboard import format_leaderboard


class Characters:
    """How many characters a summary has."""

    signature = "characters|v:1"
    columns: ClassVar = {"n": MetricInfo("lower", "quality", worst=500)}

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return the lengths."""
        return {"n": [float(len(summary)) for summary in summaries]}


def test_characters_are_shown_as_characters_beside_points_of_rouge() -> None:
    models = {
        "short": lambda text: text[:50],
        "long": lambda text: text[:350],
    }
    run = summbench.evaluate(
        models, "newsdesk", [Characters(), "rouge"], primary="characters.n", limit=12
    )
    board = run.data.leaderboard
    assert [e.estimate.mean for e in board.entries if e.metric == "characters.n"] == [50.0, 350.0]
    text = format_leaderboard(board, 80)
    flat = " ".join(text.split())
    assert "short 50.00 ± 0.00" in flat and "long 350.00 ± 0.00" in flat
    assert "characters.n: plain means." in flat
    assert "Its lead over long is 300.0" in flat and "300.0 points" not in flat
    [grid] = build_grids(board)
    assert any("characters.n: plain means" in note for note in grid.notes)
    assert grid.rows[0][2].startswith("50.00")


def test_a_plan_and_an_export_keep_the_unit_of_the_metric(tmp_path: Path) -> None:
    models = {"short": lambda text: text[:50], "long": lambda text: text[: 200 + len(text) // 20]}
    run = summbench.evaluate(models, "newsdesk", [Characters()], limit=12, out=tmp_path / "run")
    with pytest.raises(SummbenchError, match=r"characters\.n is not of a share .*with effect"):
        summbench.plan(run)
    [plan] = summbench.plan(run, effect=20)
    lengths = run.scores.to_pandas().query("metric == 'characters.n'")
    wide = lengths.pivot(index="article_id", columns="model", values="value")
    sd = float((wide["long"] - wide["short"]).std())
    # (1.959964 + 0.841621)^2 = 7.848880, by the normal quantiles of any table.
    assert plan.sd == pytest.approx(sd)
    assert plan.articles == math.ceil(7.848880 * sd**2 / 20**2)
    text = render_plan(plan)
    assert "difference of 20.00 between" in text and "points" not in text
    card = yaml.safe_load(export_model_index(run.data)["long/README.md"].split("---")[1])
    [metric] = card["model-index"][0]["results"][0]["metrics"]
    assert metric["value"] == pytest.approx(wide["long"].mean(), abs=1e-4)
    assert metric["args"]["unit"] == "the metric's own"


def test_repeats_and_the_gate_keep_the_unit_of_the_metric(tmp_path: Path) -> None:
    run = summbench.evaluate({"short": lambda text: text[:50]}, "newsdesk", [Characters()], limit=6)
    board = run.data.leaderboard
    row = RepeatVariance("newsdesk", "short", "characters.n", 3, 0, 2.5, 1.0, 3.0)
    [sentence] = list_repeat_notes(replace(board, repeats=[row]), "newsdesk")
    assert "its characters.n varies by 2.50 (standard deviation)" in sentence
    gate = summbench.compare(run, run, margins={"characters.n": 5.0})
    assert explain_columns(gate).startswith("Means are in the unit of the metric. difference")


def test_a_failed_output_has_the_worst_score_where_lower_is_better() -> None:
    def fails_on_long(text: str) -> str:
        if len(text) > 2_000:
            raise RuntimeError("the service is down")
        return text[:50]

    run = summbench.evaluate(
        {"short": lambda text: text[:60], "flaky": fails_on_long},
        "newsdesk",
        [Characters()],
        limit=50,
    )
    board = run.data.leaderboard
    [failed] = {health.failed for health in board.health if health.model == "flaky"}
    assert 0 < failed < 50
    means = {entry.model: entry.estimate.mean for entry in board.entries}
    assert means["flaky"] == pytest.approx((failed * 500 + (50 - failed) * 50) / 50)
    assert f"flaky: {failed} of 50 outputs failed and count as the worst score." in list_warnings(
        board, "newsdesk"
    )


def test_quality_of_which_lower_is_better_says_what_is_worst() -> None:
    class Silent(Characters):
        columns: ClassVar = {"n": MetricInfo("lower", "quality")}

    with pytest.raises(SummbenchError, match=r"say what that counts as, .*worst=1\.0"):
        summbench.evaluate("lead3", "newsdesk", [Silent()], limit=2)
