"""`python -m tests.simulation.coverage`: do the intervals and tests keep what they promise?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import skew

from summbench.stats.intervals import bca, estimate_columns, student_t
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (10, 20, 50, 95, 200, 1_000, 11_490)
FEWER_WINNERS_ABOVE = 1_000
"""Of more articles, any false winner is looked for in a fifth of the repetitions: minutes each."""
_BATCH = 2**22  # scores drawn at once: 32 MB
SYSTEMS = 10
CORRELATION = 0.64
"""Of two systems over articles: the middle of what real CNN/DailyMail systems have."""


def populations(size: int = 200_000, seed: int = 0) -> Mapping[str, Floats]:
    """Scores (size,) of articles: mixtures of beta distributions and one value, and skew 1."""
    rng = np.random.default_rng(seed)

    def mixture(a: float, b: float, value: float, share: float) -> Floats:
        return np.where(rng.random(size) < share, value, rng.beta(a, b, size))

    return {
        "ROUGE-1, few zeros": mixture(4.0, 6.4, 0.0, 0.01),
        "ROUGE-2, many zeros": mixture(1.8, 9.0, 0.0, 0.12),
        "gamma": rng.gamma(4.0, 1.0, size) / 20,
        "rating at the ceiling": mixture(3.0, 1.6, 1.0, 0.82),
    }


def batches(n: int, repetitions: int, systems: int = 1) -> Iterator[int]:
    """Repetitions in parts that fit into memory."""
    size = max(1, _BATCH // (n * systems))
    yield from (min(size, repetitions - start) for start in range(0, repetitions, size))


def equal_systems(
    ordered: Floats, n: int, systems: int, repetitions: int, rng: np.random.Generator
) -> Floats:
    """Scores (n, repetitions, systems) of one distribution, correlated as real systems are.

    A Gaussian copula: what is easy for one system is easy for the others. `ordered` is the
    population, sorted.
    """
    article = rng.standard_normal((n, repetitions, 1))
    own = rng.standard_normal((n, repetitions, systems))
    level = ndtr(np.sqrt(CORRELATION) * article + np.sqrt(1 - CORRELATION) * own)
    return np.asarray(ordered[(level * len(ordered)).astype(int)])


def type_one_error(
    population: Floats,
    n: int,
    repetitions: int,
    seed: int = 1,
    test: Callable[[Floats], Floats] = sign_flip,
) -> float:
    """How often the test at .05 finds a difference of two equal systems."""
    rng, ordered, found = np.random.default_rng(seed), np.sort(population), 0
    for batch in batches(n, repetitions, 2):
        scores = equal_systems(ordered, n, 2, batch, rng)
        found += int((test(scores[:, :, 0] - scores[:, :, 1]) <= 0.05).sum())
    return found / repetitions


def error_of_skewed(population: Floats, n: int, repetitions: int, seed: int = 1) -> float:
    """The same for differences as skewed as the population, of which only the mean is 0.

    Harsher than life: the test's null hypothesis, a symmetric difference, does not hold for them.
    """
    rng, found = np.random.default_rng(seed), 0
    for batch in batches(n, repetitions):
        drawn = rng.choice(population, size=(n, batch)) - population.mean()
        found += int((sign_flip(drawn) <= 0.05).sum())
    return found / repetitions


def coverages(population: Floats, n: int, repetitions: int, seed: int = 2) -> tuple[float, ...]:
    """The share of 95 % intervals that hold the population's mean: t, BCa, and summbench's."""
    rng, centre = np.random.default_rng(seed), float(population.mean())
    held = np.zeros(3)
    for batch in batches(n, repetitions):
        drawn = rng.choice(population, size=(n, batch))
        by_t = [student_t(column) for column in drawn.T]
        chosen = estimate_columns(enumerate(drawn.T)).values()
        for i, intervals in enumerate((by_t, bca(drawn), chosen)):
            held[i] += sum(e.low <= centre <= e.high for e in intervals)
    return tuple((held / repetitions).tolist())


def false_winners(population: Floats, n: int, repetitions: int, seed: int = 3) -> float:
    """How often any of 10 equal systems is better than another at .05 after Holm."""
    first, second = np.triu_indices(SYSTEMS, 1)
    rng, ordered, false = np.random.default_rng(seed), np.sort(population), 0
    for batch in batches(n, repetitions, len(first)):
        scores = equal_systems(ordered, n, SYSTEMS, batch, rng)
        pairs = scores[:, :, first] - scores[:, :, second]
        p = sign_flip(pairs.reshape(n, -1)).reshape(batch, -1)
        false += sum(bool((holm(row) <= 0.05).any()) for row in p)
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
            t, by_bca, ours = coverages(population, n, repetitions)
            fewer = 5 if n > FEWER_WINNERS_ABOVE else 1
            winners = false_winners(population, n, repetitions // fewer)
            yield (
                f"| {name} | {skew(population):.1f} | {n:,} | {error:.3f} | {skewed:.3f} | "
                f"{t:.3f} | {by_bca:.3f} | {ours:.3f} | {winners:.3f} |"
            )


def main(repetitions: int = 10_000) -> None:
    """Print the table as it grows; about an hour at most."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
