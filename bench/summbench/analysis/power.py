"""How many articles a difference needs: from the spread of paired differences that were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import ALPHA
from summbench.stats.paired import sign_flip
from summbench.stats.power import (
    minimum_detectable_effect,
    power_at,
    sample_size,
    simulate_power,
)

Floats = NDArray[np.float64]

SIZES = (20, 50, 100, 250, 500, 1_000, 2_500, 11_490)
"""Numbers of articles to choose from; the last is CNN/DailyMail's test set."""
_NOISY = 0.9
_MOST_SIMULATED = 20_000
_FLIPS = 999


@dataclass(frozen=True, slots=True)
class Plan:
    """What a test set of n articles can show of `effect`, two-sided at 5 % for one pair of models.

    `sd` is the standard deviation of the paired differences (the median pair's), `noisy` that of
    the pair which nine in ten don't exceed. `needed` are the articles that show `effect` with
    `power`, for either; `rows` have n, the minimum detectable effect and the power at `effect`.
    `simulated` is the power of the sign-flip test itself on the needed articles, if asked for.
    """

    effect: float
    power: float
    pairs: int
    sd: float
    noisy: float
    needed: tuple[int, int]
    rows: Sequence[tuple[int, float, float]]
    simulated: float | None = None


def plan(sds: Sequence[float], effect: float, power: float = 0.8) -> Plan:
    """In the unit of `sds`, one for each pair of models that was seen."""
    if not 0 < power < 1:
        raise SummbenchError(f"--power {power} is not between 0 and 1; 0.8 is usual.")
    if not 0 < effect < 1:
        raise SummbenchError(f"--effect {effect} is not between 0 and 1; one point is 0.01.")
    if not sds or not all(sd > 0 for sd in sds):
        raise SummbenchError(
            "The differences have no spread, so any number of articles shows them."
        )
    sd, noisy = (float(np.quantile(sds, q)) for q in (0.5, _NOISY))
    needed = tuple(sample_size(each, effect, ALPHA, power) for each in (sd, noisy))
    rows = [
        (n, minimum_detectable_effect(sd, n, ALPHA, power), power_at(sd, n, effect, ALPHA))
        for n in SIZES
    ]
    return Plan(effect, power, len(sds), sd, noisy, (needed[0], needed[1]), rows)


def differences(scores: Mapping[str, Sequence[float]]) -> list[Floats]:
    """Of each pair of models that differ anywhere, on the articles where both have a score."""
    found = []
    for a, b in combinations(scores.values(), 2):
        d = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
        d = d[~np.isnan(d)]
        if len(d) > 1 and np.ptp(d) > 0:
            found.append(d)
    return found


def simulated(
    pairs: Sequence[Floats], plan: Plan, repetitions: int = 1_000, seed: int = 0
) -> float:
    """The sign-flip test's power on `needed` articles, drawn from the pair of median spread."""
    n = plan.needed[0]
    if n > _MOST_SIMULATED:
        raise SummbenchError(
            f"{n:,} articles are too many to simulate (at most {_MOST_SIMULATED:,}); the normal "
            "approximation is exact enough there."
        )
    typical = sorted(pairs, key=lambda d: abs(float(d.std(ddof=1)) - plan.sd))[0]

    def test(drawn: Floats) -> Floats:
        return sign_flip(drawn, _FLIPS, seed)

    return simulate_power(typical, plan.effect, n, test, repetitions, seed, ALPHA)
