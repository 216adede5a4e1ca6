"""The bootstrap's draws of articles, for numbers whose intervals have no closed form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CHUNK = 2**20  # indices drawn at once: 8 MB, and as much again for the counts


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
