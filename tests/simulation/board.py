"""`python -m tests.simulation.board`: does the board over several datasets keep its promises?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip
from summbench.stats.stratified import estimate_macro_means, flip_within
from tests.simulation.coverage import SYSTEMS, equal_systems, populations
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (20, 50, 100, 200, 500)
"""Articles of the five datasets."""
_BATCH = 2**22  # scores drawn at once: 32 MB
_FAR = 2.5


def list_boards() -> Mapping[str, Sequence[Floats]]:
    """The populations of the five datasets' scores, each sorted."""
    rouge_1, rouge_2, gamma, ceiling = (np.sort(scores) for scores in populations().values())
    return {
        "ROUGE-2, many zeros": [rouge_2] * 5,
        "the smallest most skewed": [gamma, rouge_2, rouge_2, rouge_1, rouge_1],
        "the largest most skewed": [rouge_1, rouge_1, rouge_2, rouge_2, gamma],
        "ratings at the ceiling": [ceiling] * 5,
    }


def batches(repetitions: int, columns: int) -> Iterator[int]:
    """Repetitions in parts that fit into memory."""
    size = max(1, _BATCH // (sum(SIZES) * columns))
    yield from (min(size, repetitions - start) for start in range(0, repetitions, size))


def draw_board(
    board: Sequence[Floats], systems: int, repetitions: int, rng: np.random.Generator
) -> list[Floats]:
    """Scores (n, repetitions, systems) of equal systems on each dataset."""
    return [
        equal_systems(population, n, systems, repetitions, rng)
        for population, n in zip(board, SIZES, strict=True)
    ]


def type_one_error(board: Sequence[Floats], repetitions: int, seed: int = 11) -> float:
    """How often the test at .05 finds a macro difference of two equal systems."""
    rng, false = np.random.default_rng(seed), 0
    for batch in batches(repetitions, 2):
        scores = draw_board(board, 2, batch, rng)
        false += int((flip_within([s[:, :, 0] - s[:, :, 1] for s in scores]) <= 0.05).sum())
    return false / repetitions


def false_winners(board: Sequence[Floats], repetitions: int, seed: int = 12) -> float:
    """How often any of 10 equal systems is better than another at .05 after Holm.

    That is where the least p of the 45 pairs is at most .05 / 45. The test is run where a pair's
    difference is more than `_FAR` standard errors from 0; nearer ones have p of .01 and more.
    """
    first, second = np.triu_indices(SYSTEMS, 1)
    rng, false = np.random.default_rng(seed), 0
    for batch in batches(repetitions, len(first)):
        scores = draw_board(board, SYSTEMS, batch, rng)
        pairs = [(s[:, :, first] - s[:, :, second]).reshape(len(s), -1) for s in scores]
        error = np.sqrt(sum((d**2).sum(axis=0) / len(d) ** 2 for d in pairs))
        is_far = np.abs(sum(d.mean(axis=0) for d in pairs)) > _FAR * error
        p = np.ones(len(is_far))
        p[is_far] = flip_within([d[:, is_far] for d in pairs])
        false += int((p.reshape(batch, -1).min(axis=1) <= 0.05 / len(first)).sum())
    return false / repetitions


def coverages(board: Sequence[Floats], repetitions: int, seed: int = 13) -> tuple[float, ...]:
    """The share of intervals that hold the macro mean, and a difference; each also without the 20.

    Without the 20: the four datasets of 50 articles and more. The true difference is 0.
    """
    rng, held = np.random.default_rng(seed), np.zeros(4)
    centres = [float(population.mean()) for population in board]
    for batch in batches(repetitions, 2):
        scores = draw_board(board, 2, batch, rng)
        own = [s[:, :, 0] for s in scores]
        differences = [s[:, :, 0] - s[:, :, 1] for s in scores]
        targets = (float(np.mean(centres)), float(np.mean(centres[1:])), 0.0, 0.0)
        columns = (own, own[1:], differences, differences[1:])
        for i, (target, tables) in enumerate(zip(targets, columns, strict=True)):
            held[i] += sum(e.low <= target <= e.high for e in estimate_macro_means(tables))
    return tuple((held / repetitions).tolist())


def error_for_other_datasets(
    systems: int, datasets: int, skewed: bool, repetitions: int, seed: int = 14
) -> float:
    """How often equal systems are told apart for other datasets, at .05 after Holm.

    On each dataset a system is better or worse by chance: normal, or exponential less 1, which
    makes what a system has on most datasets differ from what it has on average.
    """
    rng = np.random.default_rng(seed)
    shape = (datasets, repetitions, systems)
    effects = rng.exponential(size=shape) - 1 if skewed else rng.standard_normal(shape)
    first, second = np.triu_indices(systems, 1)
    pairs = (effects[:, :, first] - effects[:, :, second]).reshape(datasets, -1)
    p = sign_flip(pairs).reshape(repetitions, -1)
    return sum(bool((holm(row) <= 0.05).any()) for row in p) / repetitions


def table(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    names = (
        "populations", "type-I error", "any false winner of 10", "macro mean held",
        "without the 20", "difference held", "without the 20",
    )  # fmt: skip
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for name, board in list_boards().items():
        numbers = (
            type_one_error(board, repetitions),
            false_winners(board, repetitions),
            *coverages(board, repetitions),
        )
        yield f"| {name} | {' | '.join(f'{number:.3f}' for number in numbers)} |"


def table_of_other_datasets(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: the claim about datasets that were not seen."""
    yield "| systems | datasets | effects of datasets | any false claim |"
    yield "|---|---|---|---|"
    for systems, datasets in ((2, 5), (2, 6), (2, 10), (10, 11), (10, 14)):
        for skewed in (False, True):
            error = error_for_other_datasets(systems, datasets, skewed, repetitions)
            effects = "skewed" if skewed else "normal"
            yield f"| {systems} | {datasets} | {effects} | {error:.3f} |"


def main(repetitions: int = 10_000) -> None:
    """Print both tables as they grow; some minutes."""
    show(chain(table(repetitions), [""], table_of_other_datasets(repetitions)), repetitions)


if __name__ == "__main__":
    main()
