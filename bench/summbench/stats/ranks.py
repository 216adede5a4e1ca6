"""Which ranks the tests leave possible: rank intervals, clusters and compact letters.

`better` is always a boolean matrix (K, K): [i, j] says that i is significantly better than j.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
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

    Insert and absorb (Piepho, 2004): systems share a letter if and only if neither is
    significantly better. After z come A to Z, then numbers in brackets.
    """
    matrix = _validate(better, order)[np.ix_(order, order)]
    count = len(order)
    columns = [2**count - 1]  # a bit for each place
    for i, j in np.argwhere(np.triu(matrix | matrix.T)).tolist():
        both = 1 << i | 1 << j
        unsplit = [column for column in columns if column & both != both]
        halves = [c & ~(1 << k) for c in columns if c & both == both for k in (j, i)]
        # Only an unsplit column can absorb a half: halves of two columns never hold one another.
        columns = unsplit + [h for h in halves if all(h & ~column for column in unsplit)]
    sets = sorted([i for i in range(count) if column >> i & 1] for column in columns)
    return ["".join(_format_letter(k) for k, s in enumerate(sets) if i in s) for i in range(count)]


def _format_letter(k: int) -> str:
    return ascii_letters[k] if k < len(ascii_letters) else f"[{k + 1}]"


def _validate(better: Matrix, order: Sequence[int] | None = None) -> Matrix:
    matrix = np.asarray(better, dtype=bool)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or (matrix & matrix.T).any():
        raise ValueError("better must be square, and no two systems each better than the other")
    if order is not None and sorted(order) != list(range(len(matrix))):
        raise ValueError(f"order must name each of {len(matrix)} systems once, got {order!r}")
    return matrix
