"""`python -m tests.simulation.metaeval`: do the intervals of correlations hold the true ones?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.intervals import Resample, get_interval_levels
from summbench.stats.correlation import Correlations, correlate, correlate_separately
from summbench.stats.preference import percentile_interval
from summbench.stats.weighted import Draws, resample_both
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = ((8, 50), (16, 100), (46, 95))
"""Systems and articles: a small study, SummEval's, and the largest public set's."""
OF_SYSTEMS, OF_ARTICLES, OF_REST = 0.6, 0.3, 0.4
"""How metric and people correlate in what systems, articles and single summaries add."""
_SPREAD = np.array([0.3, 1.0, 1.0])  # of what systems, articles and single summaries add
_NEW = 2_000
_WAYS: dict[Resample, Callable[[Floats, Floats, Draws], Correlations]] = {
    "level": correlate_separately,
    "both": correlate,
}
_SHOWN = (
    ("system r", 0, 0),
    ("system tau-b", 0, 2),
    ("summary r", 1, 0),
    ("summary tau-b", 1, 2),
    ("within systems r", 3, 0),
)


def system_truth(articles: int) -> float:
    """Pearson's r of the means of infinitely many systems on as many articles."""
    s, _, e = _SPREAD**2
    return float((OF_SYSTEMS * s + OF_REST * e / articles) / (s + e / articles))


def within_truth() -> float:
    """Pearson's r within systems on infinitely many articles."""
    _, a, e = _SPREAD**2
    return float((OF_ARTICLES * a + OF_REST * e) / (a + e))


def study(systems: int, articles: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Metric and human scores (N, M): sums of normal parts; and the systems' own parts (2, N)."""
    shapes = ((systems, 1), (1, articles), (systems, articles))
    parts = [
        _pairs(spread, rho, shape, rng)
        for spread, rho, shape in zip(
            _SPREAD, (OF_SYSTEMS, OF_ARTICLES, OF_REST), shapes, strict=True
        )
    ]
    x, z = (sum(part[side] for part in parts) for side in (0, 1))
    return np.asarray(x), np.asarray(z), parts[0][:, :, 0]


def _pairs(spread: float, rho: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    own = rng.normal(size=(2, *shape))
    return np.asarray(spread * np.stack([own[0], rho * own[0] + np.sqrt(1 - rho**2) * own[1]]))


def targets(articles: int, of_systems: Floats, rng: np.random.Generator) -> list[float]:
    """Of `_SHOWN`: of all systems on as many articles; of these systems on 2,000 new articles.

    tau of normal scores is 2 asin(r) / pi (Kruskal, 1958). What articles add does not change a
    correlation over systems on one of them, so the new ones go without.
    """
    r = system_truth(articles)
    x, z = of_systems[:, :, None] + _pairs(1.0, OF_REST, (of_systems.shape[1], _NEW), rng)
    as_they_are = Draws(np.ones((1, len(x))), np.ones((1, _NEW)))
    summary = correlate(x[None], z[None], as_they_are).values[1, :, 0, 0, 0]
    tau = float(2 / np.pi * np.arcsin(r))
    return [r, tau, float(summary[0]), float(summary[2]), within_truth()]


def coverage(
    systems: int, articles: int, repetitions: int, resamples: int = 500, seed: int = 0
) -> Floats:
    """The share of 95 % intervals that hold the target, by level and by BOTH: (2, 5)."""
    rng = np.random.default_rng(seed)
    held = np.zeros((2, len(_SHOWN)))
    for repetition in range(repetitions):
        x, z, of_systems = study(systems, articles, rng)
        true_values = targets(articles, of_systems, rng)
        draws = resample_both(systems, articles, resamples, repetition)
        for i, (resample, of) in enumerate(_WAYS.items()):
            values = of(x[None], z[None], draws).values
            levels = get_interval_levels(systems, articles, resample)
            for j, (_, level, coefficient) in enumerate(_SHOWN):
                low, high = percentile_interval(values[level, coefficient, 0, 0], levels[level])
                held[i, j] += low <= true_values[j] <= high
    return held / repetitions


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = ("systems", "articles", "resampled", *(name for name, *_ in _SHOWN))
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for systems, articles in SIZES:
        all_shares = coverage(systems, articles, repetitions)
        for name, shares in zip(_WAYS, all_shares, strict=True):
            cells = (f"{share:.3f}" for share in shares)
            yield f"| {systems} | {articles} | {name} | {' | '.join(cells)} |"


def main(repetitions: int = 200) -> None:
    """Print the table as it grows; some minutes."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
