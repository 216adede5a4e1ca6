"""A candidate against a baseline as one page: the verdicts, and a word diff of each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from summbench.gate.changes import SummaryChange
from summbench.gate.records import GateReport
from summbench.report.gate_numbers import format_loss
from summbench.report.gate_reasons import list_problems, sort_rows
from summbench.report.gate_sentences import (
    HEADINGS,
    SLICE_LOSSES,
    build_cells,
    describe_settings,
    explain_columns,
    format_conclusion,
    format_origin,
    list_slice_losses,
)
from summbench.report.html.templates import render_single_file_page
from summbench.report.word_diff import Piece, explain_missing_summaries, list_pieces


class _Change(NamedTuple):
    """A changed summary as the page shows it; `differences` are of metrics, the worst first."""

    article_id: str
    place: str
    differences: Sequence[tuple[str, str]]
    reasons: str
    pieces: Sequence[Piece]


def render_comparison_page(
    gate: GateReport, changes: Sequence[SummaryChange], n_changes: int, strict: bool = False
) -> str:
    """The gate and the changed summaries to show; `n_changes` is how many there are in all."""
    failing, passing = sort_rows(gate)
    return render_single_file_page(
        "comparison.html",
        gate=gate,
        conclusion=format_conclusion(gate, strict),
        origin=format_origin(gate),
        headings=HEADINGS,
        rows=[(build_cells(row), row) for row in (*failing, *passing)],
        settings=describe_settings(gate),
        reasons=[sentence for _, sentence in list_problems(gate)],
        slice_title=SLICE_LOSSES.rstrip(":"),
        slice_losses=list_slice_losses(gate),
        note=explain_columns(gate),
        count=_count_changes(gate, len(changes), n_changes),
        changes=[_build_change(change) for change in changes],
    )


def _count_changes(gate: GateReport, n_shown: int, n_changes: int) -> str:
    """How many of the judged summaries changed, and how many of them are shown."""
    if not n_changes:
        return "No summary changed."
    rows = gate.metric_verdicts
    total = sum({(row.dataset, row.model): row.n_articles for row in rows}.values())
    shown = f" The {n_shown:,} with the largest losses are shown." if n_shown < n_changes else ""
    return f"{n_changes:,} of {total:,} summaries changed.{shown}"


def _build_change(change: SummaryChange) -> _Change:
    return _Change(
        change.article_id,
        f"{change.model} on {change.dataset}",
        [(loss.metric, format_loss(loss.loss, loss.is_fraction)) for loss in change.losses],
        explain_missing_summaries(change.before, change.after),
        list_pieces(change.before, change.after),
    )
