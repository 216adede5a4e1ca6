"""What raters said as a page: every table, every pair, and what each number is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.people.board import HumanBoard
from summbench.people.board_text import format_all_pairs
from summbench.people.collect import Collection
from summbench.people.collection_text import list_shown_boards, render_collection
from summbench.people.ledger import build_ledger
from summbench.people.ledger_page import write_ledger
from summbench.people.methods_text import format_methods
from summbench.people.rated import write_rated
from summbench.people.scores import CHOICE_DIMENSIONS
from summbench.report.html.document import render_document
from summbench.report.markdown import escape_markdown
from summbench.store.atomic_files import write_text

Meanings = Sequence[tuple[str, str]]
"""The name of a number, and what it is."""

_RATERS: Meanings = (
    ("answered", "how many screens the rater answered, checks among them."),
    ("checks failed", "items that tell what to answer, and were answered otherwise."),
    ("seconds a screen", "the median time that a screen was in sight."),
    (
        "alpha with others",
        "the mean of Krippendorff's alpha with each other rater; one at 0 or below agrees with "
        "nobody.",
    ),
)
_PREFERENCES = (
    ("preferred", "the share of its choices that the system won; a tie is half."),
    (
        "strength",
        "the system's place on a scale on which the difference of two is the log of the odds that "
        "one is preferred (Bradley and Terry, with ties); all add up to 0.",
    ),
    ("rank", "the ranks that the strengths of all pairs together leave possible."),
)
_BOARD = (
    ("mean", "over all ratings, with its 95 % interval in brackets."),
    ("rank", "the ranks that the tests of all pairs leave possible."),
    ("letters", "two systems that share one are not told apart by the tests."),
)
_PAIRS = (
    ("difference", "the mean of a less that of b, over the articles that have both."),
    (
        "p corrected",
        "Holm's: 5 % is the chance that any of the tests corrected together finds a difference "
        "where there is none.",
    ),
)
_METRIC = (
    (
        "with metric",
        "the mean sharpened by the metric's scores of unrated articles (prediction-powered); a "
        "dash where they do not help.",
    ),
    ("rank by metric", "the system's rank by the metric's own mean over all articles."),
)


def write_collection(collection: Collection, out: Path) -> list[Path]:
    """Write the ratings to `out`, and pages beside it; return all paths.

    They are the board in HTML and Markdown, and of a checklist the fact ledger in HTML and CSV.
    """
    text = render_collection_page(collection)
    page, markdown = out.with_suffix(".html"), out.with_suffix(".md")
    write_rated(collection.articles, out)
    write_text(render_document(text, f"What people say of {collection.study.run}"), page)
    write_text(text, markdown)
    if collection.study.design != "checklist":
        return [out, page, markdown]
    ledger = build_ledger(collection.study.run, collection.articles)
    return [out, page, markdown, *write_ledger(ledger, out)]


def render_collection_page(collection: Collection) -> str:
    """Write what `render_collection` says, the tests of every pair, and what each number is."""
    parts = [f"# What people say of {escape_markdown(collection.study.run)}\n"]
    parts.append(render_collection(collection))
    has_preferences = collection.preferences is not None
    apart = CHOICE_DIMENSIONS if has_preferences else ()
    parts += format_all_pairs(collection.boards, apart)
    shown = list_shown_boards(collection)
    parts += format_methods(collection)
    parts += explain_numbers(_RATERS, has_preferences, shown, collection.boards)
    return "\n".join(parts) + "\n"


def explain_numbers(
    first: Meanings,
    has_preferences: bool,
    shown: Sequence[HumanBoard],
    boards: Sequence[HumanBoard],
) -> list[str]:
    """Write a section with a sentence for each number of the page, those of `first` first."""
    meanings = [*first]
    if has_preferences:
        meanings += _PREFERENCES
    if shown:
        meanings += _BOARD[:1] if has_preferences else _BOARD
    if any(board.pairs for board in boards):
        meanings += _PAIRS
    if any(board.metric for board in boards):
        meanings += _METRIC
    return ["## What the numbers are\n", *(f"- {name}: {text}" for name, text in meanings)]
