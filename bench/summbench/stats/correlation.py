"""How a metric's scores go with human ones: correlations at four levels, resampled.

Arrays are (columns, N systems, M documents), NaN where a cell is missing; a cell counts where both
sides have a value. Resampled values carry the sample itself first: B + 1 of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from summbench.stats.weighted import (
    TIE,
    Cells,
    Draws,
    Floats,
    Mask,
    Ranks,
    Systems,
    Weights,
    resample_separately,
)

_T = TypeVar("_T")

LEVELS = ("system", "summary", "pooled", "within")
COEFFICIENTS = ("pearson", "spearman", "kendall")
_MOST_NUMBERS = 2**20  # numbers held at once for one column: 8 MB


class Correlations(NamedTuple):
    """`values` (level, coefficient, column, human column, B + 1), and documents left out.

    `skipped` counts, for each two columns, the documents without a correlation: one side is
    constant there, or fewer than two systems have both scores.
    """

    values: Floats
    skipped: NDArray[np.int64]


def correlate(columns: Floats, human: Floats, draws: Draws) -> Correlations:
    """Pearson's r, Spearman's rho and Kendall's tau-b at each level of `LEVELS`.

    system: of the systems' means. summary: the mean over documents of the correlation over systems.
    pooled: over all cells, which confounds systems with documents; its resampled tau-b are NaN, as
    n^2 pairs a resample are too many. within: over all cells what is left of Pearson's r without
    each system's mean (a partial correlation); the others are NaN.
    """
    xs, zs = ([_scale(column) for column in side] for side in (columns, human))
    shape = (len(LEVELS), len(COEFFICIENTS), len(xs), len(zs), len(draws.systems))
    values = np.full(shape, np.nan)
    values[1], skipped = _average_over_documents(xs, zs, draws)
    for rows in _split(len(draws.systems), xs[0].shape[0] ** 2):
        some = Draws(draws.systems[rows], draws.documents[rows])
        w = Weights(some.systems[:, :, None])
        for k, d, x, z in _pair_columns(xs, zs, partial(Cells, draws=some, w=w)):
            values[0, :, k, d, rows] = x.means.correlations(z.means)[:, :, 0]
            values[2, 0, k, d, rows] = x.correlate_pooled(z)
            values[3, 0, k, d, rows] = x.within(z)
    for rows in _split(len(draws.systems), xs[0].size):
        some = Draws(draws.systems[rows], draws.documents[rows])
        for k, d, a, b in _pair_columns(xs, zs, partial(Ranks, draws=some)):
            values[2, 1, k, d, rows] = a.correlation(b)
    for k, d, of_x, of_z in _pair_columns(xs, zs, lambda column, valid: column[valid]):
        if len(of_x) > 1:
            values[2, 2, k, d, 0] = kendalltau(of_x, of_z).statistic
    return Correlations(values, skipped)


def correlate_separately(columns: Floats, human: Floats, draws: Draws) -> Correlations:
    """The system level resampled over systems alone, the others over documents alone.

    system: what other systems on these documents would show; the others: what these systems on
    other documents would. Takes twice the time of `correlate`.
    """
    of_systems, of_documents = resample_separately(draws)
    correlations = correlate(columns, human, of_documents)
    correlations.values[0] = correlate(columns, human, of_systems).values[0]
    return correlations


def _pair_columns(
    xs: Sequence[Floats], zs: Sequence[Floats], make: Callable[[Floats, Mask], _T]
) -> Iterator[tuple[int, int, _T, _T]]:
    """`make` of each two columns and the cells that both have; not repeated for the same cells."""
    z_cache: dict[int, tuple[bytes, _T]] = {}
    for k, x in enumerate(xs):
        x_cache: tuple[bytes, _T] | None = None
        for d, z in enumerate(zs):
            valid = ~np.isnan(x) & ~np.isnan(z)
            key = valid.tobytes()
            if x_cache is None or x_cache[0] != key:
                x_cache = key, make(x, valid)
            if d not in z_cache or z_cache[d][0] != key:
                z_cache[d] = key, make(z, valid)
            yield k, d, x_cache[1], z_cache[d][1]


def _scale(column: Floats) -> Floats:
    """About its mean and at most 1, so that one tolerance fits all; no correlation changes."""
    column = np.asarray(column, dtype=float)
    if np.isnan(column).all():
        return column
    centred = column - np.nanmean(column)
    largest = np.nanmax(np.abs(centred))
    noise = TIE * np.nanmax(np.abs(column))
    return np.asarray(centred / largest if largest > noise else 0 * centred)


def _average_over_documents(
    xs: Sequence[Floats], zs: Sequence[Floats], draws: Draws
) -> tuple[Floats, NDArray[np.int64]]:
    """The mean over documents (3, K, D, B + 1), and how many have no correlation (K, D)."""
    n, m = xs[0].shape
    w = Weights(draws.systems.T[None])
    total = np.zeros((len(COEFFICIENTS), len(xs), len(zs), len(draws.systems)))
    weight = np.zeros(total.shape[1:])
    skipped = np.zeros(weight.shape[:2], dtype=np.int64)
    for rows in _split(m, n * len(draws.systems)):
        v = draws.documents.T[rows]
        some_xs, some_zs = ([column.T[rows] for column in side] for side in (xs, zs))
        for k, d, x, z in _pair_columns(some_xs, some_zs, partial(Systems, w=w)):
            r = x.correlations(z)
            defined = ~np.isnan(r[2])
            total[:, k, d] += np.where(defined, r * v, 0.0).sum(axis=1)
            weight[k, d] += (defined * v).sum(axis=0)
            skipped[k, d] += int((~defined[:, 0]).sum())
    return total / np.where(weight > 0, weight, np.nan), skipped


def _split(count: int, size_of_each: int) -> Iterator[slice]:
    size = max(1, _MOST_NUMBERS // size_of_each)
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
