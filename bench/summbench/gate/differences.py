"""Differences between a baseline's and a candidate's scores, article by article, tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.gate.alignment import Alignment
from summbench.gate.comparability import get_incomparability_reason
from summbench.leaderboard.board import ALPHA
from summbench.runs.tables import PredictionDigest
from summbench.stats.distributions import t_quantile
from summbench.stats.intervals import estimate_columns
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]

FEWEST = 5
"""Below this many articles nothing statistical is said."""
UNKNOWN = Estimate(nan, nan, nan, 0, "none")

Key = tuple[str, str, str]
"""Dataset, model and metric."""


@dataclass(frozen=True, slots=True)
class ScorePair:
    """One row: a metric of a model on both sides; `differences` are empty if it can't be compared.

    `p_adjusted` and `upper_bound`, of the mean difference, are corrected for the number of rows.
    """

    key: Key
    incomparability: str | None
    old_scores: Mapping[str, float]
    new_scores: Mapping[str, float]
    old_digests: Mapping[str, PredictionDigest]
    new_digests: Mapping[str, PredictionDigest]
    n_changed: int
    differences: Mapping[str, float]
    mean_difference: Estimate = UNKNOWN
    p_adjusted: float = nan
    upper_bound: float = nan


def pair_scores(key: Key, alignment: Alignment) -> ScorePair:
    """Differences are rounded, so that 0.49 - 0.50 is -0.01 and not below it."""
    baseline, candidate = alignment.baseline, alignment.candidate
    reason = get_incomparability_reason(key, baseline, candidate)
    old, new = baseline.scores[key], candidate.scores.get(key, {})
    before, after = baseline.digests[key[:2]], candidate.digests.get(key[:2], {})
    n_changed = sum(outputs_differ(before[a], after[a]) for a in before if a in after)
    sign = 1 if baseline.metrics[key[2]].direction == "higher" else -1
    articles = old if n_changed and reason is None else ()
    differences = {a: round(sign * (new[a] - old[a]), 12) for a in articles}
    return ScorePair(key, reason, old, new, before, after, n_changed, differences)


def add_tests(pairs: Sequence[ScorePair]) -> list[ScorePair]:
    """Mean differences, from five articles on with 90 % intervals and tests, all in one go.

    Rows whose summaries are all the same can't raise an alarm, and do not count for Holm's
    correction.
    """
    columns = {
        i: list(pair.differences.values())
        for i, pair in enumerate(pairs)
        if pair.differences and all(map(isfinite, pair.differences.values()))
    }
    large = {i: column for i, column in columns.items() if len(column) >= FEWEST}
    estimates = estimate_columns(large.items(), level=0.9)
    for i in columns.keys() - large.keys():
        estimates[i] = Estimate(fmean(columns[i]), nan, nan, len(columns[i]), "none")
    p_values, bounds = _test_columns(large)
    adjusted = dict(zip(p_values, holm(list(p_values.values())).tolist(), strict=True))
    return [
        replace(
            pair,
            mean_difference=estimates.get(i, UNKNOWN),
            p_adjusted=adjusted.get(i, nan),
            upper_bound=bounds.get(i, nan),
        )
        for i, pair in enumerate(pairs)
    ]


def bound_above(differences: Floats, n_rows: int) -> Floats:
    """Student's upper bounds (k,) of the means of the columns (n articles, k rows).

    One-sided, and held by all `n_rows` of a table together at 97.5 % (Bonferroni). The other 2.5 %
    of the false alarms that a table may raise are the significance test's.
    """
    n = len(differences)
    quantile = float(t_quantile(n - 1, 1 - ALPHA / (2 * n_rows)))
    sd = differences.std(axis=0, ddof=1)
    return np.asarray(differences.mean(axis=0) + quantile * sd / np.sqrt(n))


def _test_columns(
    columns: Mapping[int, Sequence[float]],
) -> tuple[dict[int, float], dict[int, float]]:
    """Two-sided p by the leaderboard's test, and bounds; the columns of one length together."""
    p_values: dict[int, float] = {}
    bounds: dict[int, float] = {}
    for n in {len(column) for column in columns.values()}:
        same_length = [i for i, column in columns.items() if len(column) == n]
        table = np.array([columns[i] for i in same_length]).T
        p_values |= zip(same_length, sign_flip(table).tolist(), strict=True)
        bounds |= zip(same_length, bound_above(table, len(columns)).tolist(), strict=True)
    return p_values, bounds


def outputs_differ(before: PredictionDigest, after: PredictionDigest) -> bool:
    """Whether the summaries are different; a failure differs from everything."""
    has_failed = before.error is not None or after.error is not None
    return has_failed or before.summary_sha256 != after.summary_sha256
