"""How often people prefer the system that a metric prefers, by the size of the difference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import norm, t

from summbench.stats.weighted import TIE, Draws, Floats, Mask

_BINS = 4
_FEWEST = 5  # pairs that a bin is made of
_SAME = 1e-9  # correlations and shares that differ by less differ by rounding


class Preference(NamedTuple):
    """Pairs of systems whose means are more than `low` and at most `high` apart, in metric units.

    `share` of the `pairs` are ordered as people order them, a human tie counted as half;
    `share_low` and `share_high` are the percentiles over resamples of systems and documents.
    """

    low: float
    high: float
    pairs: int
    share: float
    share_low: float
    share_high: float


def bin_preferences(metric: Floats, human: Floats, draws: Draws) -> list[Preference]:
    """Pairs of systems by the gap of their metric means, about as many pairs in each bin.

    Scores are (N systems, M documents), NaN is missing; higher has to be better on both sides.
    Pairs with equal metric means are left out. A resampled pair is in the bin of its own gap. One
    document has no intervals.
    """
    valid = ~np.isnan(metric) & ~np.isnan(human)
    if not valid.any():
        return []
    x, z = (_mean_differences(side, valid, draws) for side in (metric, human))
    first, second = np.triu_indices(len(metric), 1)
    w = draws.systems[:, first] * draws.systems[:, second]
    gaps = np.abs(x)
    used = (gaps > TIE * np.abs(metric[valid]).max()) & ~np.isnan(z)
    if not used[0].any():
        return []
    tied = np.abs(z) <= TIE * np.abs(human[valid]).max()
    agree = np.where(tied, 0.5, np.sign(x) == np.sign(z))
    own_gaps = gaps[0, used[0]]
    bins = min(_BINS, max(1, len(own_gaps) // _FEWEST))
    borders = np.quantile(own_gaps, np.linspace(0, 1, bins + 1))
    place = np.searchsorted(borders[1:-1], gaps)
    has_several = valid.any(axis=0).sum() > 1
    preferences = []
    for k in range(bins):
        inside = w * (used & (place == k))
        total = inside.sum(axis=1)
        shares = (inside * agree).sum(axis=1) / np.where(total > 0, total, np.nan)
        low, high = percentile_interval(shares) if has_several else (float("nan"),) * 2
        lowest = 0.0 if k == 0 else float(borders[k])
        preferences.append(
            Preference(lowest, float(borders[k + 1]), int(total[0]), float(shares[0]), low, high)
        )
    return preferences


def percentile_interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Percentiles of resampled values, of which the first is the sample's own.

    Values are of the order of 1. NaN if more than half of the resamples have no value, or nearly
    all have the same, which would be an interval without a width.
    """
    defined = values[1:][~np.isnan(values[1:])]
    if 2 * len(defined) < len(values) - 1 or not len(defined) or np.isnan(values[0]):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    if high - low <= _SAME:
        return float("nan"), float("nan")
    return float(low), float(high)


def widen_level(n: int, level: float = 0.95) -> float:
    """The level at which percentiles of resamples of few units are as wide as Student's t.

    Hesterberg (2015): a resample's variance is (n - 1) / n of the sample's, and z is not t.
    """
    if n < 2:
        return level
    tail = float(t.ppf((1 - level) / 2, n - 1))
    return 1 - 2 * float(norm.cdf(tail * np.sqrt(n / (n - 1))))


def _mean_differences(column: Floats, valid: Mask, draws: Draws) -> Floats:
    """Differences of the systems' means, every pair of systems in every draw (B + 1, pairs)."""
    w = draws.documents.T
    n = valid.astype(float) @ w
    means = (np.where(valid, column, 0.0) @ w) / np.where(n > 0, n, np.nan)
    first, second = np.triu_indices(len(column), 1)
    return np.asarray((means[first] - means[second]).T)
