"""A candidate against a baseline as one page: the verdicts, and a word diff of each change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from summbench.gate.records import ArticleRegression, GateReport
from summbench.report.gate_sentences import (
    HEADINGS,
    build_cells,
    explain_columns,
    explain_verdict,
    format_conclusion,
    format_loss,
    format_origin,
    sort_rows,
)
from summbench.report.html.templates import render_single_file_page
from summbench.report.word_diff import Piece, explain_missing_summaries, list_pieces


class _Change(NamedTuple):
    """A changed summary as the page shows it."""

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
    failing, passing = sort_rows(gate)
    count = f"{len(changes):,} of {n_changes:,} changed summaries."
    return render_single_file_page(
        "comparison.html",
        gate=gate,
        conclusion=format_conclusion(gate, strict),
        origin=format_origin(gate),
        headings=HEADINGS,
        rows=[(build_cells(row), row) for row in (*failing, *passing)],
        explain_verdict=partial(explain_verdict, n_tested=gate.n_tested),
        note=explain_columns(gate),
        count=count if changes else "No summary changed.",
        changes=[_build_change(change) for change in changes],
    )


def _build_change(regression: ArticleRegression) -> _Change:
    before, after = regression.before, regression.after
    return _Change(
        regression.article_id,
        regression.dataset,
        regression.model,
        regression.metric,
        format_loss(regression.loss, regression.is_fraction),
        explain_missing_summaries(before, after),
        list_pieces(before, after),
    )
