"""The numbers of a history: tests whose alpha is spent one after another, and one band for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from summbench.gate.differences import FEWEST, Key
from summbench.gate.history.pairing import Pairing
from summbench.gate.history.records import Point
from summbench.leaderboard.board import ALPHA
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip
from summbench.stats.simultaneous import adjust_for_size, simultaneous_quantile, spend_alpha

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The points of each version and row; of a version with other scores than before its number.

    `originals` is a version's place -> that of the earlier one with the same scores.
    """

    points: Sequence[Mapping[Key, Point]]
    numbers: Sequence[int | None]
    levels: Sequence[float]
    originals: Mapping[int, int]
    quantile: float
    alpha_spent: float


def compare_versions(
    pairings: Sequence[Mapping[Key, Pairing]], order: Sequence[int]
) -> Comparisons:
    """Compare all versions; `order` are their places in the order in which they were run.

    Verdicts of the k-th comparison have the level alpha / (k (k + 1)), Holm over its rows. The same
    scores are the same comparison, and the release's scores are none. The band holds for all points
    of all rows together.
    """
    numbers, originals = _number(pairings, order)
    distinct = [i for i in order if numbers[i] is not None and i not in originals]
    columns = {
        (i, key): pairing.differences
        for i in distinct
        for key, pairing in pairings[i].items()
        if pairing.differences is not None
        and len(pairing.differences) >= FEWEST
        and pairing.differences.any()
    }
    quantile = simultaneous_quantile(_stack(columns))
    p_values = _test_columns(columns)
    levels = [nan if n is None else spend_alpha(n, ALPHA) for n in numbers]
    points: list[dict[Key, Point]] = []
    for i, of_version in enumerate(pairings):
        source = originals.get(i, i)
        p_of_rows = {key: p for (place, key), p in p_values.items() if place == source}
        adjusted = dict(zip(p_of_rows, holm(list(p_of_rows.values())).tolist(), strict=True))
        points.append(
            {
                key: _build_point(pairing, quantile, p_of_rows, adjusted, key, levels[i])
                for key, pairing in of_version.items()
            }
        )
    spent = sum(levels[i] for i in distinct)
    return Comparisons(points, numbers, levels, originals, quantile, spent)


def _number(
    pairings: Sequence[Mapping[Key, Pairing]], order: Sequence[int]
) -> tuple[list[int | None], dict[int, int]]:
    """The number of each comparison, and which versions have the scores of an earlier one."""
    numbers: list[int | None] = [None] * len(pairings)
    originals: dict[int, int] = {}
    first_of: dict[object, int] = {}
    count = 0
    for i in order:
        content = {
            key: pairing.differences.tobytes()
            for key, pairing in pairings[i].items()
            if pairing.differences is not None
        }
        if not any(p.differences is not None and p.differences.any() for p in pairings[i].values()):
            continue
        identity = tuple(sorted(content.items()))
        if identity in first_of:
            originals[i] = first_of[identity]
            numbers[i] = numbers[originals[i]]
        else:
            first_of[identity] = i
            count += 1
            numbers[i] = count
    return numbers, originals


def _stack(columns: Mapping[tuple[int, Key], Floats]) -> list[Floats]:
    """A table (articles, columns) for each dataset, in the order of their names."""
    by_dataset: dict[str, list[Floats]] = {}
    for (_, key), column in columns.items():
        by_dataset.setdefault(key[0], []).append(column)
    return [np.array(by_dataset[dataset]).T for dataset in sorted(by_dataset)]


def _test_columns(columns: Mapping[tuple[int, Key], Floats]) -> dict[tuple[int, Key], float]:
    p_values: dict[tuple[int, Key], float] = {}
    for n in sorted({len(column) for column in columns.values()}):
        places = [place for place, column in columns.items() if len(column) == n]
        table = np.array([columns[place] for place in places]).T
        p_values |= zip(places, sign_flip(table).tolist(), strict=True)
    return p_values


def _build_point(
    pairing: Pairing,
    quantile: float,
    p_values: Mapping[Key, float],
    adjusted: Mapping[Key, float],
    key: Key,
    level: float,
) -> Point:
    column = pairing.differences
    if column is None:
        return Point(problem=pairing.problem)
    mean = float(column.mean())
    if not column.any():
        return Point(0.0, 0.0, 0.0)
    if key not in p_values:
        return Point(mean, problem=f"{len(column)} articles are too few for a statement")
    spread = float(column.std(ddof=1))
    n = len(column)
    half = adjust_for_size(quantile, n) * spread / n**0.5 if spread > 0 else 0.0
    p = adjusted[key]
    return Point(mean, mean - half, mean + half, p_values[key], p, p <= level)
