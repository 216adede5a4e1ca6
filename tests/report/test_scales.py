"""A metric that is no share is shown in its own unit, with no word of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest

import summbench
from summbench import Example, MetricInfo, SummbenchError
from summbench.report.grid import build_grids
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
