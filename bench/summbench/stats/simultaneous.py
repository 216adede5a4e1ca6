"""Bands that hold for many means together, and levels for tests that are made one after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import normal_cdf, t_quantile
from summbench.stats.resamples import Resamples

Floats = NDArray[np.float64]

_WIDTH = 256  # columns taken together, so that few numbers are held


def spend_alpha(comparison: int, alpha: float) -> float:
    """The level of the k-th test, from 1: alpha / (k (k + 1)), which sums to alpha for ever.

    Raises:
        ValueError: `comparison` is below 1.
    """
    if comparison < 1:
        raise ValueError(f"comparisons are counted from 1, got {comparison}")
    return alpha / (comparison * (comparison + 1))


def simultaneous_quantile(
    tables: Sequence[Floats], level: float = 0.95, resamples: int = 9_999, seed: int = 0
) -> float:
    """How many standard errors around all means hold at the level for all of them together.

    Each table (n articles, k columns) is a dataset; its columns share their resamples. It is the
    quantile of the largest |mean of a resample - mean| over all columns, each in its own standard
    error (Romano & Wolf, 2005). The standard error is that of the sample: a resample's own is 0
    where few articles have another value, and the t of such a resample infinite. Columns of one
    value have no error and are left out; NaN without any other. `adjust_for_size` takes account of
    the number of articles.
    """
    largest = np.zeros(resamples)
    for number, table in enumerate(tables):
        varied = table[:, table.std(axis=0) > 0]
        if not varied.size:
            continue
        units = (varied - varied.mean(axis=0)) / varied.std(axis=0)
        draws = Resamples(len(units), resamples, seed + number)
        for start in range(0, units.shape[1], _WIDTH):
            t = draws.means(units[:, start : start + _WIDTH]) * np.sqrt(draws.n)
            largest = np.maximum(largest, np.abs(t).max(axis=0))
    if not largest.any():
        return float("nan")
    return float(np.quantile(largest, level, method="higher"))


def adjust_for_size(quantile: float, n: int) -> float:
    """Student's quantile of n articles in place of the normal one, as of any mean's interval."""
    return float(t_quantile(n - 1, normal_cdf(quantile)))
