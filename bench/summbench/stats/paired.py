"""Two systems on the same articles: wins, ties and losses, and the size of their difference."""

from __future__ import annotations

from math import inf, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TIE = 1e-12  # a difference that is less, as a share of the largest score, is a tie


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
