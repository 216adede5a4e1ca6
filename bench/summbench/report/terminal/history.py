"""A history for a terminal: the verdict and findings first, then tables that fit."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.core.control_characters import show_controls
from summbench.gate.history.records import HistoryReport, HistoryRow
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
from summbench.report.terminal.text import Column, fit_table, list_items, wrap

_NAMES = {"verdict", "model", "metric", "dataset", "since", "version", "branch", "mark"}
_COLUMNS = ("model", "metric", "verdict", "difference", "band", "since", "drift", "release")
_VERSION_COLUMNS = ("version", "difference", "band", "mark", "date", "branch", "comparison")
_N_FIXED = 4
_MOST_ROWS = 20
_MOST_VERSIONS = 12
_MOST_FINDINGS = 12


def format_history(report: HistoryReport, width: int = 80, strict: bool = False) -> str:
    """The verdict, a sentence for each finding, the rows, and the versions of the worst row."""
    lines = wrap(f"Verdict: {report.verdict}. {format_verdict(report, strict)}", width)
    if findings := list_findings(report):
        more = len(findings) - _MOST_FINDINGS
        end = [f"... and {more} more; --json and --html have all."] if more > 0 else []
        lines += ["", *list_items([*findings[:_MOST_FINDINGS], *end], width)]
    rows = sort_history_rows(report)
    if rows and report.versions:
        lines += ["", *_format_rows(report, rows[:_MOST_ROWS], width)]
        if len(rows) > _MOST_ROWS:
            more_rows = len(rows) - _MOST_ROWS
            lines += wrap(f"{more_rows} more rows are not listed; --json has all.", width)
        lines += ["", *_format_versions(report, rows[0], width)]
        lines += ["", *wrap(explain_history(report), width)]
    for title, notes in (("Mind:", report.notes), ("Not judged:", report.not_judged)):
        if notes:
            lines += ["", title, *list_items(notes, width)]
    return "\n".join(lines)


def _format_rows(report: HistoryReport, rows: Sequence[HistoryRow], width: int) -> list[str]:
    cells = [build_history_cells(report, row) for row in rows]
    headings = list(_COLUMNS)
    if has_datasets := "dataset" in list_headings(report):
        headings.insert(1, "dataset")
    rows_of_cells = [[row[heading] for heading in headings] for row in cells]
    return _draw(headings, rows_of_cells, width, _N_FIXED + has_datasets)


def _format_versions(report: HistoryReport, row: HistoryRow, width: int) -> list[str]:
    """The last versions of the row; the ones before are counted."""
    first = max(0, len(report.versions) - _MOST_VERSIONS)
    places = range(first, len(report.versions))
    title = f"{name_row(report, row)}, version by version"
    title += f" (the last {_MOST_VERSIONS} of {len(report.versions)}):" if first else ":"
    headings = [h for h in _VERSION_COLUMNS if h != "branch" or _has_branches(report)]
    rows = [
        dict(zip(VERSION_HEADINGS, build_version_cells(report, row, i), strict=True))
        for i in places
    ]
    cells = [[of_version[heading] for heading in headings] for of_version in rows]
    return [*wrap(title, width), "", *_draw(headings, cells, width, _N_FIXED)]


def _has_branches(report: HistoryReport) -> bool:
    return len({version.branch for version in report.versions}) > 1


def _draw(
    headings: Sequence[str], cells: Sequence[Sequence[str]], width: int, n_fixed: int
) -> list[str]:
    columns = [
        Column(heading, [show_controls(row[i]) for row in cells], is_name=heading in _NAMES)
        for i, heading in enumerate(headings)
    ]
    table = fit_table(columns, width, n_fixed)
    omitted = f"Not shown at this width: {', '.join(table.omitted)}." if table.omitted else ""
    short = "Names with ... are shortened." if table.has_short_names else ""
    notes = " ".join(note for note in (omitted, short) if note)
    return [*table.lines, *(["", *wrap(notes, width)] if notes else [])]
