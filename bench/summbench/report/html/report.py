"""The HTML report of a run: pages, scripts, style and data, as a folder that needs no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from summbench.leaderboard.board import Leaderboard
from summbench.report.html.articles import CHUNK_SIZE, iterate_article_files
from summbench.report.html.board import iterate_board_files
from summbench.report.html.datasets import render_datasets_page
from summbench.report.html.templates import read_assets, render_page
from summbench.runs import files
from summbench.runs.example_reader import RunExamples, read_examples
from summbench.store.atomic_folder import write_folder


def render_html_report(
    board: Leaderboard, run_examples: RunExamples
) -> Iterator[tuple[str, bytes]]:
    """Name below the folder and content of each file, one after another; nothing is written."""
    frame = {"name": board.name, "n_datasets": len(board.datasets) if board.macro else 1}
    yield files.INDEX_PAGE, render_page("index.html", **frame).encode()
    yield files.ARTICLES_PAGE, render_page("articles.html", **frame).encode()
    if board.macro is not None:
        yield files.DATASETS_PAGE, render_datasets_page(board).encode()
    yield from read_assets()
    for name, text in iterate_board_files(board, run_examples, CHUNK_SIZE):
        yield name, text.encode()
    for name, text in iterate_article_files(board, run_examples):
        yield name, text.encode()


def write_html_report(folder: Path, board: Leaderboard, max_articles: int | None = None) -> int:
    """Write RUN/report with at most so many of the stored articles a dataset; its size in bytes."""
    metrics = {board.primary, *board.display_metrics}
    examples = read_examples(folder, metrics, max_articles)
    return write_folder(folder / files.REPORT_FOLDER, render_html_report(board, examples))
