"""The cells of a history's tables, and what their columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from summbench.gate.history.records import HistoryReport, HistoryRow, Point, Version
from summbench.report.gate_numbers import describe_scales
from summbench.report.history_sentences import (
    format_band,
    format_score,
    get_newest_point,
    has_datasets,
    is_mended,
)

_HEADINGS = (
    "verdict", "model", "metric", "dataset", "release", "difference", "band", "since", "drift",
)  # fmt: skip


def list_headings(report: HistoryReport) -> list[str]:
    """The columns of the table of rows; the dataset only if there are several."""
    return [heading for heading in _HEADINGS if heading != "dataset" or has_datasets(report)]


def build_history_cells(report: HistoryReport, row: HistoryRow) -> Mapping[str, str]:
    """The cells of a row by their heading, of those in `list_headings`."""
    point = get_newest_point(report, row)
    return {
        "verdict": row.verdict,
        "model": row.model,
        "metric": row.metric,
        "dataset": row.dataset,
        "release": format_score(row.release_score, row),
        "difference": format_score(point.difference, row, "+"),
        "band": format_band(point, row),
        "since": row.since or "-",
        "drift": _format_drift(report, row),
    }


def _format_drift(report: HistoryReport, row: HistoryRow) -> str:
    """The mean change a version and half of its interval; it is small, and has three decimals.

    A loss that was mended bends the line, which then says nothing of what is to come.
    """
    if isnan(row.drift.low):
        return "-"
    if is_mended(report, row):
        return "mended since"
    scale, drift = 100 if row.is_fraction else 1, row.drift
    return f"{scale * drift.mean:+.3f} ± {scale * (drift.high - drift.low) / 2:.3f}"


def explain_history(report: HistoryReport) -> str:
    """What the numbers of the tables are, and what they keep."""
    count = max((v.comparison or 0 for v in report.versions), default=0)
    verb = "comparison has" if count == 1 else "comparisons have"
    spent = f" So far {count} {verb} spent {report.alpha_spent:.4f} of the 0.05." if count else ""
    return (
        f"{describe_scales(report.rows)}, on the release's articles. difference: the newest "
        "version minus the release; below 0 is always worse. band: with 95 % confidence the true "
        "differences of all versions and rows are in their bands. since: the band is below 0 from "
        "there on. drift: the mean change from one version to the next, with its own 95 % "
        "interval; none where a loss was mended. surely: significant at the level "
        "0.05 / (k (k + 1)) of the k-th comparison, "
        "corrected for its rows (Holm). If no true mean changed, at most 5 of 100 histories say "
        f"surely, however often one looks.{spent}"
    )


VERSION_HEADINGS = ("version", "date", "branch", "difference", "band", "comparison", "mark")


def build_version_cells(report: HistoryReport, row: HistoryRow, place: int) -> list[str]:
    """The cells of a version in the table of a row, under `VERSION_HEADINGS`."""
    version, point = report.versions[place], row.points[place]
    return [
        version.label,
        version.date,
        version.branch or "-",
        format_score(point.difference, row, "+"),
        format_band(point, row),
        "-" if version.comparison is None else str(version.comparison),
        point.problem or _mark(version, point),
    ]


def _mark(version: Version, point: Point) -> str:
    if version.same_scores_as:
        return f"as {version.same_scores_as}"
    if version.comparison is None:
        return "as the release"
    if point.is_significant:
        return "surely lower" if point.difference < 0 else "surely higher"
    return "lower" if point.is_lower else "higher" if point.is_higher else ""
