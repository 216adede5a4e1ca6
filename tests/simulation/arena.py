"""`python -m tests.simulation.arena`: is a biased judge's board right once people correct it?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.people.contest import Meeting
from summbench.people.corrected_preferences import correct_preferences
from summbench.stats.distributions import t_quantile
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SYSTEMS = ("a", "b", "c")
SCORES = np.array([1.0, 0.5, 0.0])
CHANCES = np.array([[0.55, 0.15, 0.30], [0.65, 0.15, 0.20], [0.45, 0.15, 0.40]])
"""Of a win, a tie and a loss by people, in each pair: rates .625, .725 and .525."""
BIAS = np.array([0.2, 0.2, 0.6])
"""The same of a judge that does not choose as people do: it favours the later name."""


class Coverage(NamedTuple):
    """Shares of intervals that hold people's rate: of pairs corrected, by people alone, by the
    judge alone; of systems corrected; of boards with a wrong rank; by how much intervals shrink."""

    corrected: float
    people: float
    judge: float
    systems: float
    wrong_rank: float
    gain: float


def draw_scores(articles: int, same: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Scores (articles, pairs) by people and by a judge that chooses the same so often.

    Pairs of an article go together: one draw in two is shared.
    """
    shape = (articles, len(CHANCES))
    shared = np.where(rng.random(shape) < 0.5, rng.random((articles, 1)), rng.random(shape))
    cut = CHANCES.cumsum(axis=1)
    human = SCORES[(shared[..., None] > cut[:, :2]).sum(axis=2)]
    own = SCORES[(rng.random(shape)[..., None] > BIAS.cumsum()[:2]).sum(axis=2)]
    return human, np.where(rng.random(shape) < same, human, own)


def cover_corrected(
    n: int, others: int, same: float, repetitions: int, resamples: int = 300
) -> Coverage:
    """The coverage of boards with people's choices on n articles, and the judge's on all."""
    rng = np.random.default_rng(35)
    truth = CHANCES @ SCORES
    pairs = list(combinations(SYSTEMS, 2))
    rates = np.zeros((3, 3))
    for (i, j), rate in zip(combinations(range(3), 2), truth, strict=True):
        rates[i, j], rates[j, i] = rate, 1 - rate
    of_systems = dict(zip(SYSTEMS, rates.sum(axis=1) / 2, strict=True))
    order = sorted(SYSTEMS, key=lambda name: -of_systems[name])
    held, gains = np.zeros(5), []
    for repetition in range(repetitions):
        human, judge = draw_scores(n + others, same, rng)
        result = correct_preferences(
            _to_scores(judge, pairs), _to_scores(human[:n], pairs), SYSTEMS, resamples, repetition
        )
        powered = [rate.powered for rate in result.pairs]
        half = t_quantile(len(judge) - 1, 0.975) * judge.std(axis=0, ddof=1) / len(judge) ** 0.5
        held += (
            np.mean(
                [
                    p.estimate.low <= t <= p.estimate.high
                    for p, t in zip(powered, truth, strict=True)
                ]
            ),
            np.mean(
                [p.rated.low <= t <= p.rated.high for p, t in zip(powered, truth, strict=True)]
            ),
            np.mean(np.abs(judge.mean(axis=0) - truth) <= half),
            np.mean([s.rate.low <= of_systems[s.system] <= s.rate.high for s in result.systems]),
            any(not s.rank_low <= order.index(s.system) + 1 <= s.rank_high for s in result.systems),
        )
        gains.append(np.mean([0.0 if p.reason else p.gain for p in powered]))
    corrected, people, alone, systems, wrong_rank = (held / repetitions).tolist()
    return Coverage(corrected, people, alone, systems, wrong_rank, float(np.mean(gains)))


def _to_scores(table: Floats, pairs: list[tuple[str, str]]) -> dict[Meeting, float]:
    return {
        Meeting(f"{a:05}", *pair): float(table[a, p])
        for a in range(len(table))
        for p, pair in enumerate(pairs)
    }


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = "people's articles | others | same choice | pairs corrected | by people alone"
    yield f"| {names} | by the judge alone | systems corrected | wrong rank | shrinks by |"
    yield "|---" * 9 + "|"
    for n in (20, 50, 100):
        for same in (0.3, 0.6, 0.9):
            *shares, gain = cover_corrected(n, 300, same, repetitions)
            cells = " | ".join(f"{share:.3f}" for share in shares)
            yield f"| {n} | 300 | {same} | {cells} | {gain:.0%} |"


def main(repetitions: int = 2_000) -> None:
    """Print the table as it grows; some minutes."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
