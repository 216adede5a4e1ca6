"""`python -m tests.simulation.repeats`: intervals and variances of models that are repeated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from summbench.stats.intervals import estimate_columns
from summbench.stats.repeats import RepeatSums
from summbench.stats.sign_flips import sign_flip
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (20, 50, 200)
REPEATS = (2, 5)
BETWEEN = 0.08**2
"""The variance of articles' expected scores; that of repeats is a share of the sum."""
SHARES = (0.1, 0.5, 0.9)


def draw_scores(
    n: int, repeats: int, share: float, repetitions: int, rng: np.random.Generator
) -> Floats:
    """Scores (repeats, n, repetitions): gamma-distributed articles (skew 1), normal repeats."""
    articles = rng.gamma(4.0, np.sqrt(BETWEEN / 4), size=(n, repetitions))
    within = BETWEEN * share / (1 - share)
    noise = rng.standard_normal((repeats, n, repetitions))
    return np.asarray(articles + np.sqrt(within) * noise)


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = (
        "share of repeats", "repeats", "n", "mean held", "repeats as articles", "type-I error",
        "estimated share",
    )  # fmt: skip
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    centre = 4 * np.sqrt(BETWEEN / 4)
    for share in SHARES:
        for repeats in REPEATS:
            for n in SIZES:
                rng = np.random.default_rng(21)
                first, second = (draw_scores(n, repeats, share, repetitions, rng) for _ in range(2))
                means = first.mean(axis=0)
                nested = estimate_columns(enumerate(means.T)).values()
                flat = first.reshape(repeats * n, -1)
                pooled = estimate_columns(enumerate(flat.T)).values()
                held, naive = (
                    sum(e.low <= centre <= e.high for e in intervals) / repetitions
                    for intervals in (nested, pooled)
                )
                error = float((sign_flip(means - second.mean(axis=0)) <= 0.05).mean())
                shares = [_estimate_share(first[:, :, i]) for i in range(repetitions)]
                yield (
                    f"| {share:.0%} | {repeats} | {n} | {held:.3f} | {naive:.3f} | {error:.3f} | "
                    f"{np.median(shares):.0%} |"
                )


def _estimate_share(scores: Floats) -> float:
    sums = RepeatSums(len(scores))
    sums.add(scores)
    return sums.get_components().share


def main(repetitions: int = 10_000) -> None:
    """Print the table as it grows; some minutes."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
