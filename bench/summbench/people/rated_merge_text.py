"""Merged ratings in words, tables and files."""

from __future__ import annotations

from pathlib import Path

from summbench.people.alpha_text import format_alphas
from summbench.people.board import HumanBoard
from summbench.people.board_text import format_all_pairs, format_board
from summbench.people.cells import format_count
from summbench.people.collection_page import explain_numbers
from summbench.people.collection_text import format_preferences
from summbench.people.facts import get_kind
from summbench.people.kinds_text import format_kinds
from summbench.people.ledger import build_ledger
from summbench.people.ledger_page import write_ledger
from summbench.people.rated import write_rated
from summbench.people.rated_agreement import RatedAgreement
from summbench.people.rated_merge import MergedRatings
from summbench.people.scores import CHOICE_DIMENSIONS
from summbench.report.html.document import render_document
from summbench.report.markdown import escape_markdown
from summbench.store.atomic_files import write_text


def write_merged(merged: MergedRatings, out: Path) -> list[Path]:
    """Write the ratings to `out`, and beside it the pages of `collect`; return all paths."""
    page, markdown = out.with_suffix(".html"), out.with_suffix(".md")
    shown = _list_shown(merged)
    has_preferences = merged.preferences is not None
    parts = [
        render_merged(merged),
        *format_all_pairs(merged.boards, CHOICE_DIMENSIONS if has_preferences else ()),
        *explain_numbers((), has_preferences, shown, merged.boards),
    ]
    text = "\n".join(parts) + "\n"
    write_rated(merged.articles, out)
    write_text(render_document(text, f"Ratings of {merged.name}"), page)
    write_text(text, markdown)
    if not any(article.facts for article in merged.articles):
        return [out, page, markdown]
    return [out, page, markdown, *write_ledger(build_ledger(merged.name, merged.articles), out)]


def _list_shown(merged: MergedRatings) -> list[HumanBoard]:
    """The boards that have a table of their own: of choices the preferences are that."""
    apart = CHOICE_DIMENSIONS if merged.preferences is not None else ()
    return [b for b in merged.boards if not get_kind(b.dimension) and b.dimension not in apart]


def render_merged(merged: MergedRatings) -> str:
    """Write how many raters and articles there are, and which systems they prefer."""
    articles = format_count(len(merged.articles), "article")
    parts = [
        f"# Ratings of {escape_markdown(merged.name)}\n",
        f"{articles}, {format_count(len(merged.raters), 'rater')}. summbench collect says how "
        "each rater worked, study by study.",
        *(f"\n{escape_markdown(note)}" for note in merged.notes),
        "\n## Agreement\n",
        *_format_agreement(merged.agreement),
    ]
    if merged.preferences is not None:
        parts += ["\n## Preferences\n", *format_preferences(merged.preferences)]
    for board in _list_shown(merged):
        parts += [f"\n## {escape_markdown(board.dimension)}\n", *format_board(board)]
    return "\n".join([*parts, *format_kinds(merged.boards)]) + "\n"


def _format_agreement(agreement: RatedAgreement) -> list[str]:
    omissions = [escape_markdown(sentence) for sentence in agreement.omissions]
    if not agreement.alphas:
        return omissions or ["There is no rating, and no agreement."]
    return [*format_alphas(agreement.alphas, agreement.design), *omissions]
