"""A metric that is no share is shown in its own unit, with no word of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import summbench
from summbench import Example, MetricInfo
from summbench.report.grid import build_grids
from summbench.report.terminal.leaderboard import format_leaderboard


class Characters:
    """How many characters a summary has."""

    signature = "characters|v:1"
    columns: ClassVar = {"n": MetricInfo("lower", "quality")}

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
