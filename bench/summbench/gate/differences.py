"""Differences between a baseline's and a candidate's scores, article by article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from statistics import fmean

import numpy as np

from summbench.core.records import Estimate
from summbench.gate.comparability import get_incomparability_reason
from summbench.runs.run import RunData
from summbench.runs.tables import PredictionDigest
from summbench.stats.intervals import estimate_columns
from summbench.stats.sign_flips import sign_flip

FEWEST = 5
"""Below this many articles nothing statistical is said."""
UNKNOWN = Estimate(nan, nan, nan, 0, "none")

Key = tuple[str, str, str]
"""Dataset, model and metric."""


@dataclass(frozen=True, slots=True)
class ScorePair:
    """One metric of one model on both sides; `differences` are empty if it can't be compared."""

    key: Key
    incomparability: str | None
    old_scores: Mapping[str, float]
    new_scores: Mapping[str, float]
    old_digests: Mapping[str, PredictionDigest]
    new_digests: Mapping[str, PredictionDigest]
    n_changed: int
    differences: Mapping[str, float]
    mean_difference: Estimate = UNKNOWN
    p: float = nan


def pair_scores(key: Key, baseline: RunData, candidate: RunData) -> ScorePair:
    """Differences are rounded, so that 0.49 - 0.50 is -0.01 and not below it."""
    reason = get_incomparability_reason(key, baseline, candidate)
    old, new = baseline.quality_scores[key], candidate.quality_scores.get(key, {})
    before = baseline.prediction_digests[key[:2]]
    after = candidate.prediction_digests.get(key[:2], {})
    n_changed = sum(outputs_differ(before[a], after[a]) for a in before if a in after)
    sign = 1 if baseline.leaderboard.metrics[key[2]].direction == "higher" else -1
    articles = old if n_changed and reason is None else ()
    differences = {a: round(sign * (new[a] - old[a]), 12) for a in articles}
    return ScorePair(key, reason, old, new, before, after, n_changed, differences)


def add_mean_differences(pairs: Sequence[ScorePair]) -> list[ScorePair]:
    """Mean differences, from five articles on with 90 % intervals and p, all in one go."""
    columns = {
        i: list(pair.differences.values())
        for i, pair in enumerate(pairs)
        if pair.differences and all(map(isfinite, pair.differences.values()))
    }
    large = {i: column for i, column in columns.items() if len(column) >= FEWEST}
    estimates = estimate_columns(large.items(), level=0.9)
    for i in columns.keys() - large.keys():
        estimates[i] = Estimate(fmean(columns[i]), nan, nan, len(columns[i]), "none")
    p_values = _test_columns(large)
    return [
        replace(pair, mean_difference=estimates.get(i, UNKNOWN), p=p_values.get(i, nan))
        for i, pair in enumerate(pairs)
    ]


def _test_columns(columns: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """Two-sided p by the leaderboard's test, the columns of one length together."""
    p_values: dict[int, float] = {}
    for n in {len(column) for column in columns.values()}:
        same_length = [i for i, column in columns.items() if len(column) == n]
        table = np.array([columns[i] for i in same_length]).T
        p_values |= zip(same_length, sign_flip(table).tolist(), strict=True)
    return p_values


def outputs_differ(before: PredictionDigest, after: PredictionDigest) -> bool:
    """Whether the summaries are different; a failure differs from everything."""
    has_failed = before.error is not None or after.error is not None
    return has_failed or before.summary_sha256 != after.summary_sha256
