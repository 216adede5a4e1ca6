"""`python -m tests.simulation.trust`: do the intervals of correlations hold the true ones?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.stats.correlation import correlations
from bench.stats.preference import interval
from bench.stats.weighted import Draws, both

Floats = NDArray[np.float64]

SIZES = ((8, 50), (16, 100), (46, 95))
"""Systems and articles: a small study, SummEval's, and the largest public set's."""
OF_SYSTEMS, OF_ARTICLES, OF_REST = 0.6, 0.3, 0.4
"""How metric and people correlate in what systems, articles and single summaries add."""
_SPREAD = np.array([0.3, 1.0, 1.0])  # of what systems, articles and single summaries add
_SHOWN = (
    ("system r", 0, 0),
    ("system tau-b", 0, 2),
    ("summary r", 1, 0),
    ("summary tau-b", 1, 2),
    ("within systems r", 3, 0),
)


class Truth(NamedTuple):
    """Pearson's r of infinitely many systems, on as many articles as there are, and on all."""

    system: float
    system_on_all: float
    summary: float
    within: float


def truth(articles: int) -> Truth:
    """From the variances of the parts."""
    s, a, e = _SPREAD**2
    rho_s, rho_a, rho_e = OF_SYSTEMS, OF_ARTICLES, OF_REST
    return Truth(
        system=float((rho_s * s + rho_e * e / articles) / (s + e / articles)),
        system_on_all=rho_s,
        summary=float((rho_s * s + rho_e * e) / (s + e)),
        within=float((rho_a * a + rho_e * e) / (a + e)),
    )


def study(systems: int, articles: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Metric and human scores (N, M): sums of normal parts that correlate between the two."""
    shapes = ((systems, 1), (1, articles), (systems, articles))
    x, z = np.zeros((systems, articles)), np.zeros((systems, articles))
    for spread, rho, shape in zip(_SPREAD, (OF_SYSTEMS, OF_ARTICLES, OF_REST), shapes, strict=True):
        own = rng.normal(size=(2, *shape))
        x += spread * own[0]
        z += spread * (rho * own[0] + np.sqrt(1 - rho**2) * own[1])
    return x, z


def targets(articles: int) -> list[float]:
    """Of `_SHOWN`; tau of normal scores is 2 asin(r) / pi (Kruskal, 1958)."""
    true = truth(articles)
    of_level = {0: true.system, 1: true.summary, 3: true.within}
    return [
        float(2 / np.pi * np.arcsin(of_level[level])) if which == 2 else of_level[level]
        for _, level, which in _SHOWN
    ]


def coverage(
    systems: int, articles: int, repetitions: int, resamples: int = 500, seed: int = 0
) -> Floats:
    """The share of 95 % intervals that hold the target, by BOTH and by articles alone: (2, 5)."""
    rng = np.random.default_rng(seed)
    held = np.zeros((2, len(_SHOWN)))
    wanted = targets(articles)
    for repetition in range(repetitions):
        x, z = study(systems, articles, rng)
        draws = both(systems, articles, resamples, repetition)
        alone = Draws(np.ones_like(draws.systems), draws.documents)
        for i, drawn in enumerate((draws, alone)):
            values = correlations(x[None], z[None], drawn).values
            for j, (_, level, which) in enumerate(_SHOWN):
                low, high = interval(values[level, which, 0, 0])
                held[i, j] += low <= wanted[j] <= high
    return held / repetitions


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = ("systems", "articles", "resampled", *(name for name, *_ in _SHOWN))
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for systems, articles in SIZES:
        found = coverage(systems, articles, repetitions)
        for name, shares in zip(("both", "articles alone"), found, strict=True):
            cells = (f"{share:.3f}" for share in shares)
            yield f"| {systems} | {articles} | {name} | {' | '.join(cells)} |"


def main(repetitions: int = 200) -> None:
    """Print the table as it grows; some minutes."""
    began = perf_counter()
    for line in table(repetitions):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{repetitions:,} repetitions, {perf_counter() - began:.0f} s.\n")


if __name__ == "__main__":
    main()
