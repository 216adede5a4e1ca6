"""What human scores of another corpus say of the gaps in a leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from statistics import median

from summbench.analysis.metaeval.agreement import MetricAgreement
from summbench.leaderboard.board import Leaderboard
from summbench.stats.preference import Preference


def notes(trust: MetricAgreement, board: Leaderboard) -> dict[str, list[str]]:
    """Dataset -> a line for each quality metric that its table shows."""
    found: dict[str, list[str]] = {}
    for dataset in board.datasets:
        for metric in board.display_metrics:
            gap = _typical_gap(board, dataset, metric)
            if board.metrics[metric].role == "quality" and gap is not None:
                said = _said(trust, metric, board.metrics[metric].signature, gap)
                found.setdefault(dataset, []).append(said)
    return found


def _typical_gap(board: Leaderboard, dataset: str, metric: str) -> float | None:
    """The median difference of neighbours in the order by this metric; bounds are no systems."""
    means = sorted(
        e.estimate.mean
        for e in board.entries
        if (e.dataset, e.metric) == (dataset, metric)
        and board.models[e.model] != "bound"
        and not isnan(e.estimate.mean)
    )
    gaps = [b - a for a, b in pairwise(means) if b > a]
    return median(gaps) if gaps else None


def _said(trust: MetricAgreement, metric: str, signature: str, gap: float) -> str:
    begin = f"{metric}: neighbours in this table are {100 * gap:.2f} points apart (median)"
    if metric not in trust.metrics or trust.metrics[metric].signature != signature:
        return f"{begin}; {trust.name} has no human scores for it under this signature."
    shares = [
        f"{_share(bin_)} by {a.dimension}"
        for a in trust.agreements
        if a.metric == metric and (bin_ := _bin(a.preferences, gap)) is not None
    ]
    if not shares:
        return f"{begin}; {trust.name} has no two systems that differ in it."
    return (
        f"{begin}. Of two systems about so far apart people preferred the better one in "
        f"{', '.join(shares)} ({trust.name}: {len(trust.systems)} systems, {trust.articles:,} "
        "articles; other corpora and systems may differ)."
    )


def _bin(preferences: Sequence[Preference], gap: float) -> Preference | None:
    """The one that holds the gap; the largest if the gap is larger than any that was seen."""
    return next((p for p in preferences if gap <= p.high), preferences[-1] if preferences else None)


def _share(p: Preference) -> str:
    inside = "" if isnan(p.share_low) else f", {100 * p.share_low:.0f} to {100 * p.share_high:.0f}"
    return (
        f"{100 * p.share:.0f} % (n = {p.pairs}, {100 * p.low:.2f} to {100 * p.high:.2f} points"
        f"{inside})"
    )
