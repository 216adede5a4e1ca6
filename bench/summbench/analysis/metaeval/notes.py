"""What human scores of another corpus say about the gaps in a leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from statistics import median

from summbench.analysis.metaeval.agreement import MetricAgreement
from summbench.leaderboard.board import Leaderboard
from summbench.stats.preference import Preference


def write_notes(agreement: MetricAgreement, board: Leaderboard) -> dict[str, list[str]]:
    """Return dataset -> a sentence for each quality metric that its table shows."""
    notes: dict[str, list[str]] = {}
    for dataset in board.datasets:
        for metric in board.display_metrics:
            gap = _compute_typical_gap(board, dataset, metric)
            if board.metrics[metric].role == "quality" and gap is not None:
                scale = board.get_scale(metric)
                note = _write_note(agreement, metric, board.metrics[metric].signature, gap, scale)
                notes.setdefault(dataset, []).append(note)
    return notes


def _compute_typical_gap(board: Leaderboard, dataset: str, metric: str) -> float | None:
    """Return the median difference of neighbours in the order by this metric, without bounds."""
    means = sorted(
        e.estimate.mean
        for e in board.entries
        if (e.dataset, e.metric) == (dataset, metric)
        and board.models[e.model] != "bound"
        and not isnan(e.estimate.mean)
    )
    gaps = [b - a for a, b in pairwise(means) if b > a]
    return median(gaps) if gaps else None


def _write_note(
    agreement: MetricAgreement, metric: str, signature: str, gap: float, scale: float
) -> str:
    unit = " points" if scale == 100 else ""
    start = f"{metric}: neighbours in this table are {scale * gap:.2f}{unit} apart (median)"
    name = agreement.name
    if metric not in agreement.metrics or agreement.metrics[metric].signature != signature:
        return f"{start}; {name} has no human scores for it under this signature."
    shares = [
        f"{_format_share(preference, scale, unit)} by {a.dimension}"
        for a in agreement.agreements
        if a.metric == metric and (preference := _find_bin(a.preferences, gap)) is not None
    ]
    if not shares:
        return f"{start}; {name} has no two systems that differ in it."
    ratings = "simulated ratings" if agreement.simulated else "human ratings"
    return (
        f"{start}. Of two systems with such a gap, {ratings} preferred the better one in "
        f"{', '.join(shares)}. ({name}: {len(agreement.systems)} systems, "
        f"{agreement.articles:,} articles; other corpora and systems may differ.)"
    )


def _find_bin(preferences: Sequence[Preference], gap: float) -> Preference | None:
    """Return the bin of the gap; the last one if the gap is larger than any in the file."""
    return next((p for p in preferences if gap <= p.high), preferences[-1] if preferences else None)


def _format_share(p: Preference, scale: float, unit: str) -> str:
    interval = f", {100 * p.share_low:.0f} to {100 * p.share_high:.0f}"
    return (
        f"{100 * p.share:.0f} % (n = {p.pairs}, {scale * p.low:.2f} to {scale * p.high:.2f}{unit}"
        f"{'' if isnan(p.share_low) else interval})"
    )
