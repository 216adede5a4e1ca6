"""How much of a score's variance is between repeats of an article, and not between articles."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Components(NamedTuple):
    """Variances of a single output's score, in the square of its unit; NaN for too few.

    `within` is between repeats of an article, `between` between the articles' expected scores.
    """

    within: float
    between: float

    @property
    def share(self) -> float:
        """The part of the variance that is repeats."""
        total = self.within + self.between
        return self.within / total if total > 0 else nan


class RepeatSums:
    """The sums of a model's scores by article and repeat, added chunk by chunk."""

    def __init__(self, repeats: int) -> None:
        self._n, self._within, self._sum, self._squares = 0, 0.0, 0.0, 0.0
        self._by_repeat = np.zeros(repeats)

    def add(self, table: Floats) -> None:
        """Add (repeats, articles); an article without a score in one of its repeats is left out."""
        table = table[:, ~np.isnan(table).any(axis=0)]
        means = table.mean(axis=0)
        self._n += len(means)
        self._within += float(table.var(axis=0, ddof=1).sum())
        self._sum += float(means.sum())
        self._squares += float((means**2).sum())
        self._by_repeat += table.sum(axis=1)

    def get_spread(self) -> float:
        """The standard deviation, between repeats, of the mean over articles."""
        return float(np.std(self._by_repeat / self._n, ddof=1)) if self._n else nan

    def get_components(self) -> Components:
        """Analysis of variance (Fisher, 1925); a variance between articles is never below 0."""
        if self._n < 2:
            return Components(nan, nan)
        within = self._within / self._n
        of_means = (self._squares - self._sum**2 / self._n) / (self._n - 1)
        return Components(within, max(0.0, of_means - within / len(self._by_repeat)))
