"""A leaderboard as a notebook shows it: the table, the verdict in words, the warnings."""

from __future__ import annotations

from summbench.leaderboard.board import Leaderboard
from summbench.report.grid import build_grids
from summbench.report.html.templates import render_page
from summbench.report.summary.summary import list_opening, summarize


def render_notebook(board: Leaderboard) -> str:
    """HTML without scripts; every text of the run is escaped."""
    sections = list(zip(build_grids(board), summarize(board), strict=True))
    scope = list_opening(board)
    return render_page("notebook.html", sections=sections, scope=scope, failures=board.failures)
