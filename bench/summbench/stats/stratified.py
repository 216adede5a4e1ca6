"""Macro means: the mean over several datasets of their means over articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.stats.distributions import t_quantile
from summbench.stats.intervals import SMALL, adjust_level, expand_quantile
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]

_NAN = float("nan")


class _Moments(NamedTuple):
    """Of each column (m,): the number of defined values, their mean, central moments, and range."""

    n: Floats
    mean: Floats
    second: Floats
    third: Floats
    fourth: Floats
    least: Floats
    most: Floats


def estimate_macro_means(datasets: Sequence[Floats], level: float = 0.95) -> list[Estimate]:
    """The macro mean of each column with its interval; `datasets` are (n articles, m columns).

    Articles are resampled within each dataset: the claim is about these datasets. NaN is no
    article. It is the BCa interval of `intervals.bca` with the cumulants of a weighted mean, and
    Student's quantiles with the degrees of freedom of Welch and Satterthwaite (1946); of one
    dataset it is `bca`. Where a dataset has fewer than `SMALL` articles their skewness is not
    known, and it is Welch's t; where one has fewer than two there is no interval.
    """
    moments = [_take_moments(np.asarray(table, dtype=float)) for table in datasets]
    weight = 1 / len(moments)
    mean = weight * _add(of.mean for of in moments)
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = np.array([weight**2 * of.second / (of.n - 1) for of in moments])
        variance = variances.sum(axis=0)
        freedom = variance**2 / _add(
            v**2 / (of.n - 1) for v, of in zip(variances, moments, strict=True)
        )
        second = _add(weight**2 * of.second / of.n for of in moments)
        third = _add(weight**3 * of.third / of.n**2 for of in moments)
        fourth = _add(weight**4 * (of.fourth - 3 * of.second**2) / of.n**3 for of in moments)
        skewness, kurtosis = third / second**1.5, fourth / second**2
    fewest = np.min([of.n for of in moments], axis=0)
    is_constant = second == 0
    is_small = fewest < SMALL
    z = t_quantile(np.where(is_constant | (fewest < 2), 1.0, freedom), (1 + level) / 2)
    borders = []
    for side in (-z, z):
        expanded = expand_quantile(adjust_level(side, skewness), skewness, kurtosis)
        quantile = np.where(is_small, side, expanded)
        borders.append(np.where(is_constant, mean, mean + np.sqrt(variance) * quantile))
    least, most = (weight * _add(getattr(of, end) for of in moments) for end in ("least", "most"))
    low, high = (
        np.where(fewest < 2, _NAN, np.where(is_small, border, np.clip(border, least, most)))
        for border in borders
    )
    method = np.where(is_small, "student-t (small n)", "bca")
    method = np.where(fewest < 2, "none", np.where(is_constant, "constant", method))
    total = _add(of.n for of in moments)
    columns = (np.asarray(column).tolist() for column in (mean, low, high, total, method))
    return [Estimate(m, lo, hi, int(n), by) for m, lo, hi, n, by in zip(*columns, strict=True)]


def flip_within(datasets: Sequence[Floats], largest: Floats | float | None = None) -> Floats:
    """Two-sided p (m,) of the macro mean of each pair's differences being 0.

    The signs of articles are flipped within each dataset, (n articles, m pairs); NaN is no article.
    A difference counts by one over its dataset's number of articles, and the flips of the weighted
    differences are those of `sign_flip`. `largest` is the size of each pair's largest score.

    Raises:
        ValueError: a pair has no article of a dataset.
    """
    counts = [np.count_nonzero(~np.isnan(table), axis=0) for table in datasets]
    fewest = np.min(counts, axis=0)
    if not fewest.all():
        raise ValueError("every pair needs an article of each dataset")
    weighted = [
        np.nan_to_num(table) * (fewest / count)
        for table, count in zip(datasets, counts, strict=True)
    ]
    return sign_flip(np.concatenate(weighted), largest)


def _take_moments(table: Floats) -> _Moments:
    is_defined = ~np.isnan(table)
    n = is_defined.sum(axis=0).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(is_defined, table, 0.0).sum(axis=0) / n
        least = np.where(is_defined, table, np.inf).min(axis=0, initial=np.inf)
        most = np.where(is_defined, table, -np.inf).max(axis=0, initial=-np.inf)
        # Rounding in the mean of equal values is no spread.
        mean = np.where(least == most, least, mean)
        offsets = np.where(is_defined, table - mean, 0.0)
        second, third, fourth = ((offsets**k).sum(axis=0) / n for k in (2, 3, 4))
        return _Moments(n, mean, second, third, fourth, least, most)


def _add(columns: Iterable[Floats]) -> Floats:
    return np.asarray(np.sum(list(columns), axis=0))
