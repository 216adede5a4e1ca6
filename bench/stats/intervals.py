"""Intervals of a mean over articles."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from bench.records import Estimate

_NAN = float("nan")


def student_t(values: Sequence[float], level: float = 0.95) -> Estimate:
    """Mean and Student's t interval of the defined values; no interval below two of them."""
    defined = np.asarray(values, dtype=float)
    defined = defined[~np.isnan(defined)]
    n = len(defined)
    if n == 0:
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    mean = float(defined.mean())
    if n == 1:
        return Estimate(mean, _NAN, _NAN, 1, "none")
    half = float(stdtrit(n - 1, (1 + level) / 2) * defined.std(ddof=1) / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n, "student-t")
