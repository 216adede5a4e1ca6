"""The smallest difference that a number of articles can detect, and the number for a difference."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import normal_cdf, normal_quantile

Floats = NDArray[np.float64]


def minimum_detectable_effect(sd: float, n: int, alpha: float = 0.05, power: float = 0.8) -> float:
    """The true mean difference found with chance `power` on n articles, in the unit of `sd`.

    `sd` is of the paired differences; two-sided at `alpha`, in the normal approximation (Card et
    al., 2020). Twice the `alpha` gives the one-sided test.
    """
    return _z(alpha, power) * sd / sqrt(n)


def sample_size(sd: float, effect: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """The least n at which `effect`, in the unit of `sd`, is detected with chance `power`.

    As `minimum_detectable_effect`, solved for n.

    Raises:
        ValueError: the effect is 0.
    """
    if effect == 0:
        raise ValueError("no number of articles shows an effect of 0; give the least that matters")
    return max(1, ceil((_z(alpha, power) * sd / effect) ** 2))


def power_at(sd: float, n: int, effect: float, alpha: float = 0.05) -> float:
    """The chance to find `effect`, in the unit of `sd`, on n articles (normal approximation)."""
    return float(normal_cdf(abs(effect) * sqrt(n) / sd - normal_quantile(1 - alpha / 2)))


def simulate_power(
    differences: Floats,
    effect: float,
    n: int,
    test: Callable[[Floats], Floats],
    repetitions: int = 1_000,
    seed: int = 0,
    alpha: float = 0.05,
) -> float:
    """The share of `repetitions` in which `test` finds `effect` on n articles at `alpha`.

    Each draws n of the observed differences (any number of them, in the unit of `effect`), shifted
    to have the mean `effect` (Card et al., 2020). `test` takes all at once, (n, repetitions), and
    returns their p (repetitions,), as `sign_flip` does.
    """
    observed = np.asarray(differences, dtype=float)
    shifted = observed - observed.mean() + effect
    drawn = np.random.default_rng(seed).integers(len(shifted), size=(n, repetitions))
    return float((test(shifted[drawn]) <= alpha).mean())


def _z(alpha: float, power: float) -> float:
    return float(normal_quantile(1 - alpha / 2) + normal_quantile(power))
