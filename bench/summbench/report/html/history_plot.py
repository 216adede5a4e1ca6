"""The picture of a row: each version's difference to the release, with the band of all versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan, log10

from summbench.gate.history.records import HistoryReport, HistoryRow, Point
from summbench.report.history_sentences import (
    format_difference,
    format_score,
    list_branch_places,
    name_version,
)

WIDTH, HEIGHT = 640, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 36
_MOST_TICKS = 7
_LINES = 4
_SMALL_FROM = 60  # versions
_NEAR_EDGE = 40


@dataclass(frozen=True, slots=True)
class Tick:
    """A place of an axis and its text."""

    place: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Mark:
    """A version's point; `kind` is same, lower, higher, branch or missing."""

    x: float
    y: float
    low: float
    high: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class HistoryPlot:
    """Coordinates in pixels; `bands` are the corners of polygons, as SVG has them."""

    bands: Sequence[str]
    paths: Sequence[str]
    marks: Sequence[Mark]
    zero: float
    release: float
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    radius: float
    has_whiskers: bool
    summary: str
    start: float = _LEFT
    end: float = WIDTH - _RIGHT
    bottom: float = HEIGHT - _BOTTOM


def plot_history(report: HistoryReport, row: HistoryRow) -> HistoryPlot:
    """Lay out the versions from left to right, the release first."""
    step = (WIDTH - _LEFT - _RIGHT) / (len(report.versions) + 1)
    xs = [_LEFT + step * (i + 1.5) for i in range(len(report.versions))]
    ticks = _choose_ticks(row.points)
    low, high = ticks[0], ticks[-1]

    def to_y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    places = list_branch_places(report)
    marks = [
        Mark(
            round(x, 1),
            to_y(0.0 if isnan(point.difference) else point.difference),
            to_y(point.low) if not isnan(point.low) else to_y(point.difference),
            to_y(point.high) if not isnan(point.high) else to_y(point.difference),
            _classify(point, i in places),
            f"{name_version(version)}: {_describe(point, row)}",
        )
        for i, (x, version, point) in enumerate(zip(xs, report.versions, row.points, strict=True))
    ]
    runs = _list_runs([i for i in places if not isnan(row.points[i].low)], places)
    return HistoryPlot(
        bands=[_outline([marks[i] for i in run]) for run in runs if len(run) > 1],
        paths=[" ".join(f"{marks[i].x},{marks[i].y}" for i in run) for run in runs if len(run) > 1],
        marks=marks,
        zero=to_y(0.0),
        release=round(_LEFT + step / 2, 1),
        x_ticks=_label_versions(report, xs, step),
        y_ticks=[Tick(to_y(value), format_score(value, row, "+")) for value in ticks],
        radius=3.5 if len(marks) <= _SMALL_FROM else 1.6,
        has_whiskers=len(marks) <= _SMALL_FROM,
        summary=f"{row.metric} of {row.model} on {row.dataset}, {len(marks)} versions",
    )


def _choose_ticks(points: Sequence[Point]) -> list[float]:
    """Round numbers around all bands and zero."""
    values = [v for p in points for v in (p.low, p.high, p.difference) if not isnan(v)]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 0.01
    unit = 10 ** floor(log10(span / _LINES))
    step = next(unit * factor for factor in (1, 2, 5, 10) if span / (unit * factor) <= _LINES)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * k, 12) for k in range(first, max(last, first + 1) + 1)]


def _classify(point: Point, is_on_branch: bool) -> str:
    if isnan(point.difference):
        return "missing"
    kind = "lower" if point.is_lower else "higher" if point.is_higher else "same"
    return kind if is_on_branch or kind == "lower" else "branch"


def _describe(point: Point, row: HistoryRow) -> str:
    return (
        point.problem
        if isnan(point.difference) and point.problem
        else format_difference(point, row)
    )


def _list_runs(defined: Sequence[int], places: Sequence[int]) -> list[list[int]]:
    """The versions of the branch that follow each other without a missing one."""
    runs: list[list[int]] = []
    order = {place: i for i, place in enumerate(places)}
    for i in defined:
        if runs and order[i] == order[runs[-1][-1]] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _outline(marks: Sequence[Mark]) -> str:
    upper = [f"{mark.x},{mark.high}" for mark in marks]
    lower = [f"{mark.x},{mark.low}" for mark in reversed(marks)]
    return " ".join([*upper, *lower])


def _label_versions(report: HistoryReport, xs: Sequence[float], step: float) -> list[Tick]:
    """The release, the newest and some between."""
    places = [_LEFT + step / 2, *xs]
    names = [report.release.label, *(version.label for version in report.versions)]
    stride = max(1, ceil((len(places) - 1) / (_MOST_TICKS - 1)))
    last = len(places) - 1
    shown = [i for i in range(0, last, stride) if i == 0 or last - i >= stride / 2] + [last]
    return [
        Tick(
            round(places[i], 1),
            "release" if i == 0 else names[i],
            "end" if places[i] > WIDTH - _NEAR_EDGE else "middle",
        )
        for i in dict.fromkeys(shown)
    ]
