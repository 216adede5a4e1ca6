"""The leaderboard as one plain page without scripts, to mail or print."""

from __future__ import annotations

from summbench.leaderboard.board import Leaderboard, shorten_signature
from summbench.report.grid import build_grids
from summbench.report.html.templates import render_single_file_page
from summbench.report.summary.summary import list_opening, summarize


def render_table_page(board: Leaderboard) -> str:
    """One table for each dataset, with the same sentences and cells as the Markdown."""
    return render_single_file_page(
        "table.html",
        board=board,
        sections=list(zip(build_grids(board), summarize(board), strict=True)),
        scope=list_opening(board),
        shorten_signature=shorten_signature,
    )
