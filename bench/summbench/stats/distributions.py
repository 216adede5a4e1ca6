"""The normal and Student's t distribution, from scipy.

scipy.special is imported when one of them is first asked for: that takes a quarter of a second, for
which the first article of a run need not wait.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def normal_cdf(x: float | Floats) -> Floats:
    """The share of a standard normal below x."""
    from scipy.special import ndtr  # noqa: PLC0415

    return np.asarray(ndtr(np.asarray(x, np.float64)))


def normal_quantile(p: float | Floats) -> Floats:
    """Below which a share p of a standard normal lies."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(ndtri(np.asarray(p, np.float64)))


def t_cdf(freedom: float | Floats, t: float | Floats) -> Floats:
    """The share of Student's t with so many degrees of freedom below t."""
    from scipy.special import stdtr  # noqa: PLC0415

    return np.asarray(stdtr(np.asarray(freedom, np.float64), np.asarray(t, np.float64)))


def t_quantile(freedom: float | Floats, p: float | Floats) -> Floats:
    """Below which a share p of Student's t with so many degrees of freedom lies."""
    from scipy.special import stdtrit  # noqa: PLC0415

    return np.asarray(stdtrit(np.asarray(freedom, np.float64), np.asarray(p, np.float64)))
