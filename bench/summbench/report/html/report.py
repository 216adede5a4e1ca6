"""The report of a run: pages, scripts, style and data, as a folder that needs no server."""

from __future__ import annotations

from collections.abc import Iterator

from summbench.leaderboard.board import Leaderboard
from summbench.report.html.articles import CHUNK, article_files
from summbench.report.html.board import board_files
from summbench.report.html.templates import assets, page
from summbench.runs import files
from summbench.runs.example_reader import ArticleExample


def report_files(board: Leaderboard, looked: ArticleExample) -> Iterator[tuple[str, bytes]]:
    """Names below the folder and contents, one after another."""
    yield files.INDEX_PAGE, page("index.html", name=board.name).encode()
    yield files.ARTICLES_PAGE, page("articles.html", name=board.name).encode()
    yield from assets()
    for name, text in board_files(board, looked, CHUNK):
        yield name, text.encode()
    for name, text in article_files(board, looked):
        yield name, text.encode()
