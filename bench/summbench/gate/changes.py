"""Every summary that a candidate changed, whether its score fell or rose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan

from summbench.gate.alignment import align_articles
from summbench.gate.comparability import get_incomparability_reason
from summbench.gate.differences import Key, outputs_differ
from summbench.gate.records import ArticleRegression
from summbench.runs.run import RunData


def find_changes(
    baseline: RunData, candidate: RunData, metrics: Sequence[str]
) -> list[ArticleRegression]:
    """One for each changed summary and metric, the greatest loss first; a gain is below zero.

    The loss is undefined (NaN), and comes first, where the scores can't be compared.
    """
    candidate, _ = align_articles(baseline, candidate)
    changes: list[ArticleRegression] = []
    for key in baseline.quality_scores:
        if key[2] not in metrics or key not in candidate.quality_scores:
            continue
        before = baseline.prediction_digests[key[:2]]
        after = candidate.prediction_digests.get(key[:2], {})
        losses = _losses(key, baseline, candidate)
        changes += [
            ArticleRegression(*key, a, losses.get(a, nan), before[a], after[a])
            for a in before
            if a in after and outputs_differ(before[a], after[a])
        ]
    return sorted(changes, key=lambda c: c.loss if isfinite(c.loss) else inf, reverse=True)


def _losses(key: Key, baseline: RunData, candidate: RunData) -> Mapping[str, float]:
    """Article -> loss, in the metric's unit; empty where the scores can't be compared."""
    if get_incomparability_reason(key, baseline, candidate):
        return {}
    sign = 1 if baseline.leaderboard.metrics[key[2]].direction == "higher" else -1
    old, new = baseline.quality_scores[key], candidate.quality_scores[key]
    return {a: round(sign * (value - new[a]), 12) for a, value in old.items() if a in new}
