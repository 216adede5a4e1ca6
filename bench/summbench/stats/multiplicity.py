"""Adjusted p-values when many pairs are compared at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(p: Sequence[float] | Floats) -> Floats:
    """Adjusted p (m,): the chance of any false one among those <= alpha is <= alpha (Holm, 1979).

    Raises:
        ValueError: a p is not from 0 to 1.
    """
    values, order = _sort(p)
    steps = np.arange(len(values), 0, -1) * values[order]
    return _unsort(np.maximum.accumulate(steps), order)


def benjamini_hochberg(p: Sequence[float] | Floats) -> Floats:
    """Adjusted p (m,): of those <= alpha an expected share <= alpha is false.

    Holds for independent or positively dependent tests (Benjamini & Hochberg, 1995).

    Raises:
        ValueError: a p is not from 0 to 1.
    """
    values, order = _sort(p)
    steps = values[order] * len(values) / np.arange(1, len(values) + 1)
    return _unsort(np.minimum.accumulate(steps[::-1])[::-1], order)


def _sort(p: Sequence[float] | Floats) -> tuple[Floats, NDArray[np.intp]]:
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p-values must be one row of numbers from 0 to 1, got {values!r}")
    return values, np.argsort(values, kind="stable")


def _unsort(adjusted: Floats, order: NDArray[np.intp]) -> Floats:
    unsorted = np.empty_like(adjusted)
    unsorted[order] = np.minimum(adjusted, 1)
    return unsorted
