"""`python -m tests.simulation.coverage`: do the intervals and tests keep what they promise?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import skew

from summbench.core.records import Estimate
from summbench.stats.intervals import SMALL, Resamples, bca, student_t
from summbench.stats.multiplicity import holm
from summbench.stats.paired import count_resamples, sign_flip
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (10, 20, 50, 100)
SYSTEMS = 10
CORRELATION = 0.64
"""Of two systems over articles: the middle of what real CNN/DailyMail systems have."""


def populations(size: int = 200_000, seed: int = 0) -> Mapping[str, Floats]:
    """Scores (size,) from 0 to 1 of articles: mixtures of beta distributions and one value."""
    rng = np.random.default_rng(seed)

    def mixture(a: float, b: float, value: float, share: float) -> Floats:
        return np.where(rng.random(size) < share, value, rng.beta(a, b, size))

    return {
        "ROUGE-1, few zeros": mixture(4.0, 6.4, 0.0, 0.01),
        "ROUGE-2, many zeros": mixture(1.8, 9.0, 0.0, 0.12),
        "rating at the ceiling": mixture(3.0, 1.6, 1.0, 0.82),
    }


def samples(population: Floats, n: int, repetitions: int, seed: int) -> Floats:
    """Drawn test sets (n, repetitions)."""
    return np.random.default_rng(seed).choice(population, size=(n, repetitions))


def equal_systems(population: Floats, n: int, systems: int, repetitions: int, seed: int) -> Floats:
    """Scores (n, repetitions, systems) of one distribution, correlated as real systems are.

    A Gaussian copula: what is easy for one system is easy for the others.
    """
    rng = np.random.default_rng(seed)
    article = rng.normal(size=(n, repetitions, 1))
    own = rng.normal(size=(n, repetitions, systems))
    level = ndtr(np.sqrt(CORRELATION) * article + np.sqrt(1 - CORRELATION) * own)
    ordered = np.sort(population)
    return np.asarray(ordered[(level * len(ordered)).astype(int)])


def type_one_error(population: Floats, n: int, repetitions: int, seed: int = 1) -> float:
    """How often `sign_flip` at .05 finds a difference of two equal systems."""
    scores = equal_systems(population, n, 2, repetitions, seed)
    return float((sign_flip(scores[:, :, 0] - scores[:, :, 1], seed=seed) <= 0.05).mean())


def error_of_skewed(population: Floats, n: int, repetitions: int, seed: int = 1) -> float:
    """The same for differences as skewed as the population, of which only the mean is 0.

    Harsher than life: the test's null hypothesis, a symmetric difference, does not hold for them.
    """
    drawn = samples(population, n, repetitions, seed) - population.mean()
    return float((sign_flip(drawn, seed=seed) <= 0.05).mean())


def coverages(population: Floats, n: int, repetitions: int, seed: int = 2) -> tuple[float, float]:
    """The share of 95 % intervals, of Student's t and of BCa, that hold the population's mean."""
    drawn = samples(population, n, repetitions, seed)
    centre = float(population.mean())

    def share(intervals: Sequence[Estimate]) -> float:
        return sum(e.low <= centre <= e.high for e in intervals) / len(intervals)

    t = [student_t(column.tolist()) for column in drawn.T]
    return share(t), share(bca(drawn, Resamples(n, seed=seed)))


def false_winners(population: Floats, n: int, repetitions: int, seed: int = 3) -> float:
    """How often any of 10 equal systems is better than another at .05 after Holm."""
    first, second = np.triu_indices(SYSTEMS, 1)
    false, start = 0, 0
    while start < repetitions:
        batch = min(40, repetitions - start)
        scores = equal_systems(population, n, SYSTEMS, batch, seed + start)
        pairs = scores[:, :, first] - scores[:, :, second]
        p = sign_flip(pairs.reshape(n, -1), count_resamples(len(first)), seed=seed + start)
        false += sum(bool((holm(row) <= 0.05).any()) for row in p.reshape(batch, -1))
        start += batch
    return false / repetitions


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = (
        "population", "skew", "n", "type-I error", "the same, skewed differences", "t", "BCa",
        "summbench", "any false winner",
    )  # fmt: skip
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for name, population in populations().items():
        for n in SIZES:
            error = type_one_error(population, n, repetitions)
            skewed = error_of_skewed(population, n, repetitions)
            t, by_bootstrap = coverages(population, n, repetitions)
            false = false_winners(population, n, repetitions)
            ours = t if n < SMALL else by_bootstrap
            yield (
                f"| {name} | {skew(population):.1f} | {n} | {error:.3f} | {skewed:.3f} | {t:.3f} | "
                f"{by_bootstrap:.3f} | {ours:.3f} | {false:.3f} |"
            )


def main(repetitions: int = 2_000) -> None:
    """Print the table as it grows; some minutes."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
