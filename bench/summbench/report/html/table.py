"""The leaderboard as one plain page: a table that can be mailed, printed and put anywhere."""

from __future__ import annotations

from summbench.leaderboard.board import Leaderboard, shorten_signature
from summbench.report.grid import grids
from summbench.report.html.templates import lone_page


def table_page(board: Leaderboard) -> str:
    """One table for each dataset, with the same cells as the Markdown."""
    return lone_page(
        "table.html", board=board, grids=grids(board), shorten_signature=shorten_signature
    )
