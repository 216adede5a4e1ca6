"""`python -m tests.simulation.gate`: how often does the gate say what is true?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from summbench.gate.differences import bound_above
from summbench.gate.records import Verdict
from summbench.gate.verdict import decide
from summbench.stats.intervals import bca
from summbench.stats.sign_flips import sign_flip
from tests.simulation.coverage import populations
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (50, 100, 250, 566, 1000)
MARGIN = 0.01
LOSSES = {"none": 0.0, "the margin": MARGIN, "twice the margin": 2 * MARGIN, "a gain": -2 * MARGIN}
SPREAD = 0.095
"""The sd of a ROUGE-2 difference of two systems on one article; a point is 0.01."""


def population(seed: int = 0) -> Floats:
    """Differences with mean 0, sd 0.095 and the skew of ROUGE-2: many zeros against few."""
    rouge_1, rouge_2, *_ = populations(seed=seed).values()
    raw = rouge_2 - rouge_1 / 2
    return np.asarray((raw - raw.mean()) / raw.std() * SPREAD)


def differences(
    pool: Floats, n: int, loss: float, changed: float, repetitions: int, seed: int
) -> Floats:
    """Test sets (n, repetitions) in which that share of the outputs changed, mean -loss."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(pool, size=(n, repetitions)) - loss / changed
    return np.where(rng.random(drawn.shape) < changed, drawn, 0.0)


def verdicts(
    pool: Floats, n: int, loss: float, changed: float, repetitions: int, seed: int = 5
) -> Mapping[Verdict, float]:
    """The share of each verdict."""
    drawn = differences(pool, n, loss, changed, repetitions, seed)
    estimates = bca(drawn, level=0.9)
    tests = zip(estimates, sign_flip(drawn).tolist(), bound_above(drawn, 1).tolist(), strict=True)
    counts = Counter(decide(d, MARGIN, p, bound) for d, p, bound in tests)
    return {verdict: count / repetitions for verdict, count in counts.items()}


def bound_errors(pool: Floats, n: int, changed: float, repetitions: int) -> tuple[float, float]:
    """Without a loss, how often the lower bound is above 0 and the upper one below; .05 each."""
    drawn = differences(pool, n, 0.0, changed, repetitions, seed=6)
    estimates = bca(drawn, level=0.9)
    return (
        sum(difference.low > 0 for difference in estimates) / repetitions,
        sum(difference.high < 0 for difference in estimates) / repetitions,
    )


def approximate_power(n: int, loss: float, changed: float) -> float:
    """The chance of `regressed` if means were normal: below -margin, and significantly below 0."""
    variance = changed * (SPREAD**2 + (loss / changed) ** 2) - loss**2
    error = float(np.sqrt(variance / n))
    return float(ndtr((loss - max(MARGIN, float(ndtri(0.975)) * error)) / error))


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    shown: tuple[Verdict, ...] = ("regressed", "inconclusive", "pass", "improved")
    names = "outputs changed", "n", "true loss", *shown, "regressed, normal approximation"
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    pool = population()
    for changed in (1.0, 0.2):
        for n in SIZES:
            for name, loss in LOSSES.items():
                shares_by_verdict = verdicts(pool, n, loss, changed, repetitions)
                shares = " | ".join(
                    f"{shares_by_verdict.get(verdict, 0.0):.3f}" for verdict in shown
                )
                stated = approximate_power(n, loss, changed)
                yield f"| {changed:.0%} | {n:,} | {name} | {shares} | {stated:.3f} |"


def table_of_bounds(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: what few changed outputs do to the bounds."""
    yield "| n | outputs changed | lower bound above 0 | upper bound below 0 |"
    yield "|---|---|---|---|"
    pool = population()
    for n, changed in ((50, 0.1), (50, 0.2), (100, 0.2), (250, 0.2), (50, 1.0)):
        low, high = bound_errors(pool, n, changed, repetitions)
        yield f"| {n} | about {n * changed:.0f} | {low:.3f} | {high:.3f} |"


def main(repetitions: int = 10_000) -> None:
    """Print both tables as they grow; some minutes."""
    show(chain(table(repetitions), [""], table_of_bounds(repetitions)), repetitions)


if __name__ == "__main__":
    main()
