"""Two systems on the same articles: is their mean difference more than chance?"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import t_cdf

Floats = NDArray[np.float64]

Indices = NDArray[np.intp]

_CHUNK = 2**20  # numbers held at once, signs and sums together: 8 MB
_BLOCK = 32  # pairs that are looked at together: their sums stay in the cache
_TIE = 1e-12  # a mean that differs by less, as a share of the largest difference, is a tie


def count_resamples(pairs: int, alpha: float = 0.05) -> int:
    """The number of sign flips at which twenty p are below Holm's first step, alpha / pairs."""
    return max(9_999, ceil(round(20 * pairs / alpha, 6)))


def sign_flip(differences: Floats, resamples: int = 9_999, seed: int = 0) -> Floats:
    """Two-sided p (m,) of the mean of each column of differences (n articles, m pairs) being 0.

    The permutation test of paired scores, also called approximate randomisation (Fisher, 1935;
    Noreen, 1989): (1 + #{|T*| >= |T|}) / (1 + resamples) with the same flips for every pair, or
    the exact share of all 2^n flips when those are no more than `resamples`.

    Raises:
        ValueError: there is no article, or a difference is not finite.
    """
    table = _validate(differences)
    # Rounding grows with the scale of the scores, so that one tolerance needs one scale.
    largest = np.abs(table).max(axis=0)
    table = table / np.where(largest > 0, largest, 1)
    first = np.arange(table.shape[1])
    return _p_values(table, first, None, np.full(len(first), _TIE * len(table)), resamples, seed)


def sign_flip_pairs(
    scores: Floats, first: Indices, second: Indices, resamples: int = 9_999, seed: int = 0
) -> Floats:
    """`sign_flip` of scores[:, first] - scores[:, second], where a system is in many pairs.

    Scores are (n articles, k systems); their flipped sums are taken once a system. A tie is what
    differs by rounding in the scores, not in their differences.
    """
    table = _validate(scores)
    largest = np.abs(table).max(axis=0)
    tie_tolerance = _TIE * len(table) * np.maximum(largest[first], largest[second])
    return _p_values(table, first, second, tie_tolerance, resamples, seed)


def paired_t(differences: Floats) -> Floats:
    """Two-sided p (m,) of Student's paired t-test of each column (n articles, m pairs).

    For many thousand articles, where `sign_flip` gives the same and takes long. NaN is no article;
    columns that are all 0 have p = 1.
    """
    mean, sd = moments(differences)
    count = (~np.isnan(differences)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(mean == 0, 0.0, np.abs(mean) * np.sqrt(count) / sd)
    return np.asarray(2 * t_cdf(count - 1, -t))


def _validate(table: Floats) -> Floats:
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or not len(table) or not np.isfinite(table).all():
        raise ValueError(f"need finite differences (articles, pairs), got shape {table.shape}")
    return table


def _p_values(
    columns: Floats,
    first: Indices,
    second: Indices | None,
    tie_tolerance: Floats,
    resamples: int,
    seed: int,
) -> Floats:
    n, pairs = len(columns), len(first)
    observed = columns.sum(axis=0)
    threshold = (
        np.abs(observed[first] - (0 if second is None else observed[second])) - tie_tolerance
    )
    rows = max(64, _CHUNK // (n + columns.shape[1]))
    exact = n < 63 and 2**n <= resamples
    hits = np.zeros(pairs, dtype=np.int64)
    for signs in _enumerate_signs(n, rows) if exact else _draw_signs(n, resamples, rows, seed):
        sums = columns.T @ signs.T
        for start in range(0, pairs, _BLOCK):
            block = slice(start, start + _BLOCK)
            drawn = sums[first[block]]
            if second is not None:
                drawn -= sums[second[block]]
            reached = np.abs(drawn, out=drawn) >= threshold[block, None]
            hits[block] += np.count_nonzero(reached, axis=1)
    return hits / 2**n if exact else (1 + hits) / (1 + resamples)


def _enumerate_signs(n: int, rows: int) -> Iterator[Floats]:
    """Every row of n signs once, in chunks (rows, n) of -1 and 1."""
    for start in range(0, 2**n, rows):
        numbers = np.arange(start, min(start + rows, 2**n))[:, None]
        yield np.where(numbers >> np.arange(n) & 1, -1.0, 1.0)


def _draw_signs(n: int, resamples: int, rows: int, seed: int) -> Iterator[Floats]:
    """Rows of n signs in chunks (rows, n), from whole words of bits: chunking changes nothing."""
    rng = np.random.default_rng(seed)
    words = -(-n // 64)
    for start in range(0, resamples, rows):
        size = (min(rows, resamples - start), words)
        drawn = rng.integers(2**64 - 1, size=size, dtype=np.uint64, endpoint=True).astype("<u8")
        signs = np.unpackbits(drawn.view(np.uint8), axis=1, count=n).astype(float)
        signs *= -2.0
        signs += 1.0
        yield signs


class Tally(NamedTuple):
    """For each pair (m,): the articles on which the first is higher, equal, lower, and d_z."""

    wins: NDArray[np.int64]
    ties: NDArray[np.int64]
    losses: NDArray[np.int64]
    effect_size: Floats


def tally(differences: Floats, largest: Floats | float = 1.0) -> Tally:
    """Wins, ties and losses of each column (n articles, m pairs), and its d_z = mean(d) / sd(d).

    `largest` is the largest score of each pair: rounding in it is a tie. NaN is no article. d_z
    (Cohen, 1988) has no unit. Where every difference is the same it is infinite with the sign of
    the difference, or NaN if that is 0; below two articles it is NaN.
    """
    table = np.asarray(differences, dtype=float)
    tie_tolerance = _TIE * np.broadcast_to(np.asarray(largest, dtype=float), table.shape[1:])
    count = (~np.isnan(table)).sum(axis=0)
    wins, losses = (table > tie_tolerance).sum(axis=0), (table < -tie_tolerance).sum(axis=0)
    low, high = (
        of(table, axis=0, initial=start, where=~np.isnan(table))
        for of, start in ((np.min, inf), (np.max, -inf))
    )
    mean, sd = moments(table)
    varied = (count > 1) & (high - low > tie_tolerance)
    constant = np.where(np.abs(mean) > tie_tolerance, np.copysign(inf, mean), nan)
    effect = np.divide(mean, sd, out=constant, where=varied)
    return Tally(wins, count - wins - losses, losses, np.where(count > 1, effect, nan))


def moments(table: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation (m,) of the defined values of each column; NaN for too few."""
    defined = ~np.isnan(table)
    count = defined.sum(axis=0).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(defined, table, 0.0).sum(axis=0) / count
        squares = (np.where(defined, table - mean, 0.0) ** 2).sum(axis=0)
        return mean, np.sqrt(squares / np.where(count > 1, count - 1, nan))
