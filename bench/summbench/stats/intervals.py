"""Intervals of a mean over articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import cpu_count
from statistics import fmean
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.stats.distributions import normal_cdf, normal_quantile, t_quantile

Floats = NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)

SMALL = 20
"""Below this many articles the bootstrap covers too little, and Student's t is used instead."""
LARGE = 50_000
"""Above this many articles the bootstrap's borders are Student's t's, and it is spared."""

_NAN = float("nan")
_CHUNK = 2**20  # indices drawn at once: 8 MB, and as much again for the counts
_BLOCK = 1024  # columns whose resampled means a thread holds at once: 82 MB at B = 9,999
_TIE = 1e-12  # of the largest value: sums in another order differ by less, unequal scores by more


class Resamples:
    """The bootstrap's index matrix for n articles, the same rows for every column of scores.

    Row b is what `default_rng(seed).integers(n, size=(resamples, n))` has there, however it is
    chunked. It is drawn anew for each use, and never held whole.
    """

    def __init__(self, n: int, resamples: int = 9_999, seed: int = 0) -> None:
        if n < 1 or resamples < 1:
            raise ValueError(f"cannot draw {resamples} resamples of {n} articles; both must be > 0")
        self.n = n
        self.resamples = resamples
        self.seed = seed

    def draw_chunks(self) -> Iterator[NDArray[np.int64]]:
        """The matrix from top to bottom, as arrays of shape (rows, n) with entries 0 to n - 1."""
        rng = np.random.default_rng(self.seed)
        rows = max(1, _CHUNK // self.n)
        for start in range(0, self.resamples, rows):
            yield rng.integers(self.n, size=(min(rows, self.resamples - start), self.n))

    def means(self, columns: Floats) -> Floats:
        """The mean of each column (n, k) in each resample: (k, resamples), in the column's unit."""
        means, start = np.empty((columns.shape[1], self.resamples)), 0
        rows = np.ascontiguousarray(columns.T)
        for indices in self.draw_chunks():
            size = len(indices)
            cells = indices + self.n * np.arange(size)[:, None]
            counts = np.bincount(cells.ravel(), minlength=size * self.n).reshape(size, self.n)
            means[:, start : start + size] = rows @ counts.T.astype(float)
            start += size
        return np.divide(means, self.n, out=means)


def student_t(values: Sequence[float] | Floats, level: float = 0.95) -> Estimate:
    """Mean and Student's t interval of the defined values; no interval below two of them."""
    defined = _drop_nan(values)
    n = len(defined)
    if n == 0:
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    mean = fmean(defined.tolist())
    if n == 1:
        return Estimate(mean, _NAN, _NAN, 1, "none")
    half = float(t_quantile(n - 1, (1 + level) / 2) * defined.std(ddof=1) / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n, "student-t")


def wilson(successes: int, n: int, level: float = 0.95) -> Estimate:
    """The share of successes among n, and its score interval (Wilson, 1927), both in 0 to 1."""
    if n == 0:
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    share = successes / n
    z2 = float(normal_quantile((1 + level) / 2)) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (share * (1 - share) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)
    # At no success and at nothing else the border is the share itself, but for rounding.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Estimate(share, low, high, n, "wilson")


def bca(columns: Floats, resamples: Resamples, level: float = 0.95) -> list[Estimate]:
    """The mean of each column (n, k) with its BCa interval (Efron, 1987), in the column's unit.

    Equal to `scipy.stats.bootstrap(..., method="BCa")` on the same resamples. The jackknife of a
    mean leaves its mark on the acceleration as sum(u^3) / 6 sum(u^2)^1.5, u = x - mean(x) (Efron &
    Tibshirani, 1993, eq. 14.15), so that none has to be run. Columns of one value have no width.
    """
    columns = np.asarray(columns, dtype=float)
    if len(columns) != resamples.n or np.isnan(columns).any():
        raise ValueError(f"need {resamples.n} defined values a column, got {columns.shape}")
    means = np.array([fmean(column) for column in columns.T.tolist()])
    lows, highs = columns[0].copy(), columns[0].copy()
    varied = np.flatnonzero((columns != columns[0]).any(axis=0))
    blocks = [varied[start : start + _BLOCK] for start in range(0, len(varied), _BLOCK)]
    with ThreadPoolExecutor(cpu_count()) as threads:  # numpy lets go of the interpreter
        borders = threads.map(lambda block: _bca(columns[:, block], resamples, level), blocks)
        for block, (low, high) in zip(blocks, borders, strict=True):
            lows[block], highs[block] = low, high
    constant = np.ones(len(means), dtype=bool)
    constant[varied] = False
    means[constant] = lows[constant]
    rows = zip(means.tolist(), lows.tolist(), highs.tolist(), constant.tolist(), strict=True)
    return [Estimate(m, lo, hi, resamples.n, "constant" if c else "bca") for m, lo, hi, c in rows]


def _bca(columns: Floats, resamples: Resamples, level: float) -> tuple[Floats, Floats]:
    """The borders of columns (n, k) none of which is constant."""
    mean = columns.mean(axis=0)
    drawn = resamples.means(columns)
    slack = _TIE * np.abs(columns).max(axis=0)
    below = np.count_nonzero(drawn <= (mean - slack)[:, None], axis=1)
    tied = np.count_nonzero(drawn <= (mean + slack)[:, None], axis=1) - below
    # Half of the ties count as below, as in scipy; all on one side would be an infinite shift.
    b = resamples.resamples
    shift = normal_quantile(np.clip((below + tied / 2) / b, 0.5 / b, 1 - 0.5 / b))
    u = columns - mean
    acceleration = (u**3).sum(axis=0) / (6 * (u**2).sum(axis=0) ** 1.5)
    z = float(normal_quantile((1 + level) / 2)) * np.array([[-1.0], [1.0]])
    to = shift + z
    low, high = _quantiles(drawn, normal_cdf(shift + to / (1 - acceleration * to)))
    return low, high


def _quantiles(drawn: Floats, q: Floats) -> Floats:
    """Two quantiles (2, k) of each row (k, B), linearly interpolated; rows lose their order."""
    place = q * (drawn.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, drawn.shape[1] - 1)
    for row, places in zip(drawn, np.concatenate([below, above]).T, strict=True):
        row.partition(places)
    rows = np.arange(len(drawn))
    low, high = drawn[rows, below], drawn[rows, above]
    return np.asarray(low + (place - below) * (high - low))


def estimate(
    values: Sequence[float] | Floats,
    *,
    binary: bool = False,
    resamples: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """`estimate_columns` of one column, `binary` if it holds 0 and 1 only."""
    names = [""] if binary else []
    return estimate_columns(
        [("", values)], binary=names, resamples=resamples, seed=seed, level=level
    )[""]


def estimate_columns(
    columns: Iterable[tuple[Name, Sequence[float] | Floats]],
    *,
    binary: Collection[Name] = (),
    resamples: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> dict[Name, Estimate]:
    """Each named column's mean and interval over its defined (not NaN) values, in its own unit.

    Wilson for columns named in `binary` that hold 0 and 1 only, Student's t below `SMALL` and above
    `LARGE` values, BCa between them; one value has no interval. Columns of equal n share their
    resamples. Of those above `LARGE` only one at a time is held.
    """
    estimates: dict[Name, Estimate] = {}
    large: dict[int, dict[Name, Floats]] = defaultdict(dict)
    names: list[Name] = []
    for name, values in columns:
        names.append(name)
        defined = _drop_nan(values)
        n = len(defined)
        if name in binary and n > 1 and np.isin(defined, (0, 1)).all():
            estimates[name] = wilson(int(defined.sum()), n, level)
        elif n < SMALL or n > LARGE:
            estimates[name] = _estimate_by_t(defined, level)
        else:
            large[n][name] = defined
    for n, group in large.items():
        table = np.column_stack(list(group.values()))
        intervals = bca(table, Resamples(n, resamples, seed), level)
        estimates.update(zip(group, intervals, strict=True))
    return {name: estimates[name] for name in names}


def _drop_nan(values: Sequence[float] | Floats) -> Floats:
    """Those that are not NaN; an array without one is not copied."""
    column = np.asarray(values, dtype=float)
    is_defined = ~np.isnan(column)
    return column if is_defined.all() else column[is_defined]


def _estimate_by_t(defined: Floats, level: float) -> Estimate:
    interval = student_t(defined, level)
    if interval.n < 2:
        return interval
    if (defined == defined[0]).all():
        value = float(defined[0])
        return Estimate(value, value, value, interval.n, "constant")
    method = "student-t (small n)" if interval.n < SMALL else "student-t"
    return replace(interval, method=method)
