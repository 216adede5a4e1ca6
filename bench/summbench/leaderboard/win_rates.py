"""On how many datasets a model beats how many others, and how that varies with the articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from summbench.leaderboard.macro_board import Range
from summbench.stats.resamples import Resamples

Floats = NDArray[np.float64]

_RESAMPLES = 999  # of what describes only
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def resample_wins(tables: Sequence[Floats], higher_is_better: bool) -> Floats:
    """Datasets x opponents that each model beats: (models, 1 + resamples), first as they are.

    `tables` are (models, articles), NaN is no score. Articles are resampled within each dataset,
    which has draws of its own.
    """
    sign = 1 if higher_is_better else -1
    total = np.zeros((len(tables[0]), 1 + _RESAMPLES))
    for seed, table in enumerate(tables):
        means = np.concatenate([_mean(table)[:, None], _resample_means(table, seed)], axis=1)
        total += np.stack([_count_lower(sign * column) for column in means.T], axis=1)
    return total


def _count_lower(means: Floats) -> Floats:
    """How many of the other means are lower than each, a tie a half."""
    ordered = np.sort(means)
    lower, upto = (np.searchsorted(ordered, means, side) for side in _SIDES)
    return np.asarray((lower + upto - 1) / 2, dtype=float)


def _resample_means(table: Floats, seed: int) -> Floats:
    resamples = Resamples(table.shape[1], _RESAMPLES, seed)
    is_defined = ~np.isnan(table)
    sums = resamples.means(np.where(is_defined, table, 0.0).T)
    if is_defined.all():
        return sums
    shares = resamples.means(is_defined.T.astype(float))
    return np.divide(sums, shares, out=np.zeros_like(sums), where=shares > 0)


def _mean(table: Floats) -> Floats:
    return np.asarray(np.nanmean(table, axis=1))


def take_range(row: Floats) -> Range:
    """The first number with the 2.5 % and 97.5 % quantiles of the others."""
    low, high = np.quantile(row[1:], [0.025, 0.975]).tolist()
    return Range(float(row[0]), low, high)
