"""Every summary that a candidate changed, whether it lost by it or gained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan

from summbench.gate.comparable import get_incomparability_reason
from summbench.gate.compare import outputs_differ
from summbench.gate.records import ArticleRegression
from summbench.runs.run import PredictionDigest, RunData


def find_changes(
    baseline: RunData, candidate: RunData, metrics: Sequence[str]
) -> list[ArticleRegression]:
    """One for each changed summary and metric, the greatest loss first; a gain is below zero.

    The loss is undefined (NaN), and comes first, where the numbers can't be compared.
    """
    found: list[ArticleRegression] = []
    for key in baseline.quality_scores:
        if key[2] not in metrics or key not in candidate.quality_scores:
            continue
        before, after = (
            baseline.prediction_digests[key[:2]],
            candidate.prediction_digests.get(key[:2], {}),
        )
        changed = [a for a in before if a in after and outputs_differ(before[a], after[a])]
        losses = _losses(key, baseline, candidate)
        found += [_loss(key, a, losses.get(a, nan), before, after) for a in changed]
    return sorted(found, key=lambda c: c.loss if isfinite(c.loss) else inf, reverse=True)


def _losses(
    key: tuple[str, str, str], baseline: RunData, candidate: RunData
) -> Mapping[str, float]:
    if get_incomparability_reason(key, baseline, candidate):
        return {}
    sign = 1 if baseline.leaderboard.metrics[key[2]].direction == "higher" else -1
    old, new = baseline.quality_scores[key], candidate.quality_scores[key]
    return {a: round(sign * (value - new[a]), 12) for a, value in old.items() if a in new}


def _loss(
    key: tuple[str, str, str],
    article: str,
    loss: float,
    before: Mapping[str, PredictionDigest],
    after: Mapping[str, PredictionDigest],
) -> ArticleRegression:
    return ArticleRegression(*key, article, loss, before[article], after[article])
