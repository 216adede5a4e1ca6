"""The jackknife: what a number becomes without each of its units says how uncertain it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def jackknife(whole: float, without: Floats) -> tuple[float, float]:
    """Return the number less its bias, and its standard error, from values without each unit (n,).

    (Quenouille, 1956; Tukey, 1958.)
    """
    n = len(without)
    error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    return n * whole - (n - 1) * float(without.mean()), error
