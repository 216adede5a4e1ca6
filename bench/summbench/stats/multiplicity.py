"""Adjusted p-values when many pairs are compared at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(p: Sequence[float] | Floats) -> Floats:
    """Adjusted p (m,): those <= alpha hold a false one with chance <= alpha (Holm, 1979)."""
    values, order = _ordered(p)
    steps = np.arange(len(values), 0, -1) * values[order]
    return _back(np.maximum.accumulate(steps), order)


def benjamini_hochberg(p: Sequence[float] | Floats) -> Floats:
    """Adjusted p (m,): of those <= alpha an expected share <= alpha is false.

    Holds for independent or positively dependent tests (Benjamini & Hochberg, 1995).
    """
    values, order = _ordered(p)
    steps = values[order] * len(values) / np.arange(1, len(values) + 1)
    return _back(np.minimum.accumulate(steps[::-1])[::-1], order)


def _ordered(p: Sequence[float] | Floats) -> tuple[Floats, NDArray[np.intp]]:
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p-values must be one row of numbers from 0 to 1, got {values!r}")
    return values, np.argsort(values, kind="stable")


def _back(adjusted: Floats, order: NDArray[np.intp]) -> Floats:
    found = np.empty_like(adjusted)
    found[order] = np.minimum(adjusted, 1)
    return found
