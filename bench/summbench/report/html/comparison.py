"""A candidate against a baseline as one page: the verdicts, and what changed word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from summbench.gate.records import ArticleRegression, GateReport
from summbench.report.html.templates import render_single_file_page
from summbench.report.verdicts import (
    HEADINGS,
    NOTE,
    explain_verdict,
    format_conclusion,
    format_origin,
    format_points,
    format_row,
    to_one_line,
)
from summbench.runs.tables import PredictionDigest

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 4_000
"""Above that many a diff would take seconds: the two are shown one after the other."""

Piece = tuple[str, str]
"""same, gone or new; and a stretch of text."""


class _Change(NamedTuple):
    """A loss as the page shows it."""

    article_id: str
    dataset: str
    model: str
    metric: str
    moved: str
    said: str
    pieces: Sequence[Piece]


def render_comparison_page(
    gate: GateReport, changes: Sequence[ArticleRegression], of: int, strict: bool = False
) -> str:
    """The gate, and so many of its changed summaries; `of` is how many there are."""
    shown = f"{len(changes):,} of {of:,} changed summaries." if changes else "No summary changed."
    return render_single_file_page(
        "comparison.html",
        gate=gate,
        conclusion=format_conclusion(gate, strict),
        origin=format_origin(gate),
        headings=HEADINGS,
        rows=[(format_row(judgement), judgement) for judgement in gate.metric_verdicts],
        explain_verdict=explain_verdict,
        note=NOTE,
        shown=shown,
        changes=[_build_change(loss) for loss in changes],
    )


def diff_words(before: str, after: str) -> list[Piece]:
    """Both texts in one: what they share, what is gone, and what is new."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        return [piece for piece in (("gone", before), ("new", after)) if piece[1]]
    return list(_iterate_pieces(old, new))


def _iterate_pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


def _build_change(loss: ArticleRegression) -> _Change:
    before, after = loss.before, loss.after
    said = "; ".join(
        f"{when}: {what}"
        for when, what in (
            ("before", _explain_missing_summary(before)),
            ("now", _explain_missing_summary(after)),
        )
        if what
    )
    known = before.summary is not None and before.error is None
    pieces = (
        diff_words(before.summary or "", after.summary or "")
        if known and after.error is None
        else [("new", after.summary)] if after.summary and after.error is None
        else [("gone", before.summary)] if before.summary and known
        else []
    )  # fmt: skip
    names = loss.article_id, loss.dataset, loss.model, loss.metric
    return _Change(*names, format_points(-loss.loss, "+"), said, pieces)


def _explain_missing_summary(answer: PredictionDigest) -> str:
    """Why there is no text to show."""
    if answer.error is not None:
        return f"failed ({to_one_line(answer.error, 300)})"
    if answer.empty:
        return "empty"
    return "the summary was not kept" if answer.summary is None else ""
