"""The power of a test over articles and raters, from draws of what its variances may turn out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import normal_cdf, t_quantile
from summbench.stats.two_way import combine_squares

Floats = NDArray[np.float64]

DRAWS = 4_096
_SEED = 0
_MOST_STEPS = 60
_PRECISION = 1e-6  # of an effect, as a share of it


class CrossedDesign:
    """All of `raters` rate all of `articles`; two of each are the least.

    `sds` are the standard deviations of paired differences that an article, a rater and a single
    rating add, each normally distributed. The mean of such a table and its three sums of squares
    are independent (Cochran, 1934): the sums are drawn, each a multiple of chi squared, and what
    `estimate_crossed_means` would make of them is computed; of the mean the chance is exact.
    """

    def __init__(self, sds: Sequence[float], raters: int, articles: int, alpha: float = 0.05):
        article, rater, rest = (float(sd) ** 2 for sd in sds)
        r, a = raters, articles
        freedoms = np.array([a - 1, r - 1, (a - 1) * (r - 1)], dtype=float)
        scales = np.array([r * article + rest, a * rater + rest, rest])
        squares = scales[:, None] * _draw_chi_squared(freedoms)
        expected = np.array(
            [
                [r * freedoms[0], 0.0, freedoms[0]],
                [0.0, a * freedoms[1], freedoms[1]],
                [0.0, 0.0, freedoms[2]],
            ]
        )
        shares = np.array([1 / a, 1 / r, 1 / (a * r)])
        variance, freedom = combine_squares(squares, expected, freedoms, shares)
        self._limit = t_quantile(freedom, 1 - alpha / 2) * np.sqrt(variance)
        self._error = float(np.sqrt(shares @ np.array([article, rater, rest])))

    def compute_power(self, effect: float) -> float:
        """Compute the chance that the test finds a mean difference of `effect`."""
        above = normal_cdf((effect - self._limit) / self._error)
        below = normal_cdf((-effect - self._limit) / self._error)
        return float((above + below).mean())

    def find_effect(self, power: float) -> float:
        """Find the least difference that the test finds with chance `power`, to six digits."""
        low, high = 0.0, self._error
        while self.compute_power(high) < power:
            low, high = high, 2 * high
        for _ in range(_MOST_STEPS):
            if high - low <= _PRECISION * high:
                break
            middle = (low + high) / 2
            low, high = (low, middle) if self.compute_power(middle) >= power else (middle, high)
        return high


@cache
def _draw_shares() -> Floats:
    """Points (3, DRAWS), the same in every call, so that sizes are compared on the same luck."""
    from scipy.stats.qmc import Sobol  # noqa: PLC0415 - takes half a second

    return np.asarray(Sobol(3, rng=_SEED).random(DRAWS).T)


def _draw_chi_squared(freedoms: Floats) -> Floats:
    from scipy.special import gammaincinv  # noqa: PLC0415

    return np.asarray(2 * gammaincinv(freedoms[:, None] / 2, _draw_shares()))
