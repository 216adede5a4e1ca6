"""What the points of a row come to: the verdict on the newest, since when, and the drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan
from statistics import fmean

import numpy as np

from summbench.core.records import Estimate
from summbench.gate.differences import FEWEST, UNKNOWN, Key
from summbench.gate.history.pairing import Pairing
from summbench.gate.history.records import HistoryRow, Point, Version
from summbench.gate.history.versions import RowScores
from summbench.gate.records import Verdict
from summbench.stats.intervals import estimate_columns

_ROUNDING = 1e-5


def build_row(
    key: Key,
    release: RowScores,
    versions: Sequence[Version],
    points: Sequence[Point],
    pairings: Sequence[Mapping[Key, Pairing]],
    places: Sequence[int],
) -> HistoryRow:
    """Return the row; `places` are those of the branch whose newest version the verdict is on."""
    of_branch = [points[i] for i in places]
    start = _find_stretch(of_branch)
    losses = [i for i in range(start, len(places)) if _is_loss(of_branch[i])]
    verdict = _judge(of_branch[-1], bool(losses)) if places else "pass"
    scores = [value for value in release.scores if value is not None]
    return HistoryRow(
        *key,
        is_fraction=all(-_ROUNDING <= value <= 1 + _ROUNDING for value in scores),
        n_articles=len(scores),
        release_score=fmean(scores) if scores else nan,
        points=points,
        verdict=verdict,
        since=versions[places[start]].label if start < len(places) else None,
        alarm=versions[places[losses[0]]].label if losses else None,
        drift=_estimate_drift([pairings[i][key] for i in places]),
    )


def _find_stretch(points: Sequence[Point]) -> int:
    """Where the unbroken losses begin that reach the newest point; after it if there are none."""
    start = len(points)
    while start and (points[start - 1].is_lower or _is_loss(points[start - 1])):
        start -= 1
    return start


def _is_loss(point: Point) -> bool:
    return point.is_significant and point.difference < 0


def _judge(newest: Point, has_alarm: bool) -> Verdict:
    """A significant loss stands as long as the bands after it are below zero."""
    if isnan(newest.difference):
        return "not comparable"
    if has_alarm:
        return "regressed"
    if newest.problem or newest.is_lower:
        return "inconclusive"
    return "improved" if newest.is_significant and newest.difference > 0 else "pass"


def _estimate_drift(pairings: Sequence[Pairing]) -> Estimate:
    """The slope of each article's score over the versions from the release on, averaged."""
    columns = [p.differences for p in pairings if p.differences is not None]
    if len(columns) < 2 or len(columns[0]) < FEWEST:
        return UNKNOWN
    table = np.array([np.zeros_like(columns[0]), *columns])
    steps = np.arange(len(table)) - (len(table) - 1) / 2
    slopes = steps @ table / (steps**2).sum()
    return estimate_columns([("", slopes)])[""]
