"""The HTML report of a run: pages, scripts, style and data, as a folder that needs no server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from summbench.leaderboard.board import Leaderboard
from summbench.report.html.articles import CHUNK_SIZE, iterate_article_files
from summbench.report.html.board import iterate_board_files
from summbench.report.html.datasets import render_datasets_page
from summbench.report.html.document import render_report_page
from summbench.report.html.templates import read_assets, render_page
from summbench.runs import files
from summbench.runs.example_reader import RunExamples, read_examples
from summbench.store.atomic_folder import write_folder

_PAGES = {
    files.ROBUSTNESS_MARKDOWN: (files.ROBUSTNESS_PAGE, "Robustness"),
    files.ARTICLE_PAGE: (files.SINGLE_ARTICLE_PAGE, "One article"),
    files.SOURCES: (files.SOURCES_PAGE, "Sources"),
}
"""Page of the run -> its file in the report, and its name in the navigation."""


def render_html_report(
    board: Leaderboard, run_examples: RunExamples, pages: Mapping[str, str] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Name below the folder and content of each file, one after another; nothing is written.

    `pages` is Markdown page of the run -> its text, for those of `_PAGES` that the run has.
    """
    pages = pages or {}
    labels = {_PAGES[name][0]: _PAGES[name][1] for name in pages}
    n_datasets = len(board.datasets) if board.macro else 1
    frame: dict[str, Any] = {"name": board.name, "n_datasets": n_datasets, "pages": labels}
    yield files.INDEX_PAGE, render_page("index.html", **frame).encode()
    yield files.ARTICLES_PAGE, render_page("articles.html", **frame).encode()
    if board.macro is not None:
        yield files.DATASETS_PAGE, render_datasets_page(board, labels).encode()
    for name, markdown in pages.items():
        page, label = _PAGES[name]
        yield page, render_report_page(markdown, page, label.lower(), **frame).encode()
    yield from read_assets()
    for name, text in iterate_board_files(board, run_examples, CHUNK_SIZE):
        yield name, text.encode()
    for name, text in iterate_article_files(board, run_examples):
        yield name, text.encode()


def write_html_report(folder: Path, board: Leaderboard, max_articles: int | None = None) -> int:
    """Write RUN/report with at most so many of the stored articles a dataset; its size in bytes."""
    metrics = {board.primary, *board.display_metrics}
    examples = read_examples(folder, metrics, max_articles)
    pages = {
        name: (folder / name).read_text(encoding="utf-8")
        for name in _PAGES
        if (folder / name).is_file()
    }
    return write_folder(folder / files.REPORT_FOLDER, render_html_report(board, examples, pages))
