"""Two systems on the same articles: is their mean difference more than chance?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, inf, nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CHUNK = 2**22  # numbers held at once, signs and sums together: 32 MB
_TIE = 1e-12  # a mean that differs by less, as a share of the largest difference, is a tie


def resamples_for(pairs: int, alpha: float = 0.05) -> int:
    """How many sign flips leave Holm's first step, p <= alpha / pairs, room: twenty p below it."""
    return max(9_999, ceil(round(20 * pairs / alpha, 6)))


def sign_flip(differences: Floats, resamples: int = 9_999, seed: int = 0) -> Floats:
    """Two-sided p (m,) of the mean of each column of differences (n articles, m pairs) being 0.

    The permutation test of paired scores, also called approximate randomisation (Fisher, 1935;
    Noreen, 1989): (1 + #{|T*| >= |T|}) / (1 + resamples) with the same flips for every pair, or
    the exact share of all 2^n flips when those are no more than `resamples`.
    """
    table = np.asarray(differences, dtype=float)
    if table.ndim != 2 or not len(table) or not np.isfinite(table).all():
        raise ValueError(f"need finite differences (articles, pairs), got shape {table.shape}")
    n, pairs = table.shape
    # Rounding grows with the scale of the scores, so that one tolerance needs one scale.
    largest = np.abs(table).max(axis=0)
    table = table / np.where(largest > 0, largest, 1)
    threshold = np.abs(table.sum(axis=0)) - _TIE * n
    rows = max(64, _CHUNK // (n + pairs))
    exact = n < 63 and 2**n <= resamples
    hits = np.zeros(pairs, dtype=np.int64)
    for signs in _all_signs(n, rows) if exact else _random_signs(n, resamples, rows, seed):
        sums = signs @ table
        hits += np.count_nonzero(np.abs(sums, out=sums) >= threshold, axis=0)
    return hits / 2**n if exact else (1 + hits) / (1 + resamples)


def _all_signs(n: int, rows: int) -> Iterator[Floats]:
    """Every row of n signs once, in chunks (rows, n) of -1 and 1."""
    for start in range(0, 2**n, rows):
        numbers = np.arange(start, min(start + rows, 2**n))[:, None]
        yield np.where(numbers >> np.arange(n) & 1, -1.0, 1.0)


def _random_signs(n: int, resamples: int, rows: int, seed: int) -> Iterator[Floats]:
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


def summarise_pair(a: Sequence[float], b: Sequence[float]) -> tuple[int, int, int, float]:
    """On how many articles `a` is higher, equal and lower than `b`, and d_z = mean(d) / sd(d).

    d_z (Cohen, 1988) has no unit. Where every difference is the same it is infinite with the sign
    of the difference, or NaN if that is 0; below two articles it is NaN.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if first.shape != second.shape or np.isnan(first).any() or np.isnan(second).any():
        raise ValueError(f"need pairs of defined scores, got {first.shape} and {second.shape}")
    difference = first - second
    slack = _TIE * np.maximum(np.abs(first), np.abs(second)).max(initial=0.0)
    wins = int((difference > slack).sum())
    losses = int((difference < -slack).sum())
    return wins, len(difference) - wins - losses, losses, _d_z(difference, float(slack))


def _d_z(difference: Floats, slack: float) -> float:
    if len(difference) < 2:
        return nan
    mean = float(difference.mean())
    if float(np.ptp(difference)) > slack:
        return mean / float(difference.std(ddof=1))
    return nan if abs(mean) <= slack else inf if mean > 0 else -inf
