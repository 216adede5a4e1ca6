"""Every summary that a candidate changed, whether its scores fell or rose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

from summbench.gate.alignment import Alignment
from summbench.gate.checks import list_other_scales
from summbench.gate.comparability import get_incomparability_reason
from summbench.gate.differences import Key, outputs_differ
from summbench.runs.tables import PredictionDigest


@dataclass(frozen=True, slots=True)
class MetricLoss:
    """What a metric of one summary lost, in its unit; NaN if it can't be compared.

    `is_fraction` is as of a `MetricVerdict`, `size` the loss as a share of 1, or on another scale
    of the largest change of its row.
    """

    metric: str
    loss: float
    is_fraction: bool
    size: float


@dataclass(frozen=True, slots=True)
class SummaryChange:
    """A summary that is another now, with the loss by each metric, the largest first."""

    dataset: str
    model: str
    article_id: str
    before: PredictionDigest
    after: PredictionDigest
    losses: Sequence[MetricLoss]


def find_changes(alignment: Alignment, keys: Iterable[Key]) -> list[SummaryChange]:
    """One for each changed summary, the greatest loss first; a gain is below zero.

    The loss is undefined (NaN), and comes first, where the scores can't be compared.
    """
    baseline, candidate = alignment.baseline, alignment.candidate
    other_scales = list_other_scales(baseline.run, candidate.run)
    losses: dict[tuple[str, str, str], list[MetricLoss]] = {}
    for key in keys:
        if key not in candidate.scores:
            continue
        before, after = baseline.digests[key[:2]], candidate.digests[key[:2]]
        changed = [a for a in before if a in after and outputs_differ(before[a], after[a])]
        for article, loss in _compute_losses(key, changed, alignment, key[2] not in other_scales):
            losses.setdefault((*key[:2], article), []).append(loss)
    changes = [
        SummaryChange(
            *place,
            baseline.digests[place[:2]][place[2]],
            candidate.digests[place[:2]][place[2]],
            sorted(of_summary, key=lambda loss: loss.size, reverse=True),
        )
        for place, of_summary in losses.items()
    ]
    return sorted(changes, key=lambda change: change.losses[0].size, reverse=True)


def _compute_losses(
    key: Key, articles: Sequence[str], alignment: Alignment, is_fraction: bool
) -> Iterable[tuple[str, MetricLoss]]:
    losses = _subtract_scores(key, alignment)
    finite = [abs(loss) for loss in losses.values() if isfinite(loss)]
    unit = 1.0 if is_fraction else max(finite, default=1.0) or 1.0
    for article in articles:
        loss = losses.get(article, nan)
        size = loss / unit if isfinite(loss) else inf
        yield article, MetricLoss(key[2], loss, is_fraction, size)


def _subtract_scores(key: Key, alignment: Alignment) -> Mapping[str, float]:
    """Article -> loss, in the metric's unit; empty where the scores can't be compared."""
    baseline, candidate = alignment.baseline, alignment.candidate
    if get_incomparability_reason(key, baseline, candidate):
        return {}
    sign = 1 if baseline.metrics[key[2]].direction == "higher" else -1
    old, new = baseline.scores[key], candidate.scores[key]
    return {a: round(sign * (value - new[a]), 12) for a, value in old.items() if a in new}
