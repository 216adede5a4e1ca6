"""Every summary that a candidate changed, whether its score fell or rose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isfinite, nan

from summbench.gate.alignment import Alignment
from summbench.gate.checks import list_other_scales
from summbench.gate.comparability import get_incomparability_reason
from summbench.gate.differences import Key, outputs_differ
from summbench.gate.records import ArticleRegression


def find_changes(alignment: Alignment, keys: Iterable[Key]) -> list[ArticleRegression]:
    """One for each changed summary and key, the greatest loss first; a gain is below zero.

    The loss is undefined (NaN), and comes first, where the scores can't be compared.
    """
    baseline, candidate = alignment.baseline, alignment.candidate
    other_scales = list_other_scales(baseline.run, candidate.run)
    changes: list[ArticleRegression] = []
    for key in keys:
        if key not in candidate.scores:
            continue
        before, after = baseline.digests[key[:2]], candidate.digests[key[:2]]
        losses = _losses(key, alignment)
        changes += [
            ArticleRegression(
                *key, a, losses.get(a, nan), before[a], after[a], key[2] not in other_scales
            )
            for a in before
            if a in after and outputs_differ(before[a], after[a])
        ]
    return sorted(changes, key=lambda c: c.loss if isfinite(c.loss) else inf, reverse=True)


def _losses(key: Key, alignment: Alignment) -> Mapping[str, float]:
    """Article -> loss, in the metric's unit; empty where the scores can't be compared."""
    baseline, candidate = alignment.baseline, alignment.candidate
    if get_incomparability_reason(key, baseline, candidate):
        return {}
    sign = 1 if baseline.metrics[key[2]].direction == "higher" else -1
    old, new = baseline.scores[key], candidate.scores[key]
    return {a: round(sign * (value - new[a]), 12) for a, value in old.items() if a in new}
