"""A candidate against a baseline as one page: the verdicts, and what changed word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from summbench.gate.records import ArticleRegression, GateReport
from summbench.report.html.templates import lone_page
from summbench.report.verdicts import HEADINGS, NOTE, conclusion, explained, one_line, origin, row
from summbench.report.verdicts import points as in_points
from summbench.runs.run import PredictionDigest

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


def comparison_page(
    gate: GateReport, changes: Sequence[ArticleRegression], of: int, strict: bool = False
) -> str:
    """The gate, and so many of its changed summaries; `of` is how many there are."""
    shown = f"{len(changes):,} of {of:,} changed summaries." if changes else "No summary changed."
    return lone_page(
        "comparison.html",
        gate=gate,
        conclusion=conclusion(gate, strict),
        origin=origin(gate),
        headings=HEADINGS,
        rows=[(row(judgement), judgement) for judgement in gate.metric_verdicts],
        explained=explained,
        note=NOTE,
        shown=shown,
        changes=[_change(loss) for loss in changes],
    )


def word_diff(before: str, after: str) -> list[Piece]:
    """Both texts in one: what they share, what is gone, and what is new."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        return [piece for piece in (("gone", before), ("new", after)) if piece[1]]
    return list(_pieces(old, new))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


def _change(loss: ArticleRegression) -> _Change:
    before, after = loss.before, loss.after
    said = "; ".join(
        f"{when}: {what}"
        for when, what in (("before", _absent(before)), ("now", _absent(after)))
        if what
    )
    known = before.summary is not None and before.error is None
    pieces = (
        word_diff(before.summary or "", after.summary or "")
        if known and after.error is None
        else [("new", after.summary)] if after.summary and after.error is None
        else [("gone", before.summary)] if before.summary and known
        else []
    )  # fmt: skip
    names = loss.article_id, loss.dataset, loss.model, loss.metric
    return _Change(*names, in_points(-loss.loss, "+"), said, pieces)


def _absent(answer: PredictionDigest) -> str:
    """Why there is no text to show."""
    if answer.error is not None:
        return f"failed ({one_line(answer.error, 300)})"
    if answer.empty:
        return "empty"
    return "the summary was not kept" if answer.summary is None else ""
