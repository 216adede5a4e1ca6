"""Which ranks the tests leave possible: rank intervals, clusters and compact letters.

`better` is always a boolean matrix (K, K): [i, j] says that i is significantly better than j.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.bool_]


def rank_intervals(better: Matrix) -> list[tuple[int, int]]:
    """For each system the best and the worst possible rank, 1 to K.

    Raises:
        ValueError: the matrix is not square, or two systems are each better than the other.
    """
    matrix = _validate(better)
    above, below = matrix.sum(axis=0), matrix.sum(axis=1)
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return [(1 + up, len(matrix) - down) for up, down in pairs]


def assign_clusters(order: Sequence[int], better: Matrix) -> list[int]:
    """For each place of the order (best first) the number of its cluster, from 1.

    A new one opens where every system above is significantly better than every system below, as
    the Conference on Machine Translation draws its lines (Kocmi et al., 2022).
    """
    matrix = _validate(better, order)[np.ix_(order, order)]
    return list(accumulate(1 if i == 0 else int(matrix[:i, i:].all()) for i in range(len(order))))


def assign_letters(order: Sequence[int], better: Matrix) -> list[str]:
    """For each place of the order (best first) its letters; two that share none differ.

    A letter is a largest set of systems none of which is significantly better than another, as
    Piepho (2004) finds them: systems share one if and only if they are not told apart. After z
    come A to Z. All are empty if more than these 52 are needed: of hundreds of systems there can
    be millions of sets, and nobody reads them.
    """
    matrix = _validate(better, order)[np.ix_(order, order)]
    sets = list(islice(_find_maximal_sets(~(matrix | matrix.T)), len(ascii_letters) + 1))
    if len(sets) > len(ascii_letters):
        return [""] * len(order)
    of_places = [""] * len(order)
    for letter, places in zip(ascii_letters, sorted(sets), strict=False):
        for place in places:
            of_places[place] += letter
    return of_places


def _find_maximal_sets(tied: Matrix) -> Iterator[list[int]]:
    """The largest sets of places of which every two are tied, each once.

    Maximal cliques by Bron & Kerbosch (1973), with a pivot (Tomita, Tanaka & Takahashi, 2006): the
    time grows with the number of sets. A set of places is a number with their bits.
    """
    count = len(tied)
    neighbours = [
        sum(1 << j for j in np.flatnonzero(row).tolist() if j != i) for i, row in enumerate(tied)
    ]
    stack = [(0, (1 << count) - 1, 0)]
    while stack:
        chosen, candidates, done = stack.pop()
        if not candidates and not done:
            yield _list_bits(chosen)
            continue
        pivot = max(
            _list_bits(candidates | done),
            key=lambda i: (neighbours[i] & candidates).bit_count(),
        )
        for i in _list_bits(candidates & ~neighbours[pivot]):
            stack.append((chosen | 1 << i, candidates & neighbours[i], done & neighbours[i]))
            candidates &= ~(1 << i)
            done |= 1 << i


def _list_bits(number: int) -> list[int]:
    bits = []
    while number:
        lowest = number & -number
        bits.append(lowest.bit_length() - 1)
        number ^= lowest
    return bits


def _validate(better: Matrix, order: Sequence[int] | None = None) -> Matrix:
    matrix = np.asarray(better, dtype=bool)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or (matrix & matrix.T).any():
        raise ValueError("better must be square, and no two systems each better than the other")
    if order is not None and sorted(order) != list(range(len(matrix))):
        raise ValueError(f"order must name each of {len(matrix)} systems once, got {order!r}")
    return matrix
