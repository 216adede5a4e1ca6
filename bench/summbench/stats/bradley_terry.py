"""Strengths of systems from choices between two of them: Bradley and Terry's model with ties."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RIDGE = 1e-9  # holds what has no maximum, as the strength of an unbeaten system in a resample
_LARGEST_STEP = 2.0
_STEPS = 60
_PRECISION = 1e-9
_NO_TIES = -40.0  # the log weight of a tie where there is none


class Choices(NamedTuple):
    """Judgements: places of the systems shown first and second (n,), and which is preferred (n,).

    `outcome` is 1 for the first, -1 for the second, 0 for a tie. `terms` (n, t) are what else may
    sway a choice for the first: a column of ones is the advantage of standing there.
    """

    first: Ints
    second: Ints
    outcome: Ints
    terms: Floats


class Fits(NamedTuple):
    """Log strengths (b, K), which add up to 0, coefficients of the terms (b, t), and of ties (b,).

    The odds of the first against the second, of those who choose, are exp(difference of strengths +
    terms).
    """

    strengths: Floats
    terms: Floats
    ties: Floats


def fit_choices(choices: Choices, systems: int, weights: Floats) -> Fits:
    """Fit strengths by maximum likelihood, once for each row of weights (b, n) of the judgements.

    Davidson's model (1970): the first wins, the second wins, and a tie have odds exp(u / 2) :
    exp(-u / 2) : exp(t), where u is the difference of log strengths plus the terms. Its likelihood
    is concave; Newton's method finds the maximum. A strength without a maximum becomes large.
    """
    basis = _build_basis(systems)
    contrasts = basis[choices.first] - basis[choices.second]
    features, place = np.unique(
        np.hstack([contrasts, choices.terms]).round(12), axis=0, return_inverse=True
    )
    counts = [
        _add_up(weights * (choices.outcome == outcome), place.ravel(), len(features))
        for outcome in (1, -1, 0)
    ]
    parameters = _maximize(features, *counts)
    strengths = parameters[:, : systems - 1] @ basis.T
    return Fits(strengths, parameters[:, systems - 1 : -1], parameters[:, -1])


def find_components(beats: NDArray[np.bool_]) -> list[list[int]]:
    """Groups of systems each of which beats each other, if by way of others; a tie is both.

    `beats` (K, K): [i, j] says that i was preferred to j at least once. Strengths have a maximum
    if and only if there is one group (Ford, 1957).
    """
    reach = beats | np.eye(len(beats), dtype=bool)
    for _ in range(len(beats)):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    both = reach & reach.T
    return [list(group) for group in sorted({tuple(np.flatnonzero(row).tolist()) for row in both})]


def count_cycles(wins: Floats) -> tuple[int, int]:
    """The triples of systems that go round (A over B over C over A), and all that are decided.

    `wins` (K, K) is how often i was preferred to j; the majority decides a pair.
    """
    over = (wins > wins.T).astype(int)
    cycles = round(float(np.trace(over @ over @ over)) / 3)
    decided = over + over.T
    return cycles, round(float(np.trace(decided @ decided @ decided)) / 6)


def _build_basis(systems: int) -> Floats:
    """Orthonormal columns (K, K - 1) that add up to 0: strengths are known up to a constant."""
    centred = np.eye(systems) - 1 / systems
    return np.asarray(np.linalg.svd(centred)[0][:, : systems - 1])


def _add_up(weights: Floats, place: Ints, size: int) -> Floats:
    sums = np.zeros((size, len(weights)))
    np.add.at(sums, place, weights.T)
    return sums.T


def _maximize(features: Floats, wins: Floats, losses: Floats, ties: Floats) -> Floats:
    """Parameters (b, p + 1) of features (m, p) and counts (b, m); the last is that of ties."""
    p = features.shape[1]
    total = wins + losses + ties
    squares = (features[:, :, None] * features[:, None, :]).reshape(len(features), -1)
    parameters = np.zeros((len(wins), p + 1))
    has_ties = ties.sum() > 0
    parameters[:, -1] = 0.0 if has_ties else _NO_TIES
    ridge = _RIDGE * np.eye(p + 1)
    for _ in range(_STEPS):
        u, t = parameters[:, :-1] @ features.T, parameters[:, -1:]
        peak = np.maximum(np.abs(u) / 2, t)
        parts = [np.exp(u / 2 - peak), np.exp(-u / 2 - peak), np.exp(t - peak)]
        sum_of_parts = parts[0] + parts[1] + parts[2]
        win, loss, tie = (part / sum_of_parts for part in parts)
        lean = (win - loss) / 2
        gradient = np.hstack(
            [
                ((wins - losses) / 2 - total * lean) @ features,
                (ties - total * tie).sum(axis=1, keepdims=True),
            ]
        )
        gradient -= _RIDGE * parameters
        hessian = np.empty((len(wins), p + 1, p + 1))
        inner = (total * ((win + loss) / 4 - lean**2)) @ squares
        hessian[:, :p, :p] = inner.reshape(-1, p, p)
        hessian[:, :p, p] = hessian[:, p, :p] = -(total * lean * tie) @ features
        hessian[:, p, p] = (total * tie * (1 - tie)).sum(axis=1)
        if not has_ties:
            gradient[:, p], hessian[:, p, p] = 0.0, 1.0
        step = np.linalg.solve(hessian + ridge, gradient[..., None])[..., 0]
        parameters += np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        if np.abs(step).max() < _PRECISION:
            break
    return parameters
