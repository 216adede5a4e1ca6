"""A history as one page: the verdict and findings, a picture and a table of versions a row."""

from __future__ import annotations

from typing import NamedTuple

from summbench.gate.history.records import HistoryReport
from summbench.report.history_cells import (
    VERSION_HEADINGS,
    build_history_cells,
    build_version_cells,
    explain_history,
    list_headings,
)
from summbench.report.history_sentences import (
    format_verdict,
    list_findings,
    name_row,
    sort_history_rows,
)
from summbench.report.html.history_plot import HEIGHT, WIDTH, HistoryPlot, plot_history
from summbench.report.html.templates import render_page, render_single_file_page

_MOST_PICTURES = 60


class _Section(NamedTuple):
    """A row with its picture and its versions."""

    title: str
    verdict: str
    plot: HistoryPlot
    versions: list[list[str]]


def render_history_page(report: HistoryReport, strict: bool = False) -> str:
    """The page in one file, without scripts; every text of a run is escaped."""
    rows = sort_history_rows(report)
    drawn = rows[:_MOST_PICTURES] if report.versions else []
    sections = [
        _Section(
            name_row(report, row),
            row.verdict,
            plot_history(report, row),
            [build_version_cells(report, row, i) for i in reversed(range(len(report.versions)))],
        )
        for row in drawn
    ]
    return render_single_file_page(
        "history.html",
        report=report,
        verdict=format_verdict(report, strict),
        findings=list_findings(report),
        headings=list_headings(report),
        rows=[build_history_cells(report, row) for row in rows] if report.versions else [],
        note=explain_history(report),
        sections=sections,
        n_omitted=len(rows) - len(drawn) if report.versions else 0,
        version_headings=VERSION_HEADINGS,
        width=WIDTH,
        height=HEIGHT,
    )


def render_history_notebook(report: HistoryReport) -> str:
    """The verdict, findings and rows for a notebook, without scripts."""
    rows = sort_history_rows(report) if report.versions else []
    return render_page(
        "history_notebook.html",
        verdict=format_verdict(report),
        findings=list_findings(report),
        headings=list_headings(report),
        rows=[build_history_cells(report, row) for row in rows],
        notes=[*report.notes, *report.not_judged],
    )
