"""A history as Markdown, for a job summary or a comment: findings first, the tables folded."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.gate.history.records import HistoryReport
from summbench.report.gate_markdown import escape_line, fold, list_items
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
from summbench.report.markdown import format_table

_MOST_FINDINGS = 20
_MOST_ROWS = 40
_MOST_VERSIONS = 50


def render_history(report: HistoryReport, strict: bool = False) -> str:
    """The verdict and findings; folded: a row for each metric, and versions of the worst row."""
    findings = list_findings(report)
    more = len(findings) - _MOST_FINDINGS
    shown = [*findings[:_MOST_FINDINGS], *([f"... and {more} more."] if more > 0 else [])]
    parts = [
        f"## History: {report.verdict}",
        f"**{escape_line(format_verdict(report, strict))}**",
        list_items(shown),
    ]
    if report.versions and report.rows:
        parts += [_format_rows(report), _format_versions(report)]
    parts += [f"Mind:\n\n{list_items(report.notes)}" if report.notes else ""]
    if report.not_judged:
        parts.append(fold("Not judged", list_items(report.not_judged)))
    if report.versions:
        parts.append(f"<sub>{escape_line(explain_history(report))}</sub>")
    return "\n\n".join(part for part in parts if part) + "\n"


def _format_rows(report: HistoryReport) -> str:
    rows = sort_history_rows(report)
    cells = [build_history_cells(report, row) for row in rows[:_MOST_ROWS]]
    headings = list_headings(report)
    n_names = headings.index("release")
    table = _draw(headings, [[row[h] for h in headings] for row in cells], n_names)
    left_out = f"\n\n{len(rows) - _MOST_ROWS} more rows." if len(rows) > _MOST_ROWS else ""
    return fold(f"{len(rows)} rows at the newest version", table + left_out)


def _format_versions(report: HistoryReport) -> str:
    row = sort_history_rows(report)[0]
    first = max(0, len(report.versions) - _MOST_VERSIONS)
    cells = [
        build_version_cells(report, row, place) for place in range(first, len(report.versions))
    ]
    of_all = f"the last {_MOST_VERSIONS} of {len(report.versions)}" if first else f"{len(cells)}"
    return fold(f"{name_row(report, row)}: {of_all} versions", _draw(VERSION_HEADINGS, cells, 3))


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]], n_names: int) -> str:
    return format_table(headings, [list(map(escape_line, row)) for row in rows], n_names)
