"""A candidate against a baseline as one page: the verdicts, and a word diff of each change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from summbench.core.control_characters import to_one_line
from summbench.gate.records import ArticleRegression, GateReport
from summbench.report.gate import (
    HEADINGS,
    NOTE,
    explain_verdict,
    format_conclusion,
    format_origin,
    format_points,
    format_row,
)
from summbench.report.html.templates import render_single_file_page
from summbench.runs.tables import PredictionDigest

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MAX_WORDS = 4_000
"""A diff of more words would take seconds: the two texts are shown one after the other."""
_MAX_ERROR_LENGTH = 300

Piece = tuple[str, str]
"""same, gone or new; and the text."""


class _Change(NamedTuple):
    """A changed summary as the page shows it; `change` in points."""

    article_id: str
    dataset: str
    model: str
    metric: str
    change: str
    reasons: str
    pieces: Sequence[Piece]


def render_comparison_page(
    gate: GateReport, changes: Sequence[ArticleRegression], n_changes: int, strict: bool = False
) -> str:
    """The gate and the changed summaries to show; `n_changes` is how many there are in all."""
    count = f"{len(changes):,} of {n_changes:,} changed summaries."
    return render_single_file_page(
        "comparison.html",
        gate=gate,
        conclusion=format_conclusion(gate, strict),
        origin=format_origin(gate),
        headings=HEADINGS,
        rows=[(format_row(result), result) for result in gate.metric_verdicts],
        explain_verdict=explain_verdict,
        note=NOTE,
        count=count if changes else "No summary changed.",
        changes=[_build_change(change) for change in changes],
    )


def diff_words(before: str, after: str) -> list[Piece]:
    """Both texts in one: what they share, what is only in the first, what only in the second."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _MAX_WORDS:
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


def _build_change(regression: ArticleRegression) -> _Change:
    before, after = regression.before, regression.after
    reasons = [
        f"{when}: {reason}"
        for when, prediction in (("before", before), ("now", after))
        if (reason := _explain_missing_summary(prediction))
    ]
    return _Change(
        regression.article_id,
        regression.dataset,
        regression.model,
        regression.metric,
        format_points(-regression.loss, "+"),
        "; ".join(reasons),
        _list_pieces(before, after),
    )


def _list_pieces(before: PredictionDigest, after: PredictionDigest) -> list[Piece]:
    """The diff of two known summaries; else the one that is known."""
    is_known = before.summary is not None and before.error is None
    if is_known and after.error is None:
        return diff_words(before.summary or "", after.summary or "")
    if after.summary and after.error is None:
        return [("new", after.summary)]
    return [("gone", before.summary)] if before.summary and is_known else []


def _explain_missing_summary(prediction: PredictionDigest) -> str:
    """Why there is no text to show; empty if there is one."""
    if prediction.error is not None:
        return f"failed ({to_one_line(prediction.error, _MAX_ERROR_LENGTH)})"
    if prediction.empty:
        return "empty"
    return "the summary was not stored" if prediction.summary is None else ""
