"""The sign-flip test of paired scores: is a mean difference more than chance? Nothing is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import normal_cdf

Floats = NDArray[np.float64]

EXACT = 20
"""Up to so many differences all 2^20 flips are counted: pairs of 2^10 sums of halves, 0.1 ms."""
FEW_SIZES = 12
"""Up to so many sizes of differences, as of ratings and flags, their different sums are counted."""

_BLOCK = 2**18  # differences looked at together: 2 MB, which stay in the cache
_MOST_SUMS = 2**20  # of one group and those before it: 8 MB; ratings of 100 articles need 2^12
_DOMINANT = 0.2  # of the variance in one article: from there on the tail errs by more than 1 %
_SIGNED = 8  # the largest differences of such a pair, whose 2^8 signs are told apart
_TIE = 1e-12  # a sum that differs by less, as a share of the largest score an article, is a tie
_PRECISION = 1e-10  # of the saddlepoint
_STEPS = 100  # of Newton's method: 3 to 8 are needed, and 40 where p is nearly 2 / 2^n
_CENTRE = 1e-3  # standard errors from 0 to which the tail is the normal's, but for rounding


def sign_flip(differences: Floats, largest: Floats | float | None = None) -> Floats:
    """Two-sided p (m,) of the mean of each column of differences (n articles, m pairs) being 0.

    The permutation test of paired scores, also called approximate randomisation (Fisher, 1935;
    Noreen, 1989): the share of all 2^n flips of signs whose sum is at least as far from 0. Flips
    are counted if there are few differences other than 0, or few sizes of them; otherwise the share
    is read off the saddlepoint approximation of their sum (Robinson, 1982), whose error is up to
    3 % of p with 21 articles, and less with more. `largest` is the size of each pair's largest
    score: rounding in it is a tie.

    Raises:
        ValueError: there is no article, or a difference is not finite.
    """
    table = np.asarray(differences, dtype=float)
    if table.ndim != 2 or not len(table) or not np.isfinite(table).all():
        raise ValueError(f"need finite differences (articles, pairs), got shape {table.shape}")
    p = np.ones(table.shape[1])
    scale = np.abs(table).max(axis=0) if largest is None else np.broadcast_to(largest, p.shape)
    width = max(1, _BLOCK // len(table))
    for start in range(0, len(p), width):
        block = slice(start, start + width)
        p[block] = _test_rows(np.ascontiguousarray(table[:, block].T), _TIE * scale[block])
    return p


def _test_rows(rows: Floats, tolerance: Floats) -> Floats:
    """p of each row of differences (m, n); none is below that of flips with equal signs."""
    sizes = -np.sort(-np.abs(rows), axis=1)
    sizes[sizes <= tolerance[:, None]] = 0.0
    observed = np.abs(rows.sum(axis=1)) - tolerance * rows.shape[1]
    p = np.ones(len(sizes))
    counts = np.count_nonzero(sizes, axis=1)
    is_new = sizes[:, :-1] - sizes[:, 1:] > tolerance[:, None]
    few_sizes = np.count_nonzero(is_new, axis=1) <= FEW_SIZES
    is_dominated = sizes[:, 0] ** 2 > _DOMINANT * (sizes**2).sum(axis=1)
    smooth = []
    for i in np.flatnonzero(observed > 0).tolist():
        row = sizes[i, : counts[i]]
        share = None
        if counts[i] <= EXACT:
            share = _count_flips(row, observed[i])
        elif few_sizes[i]:
            share = _count_sums(row, observed[i], tolerance[i])
        if share is None and is_dominated[i]:
            share = _approximate_dominated(row, observed[i])
        if share is None:
            smooth.append(i)
        else:
            p[i] = 2 * share
    if smooth:
        p[smooth] = 2 * approximate_tails(sizes[smooth], observed[smooth])
    least = np.maximum(2.0 ** np.minimum(1 - counts, 0), np.finfo(float).tiny)
    return np.clip(p, least, 1.0)


def _count_flips(sizes: Floats, observed: float) -> float:
    """The exact share of sums that reach it, from those of two halves (Horowitz & Sahni, 1974)."""
    first, second = (_list_sums(sizes[start::2]) for start in (0, 1))
    second.sort()
    below = np.searchsorted(second, observed - first)
    return float(first.size * second.size - below.sum()) / float(2 ** len(sizes))


def _list_sums(sizes: Floats) -> Floats:
    """The sum of the sizes with each combination of signs."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums - size, sums + size])
    return sums


def _count_sums(sizes: Floats, observed: float, tolerance: float) -> float | None:
    """The exact share where few sums differ; None if they are too many."""
    starts = np.flatnonzero(np.diff(sizes, prepend=np.inf) < -tolerance)
    sums, shares = np.zeros(1), np.ones(1)
    for start, count in zip(starts, np.diff(starts, append=len(sizes)).tolist(), strict=True):
        if len(sums) * (count + 1) > _MOST_SUMS:
            return None
        step = sizes[start] * np.arange(-count, count + 1, 2)
        together = (sums[:, None] + step).ravel()
        weights = (shares[:, None] * _binomial(count)).ravel()
        order = np.argsort(together)
        is_new = np.diff(together[order], prepend=-np.inf) > tolerance * len(sizes)
        sums = together[order][is_new]
        shares = np.add.reduceat(weights[order], np.flatnonzero(is_new))
    return float(shares[sums >= observed].sum())


def _binomial(count: int) -> Floats:
    """The chance of each number of heads of so many coins: (count + 1,)."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    return np.asarray(np.exp(logs[-1] - logs - logs[::-1] - count * np.log(2)))


def _approximate_dominated(sizes: Floats, observed: float) -> float:
    """The tail where few articles make up the sum: the mean over the signs of the largest."""
    needed = observed - _list_sums(sizes[:_SIGNED])
    rest = sizes[_SIGNED:]
    tails = approximate_tails(np.broadcast_to(rest, (len(needed), len(rest))), np.abs(needed))
    return float(np.where(needed > 0, tails, 1 - tails).mean())


def approximate_tails(sizes: Floats, observed: Floats) -> Floats:
    """The share of flips of each row (m, n) whose sum reaches the observed one (m,), 0 or more.

    The saddlepoint approximation of the tail (Robinson, 1982) in the form of Barndorff-Nielsen
    (1986): that of a normal at r + log(u / r) / r. The cumulants of a sum of signed sizes are
    those of K(theta) = sum log cosh(theta size).
    """
    scale = np.sqrt((sizes**2).sum(axis=1))
    units, s = sizes / scale[:, None], observed / scale
    tails = np.zeros(len(s))
    reached = s < units.sum(axis=1) * (1 - 1e-9)  # no flip has a larger sum than this
    units, s = units[reached], s[reached]
    theta = _solve_saddlepoint(units, s)
    x = theta[:, None] * units
    cumulant = (x + np.log1p(np.exp(-2 * x))).sum(axis=1) - np.log(2) * units.shape[1]
    r = np.sqrt(2 * np.maximum(theta * s - cumulant, 0))
    u = theta * np.sqrt((units**2 / np.cosh(np.minimum(x, 300)) ** 2).sum(axis=1))
    far = (r > _CENTRE) & (u > 0)
    r[far] += np.log(u[far] / r[far]) / r[far]
    tails[reached] = normal_cdf(-r)
    return tails


def _solve_saddlepoint(units: Floats, s: Floats) -> Floats:
    """The theta (m,) with K'(theta) = s, by Newton's method.

    K' is concave and below theta, so that theta rises from s to the solution without overshooting.
    """
    theta = s.copy()
    active = np.flatnonzero(s > 0)
    for _ in range(_STEPS):
        rows = units[active]
        t = np.tanh(theta[active, None] * rows)
        slope = (rows**2 * (1 - t**2)).sum(axis=1)
        step = (s[active] - (rows * t).sum(axis=1)) / np.maximum(slope, np.finfo(float).tiny)
        theta[active] += step
        active = active[step > _PRECISION * theta[active]]
        if not len(active):
            break
    return theta
