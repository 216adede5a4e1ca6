"""Columns of scores under weights: how often systems and documents were drawn, many draws at once.

Correlations are made of each side's own sums and of one sum of products: what a side needs for
itself is computed once, however many columns it is held against.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TIE = 1e-12  # of the largest value: means in another order of adding differ by less
_CONSTANT = 1e-11  # a sum of squares of values up to 1 that is less is rounding


class Draws(NamedTuple):
    """How often each system (B + 1, N) and document (B + 1, M) was drawn; first as they are."""

    systems: Floats
    documents: Floats


def resample_both(systems: int, documents: int, resamples: int = 1_000, seed: int = 0) -> Draws:
    """Systems and documents drawn with replacement, independently of each other.

    This is BOTH of Deutsch, Dror & Roth (2021): it generalises to new systems and new documents.
    """
    rng = np.random.default_rng(seed)

    def counts(n: int) -> Floats:
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=resamples)
        return np.concatenate([np.ones((1, n)), drawn])

    return Draws(counts(systems), counts(documents))


def resample_separately(draws: Draws) -> tuple[Draws, Draws]:
    """Systems drawn on all documents, and documents drawn for all systems: two sets of draws.

    In `resample_both` the variance that is particular to one summary counts more than once.
    """
    systems, documents = draws
    return (
        Draws(systems, np.ones_like(documents)),
        Draws(np.ones_like(systems), documents),
    )


class Weights:
    """How often systems (g or 1, N, b) and pairs of them count in groups of one or many draws."""

    def __init__(self, systems: Floats) -> None:
        self.first, self.second = np.triu_indices(systems.shape[1], 1)
        self.systems = np.ascontiguousarray(systems)
        self.pairs = self.systems[:, self.first] * self.systems[:, self.second]

    def sum_systems(self, values: Floats) -> Floats:
        """Weighted sums of rows (..., N): (..., b)."""
        return _sum_weighted(values, self.systems)

    def sum_pairs(self, values: Floats) -> Floats:
        """Weighted sums of rows (g, pairs): (g, b)."""
        return _sum_weighted(values, self.pairs)


def _sum_weighted(values: Floats, w: Floats) -> Floats:
    if len(w) > 1:
        rows = values if values.ndim == 3 else values[:, None]
        return np.asarray((rows @ w).reshape(*values.shape[:-1], w.shape[-1]))
    flat = values.reshape(prod(values.shape[:-1]), values.shape[-1]) @ w[0]
    return np.asarray(flat.reshape(*values.shape[:-1], w.shape[-1]))


class Systems:
    """One column in groups (g, N) of systems."""

    def __init__(self, values: Floats, valid: Mask, w: Weights) -> None:
        count = np.maximum(valid.sum(axis=1, keepdims=True), 1)
        values = np.where(valid, values, 0.0)
        self._values = np.where(valid, values - values.sum(axis=1, keepdims=True) / count, 0.0)
        apart = values[:, :, None] - values[:, None, :]
        differ = valid[:, :, None] & valid[:, None, :] & (np.abs(apart) > TIE)
        signs = np.where(differ, np.sign(apart), 0.0)
        self._signs = signs[:, w.first, w.second]
        self._ranks = w.sum_systems(signs) / 2  # about their mean, as many as are drawn
        self._weighted = self._ranks * w.systems
        self._n = np.maximum(w.sum_systems(valid.astype(float)), 1)
        self._sum = w.sum_systems(self._values)
        self._w = w
        self.spread = self.products(self)

    def products(self, other: Systems) -> Floats:
        """Weighted sums of products of values, ranks and signs: (3, g, b)."""
        values = self._w.sum_systems(self._values * other._values)
        values -= self._sum * other._sum / self._n
        ranks = np.einsum("gnb,gnb->gb", self._weighted, other._ranks)
        signs = self._w.sum_pairs(self._signs * other._signs)
        return np.stack([values, ranks, signs])

    def correlations(self, other: Systems) -> Floats:
        """(3, g, b); NaN where a side has no two values that differ."""
        defined = (self.spread[2] > 0) & (other.spread[2] > 0)
        spread = np.where(defined, self.spread * other.spread, 1.0)
        return np.where(defined, self.products(other) / np.sqrt(spread), np.nan)


class Cells:
    """One column's weighted sums over documents, (N, b), and the means of its systems."""

    def __init__(self, values: Floats, valid: Mask, draws: Draws, w: Weights) -> None:
        self._values, self._documents = np.where(valid, values, 0.0), draws.documents.T
        self._systems = draws.systems.T
        self._n = valid.astype(float) @ self._documents
        self._sum = self._values @ self._documents
        drawn = self._n > 0
        means = self._sum / np.where(drawn, self._n, 1.0)
        self.means = Systems(means.T, drawn.T, w)
        self._pooled, self._within = self._products(self)

    def _products(self, other: Cells) -> tuple[Floats, Floats]:
        """Sums of products over cells (b,), about the mean of all and about those of systems."""
        cells = (self._values * other._values) @ self._documents
        within = cells - self._sum * other._sum / np.maximum(self._n, 1)
        n, x, z = map(self._total, (self._n, self._sum, other._sum))
        return self._total(cells) - x * z / np.maximum(n, 1), self._total(within)

    def _total(self, of_systems: Floats) -> Floats:
        return np.asarray((of_systems * self._systems).sum(axis=0))

    def correlate_pooled(self, other: Cells) -> Floats:
        """Pearson's r over cells (b,)."""
        return _correlate_sums(self._products(other)[0], self._pooled, other._pooled)

    def within(self, other: Cells) -> Floats:
        """The same of what is left without each system's mean."""
        return _correlate_sums(self._products(other)[1], self._within, other._within)


class Ranks:
    """The ranks of a column's cells about their mean, each there as often as it was drawn."""

    def __init__(self, values: Floats, valid: Mask, draws: Draws) -> None:
        cells = values[valid]
        i, j = np.nonzero(valid)
        w = draws.systems.T[i] * draws.documents.T[j]
        order = np.argsort(cells, kind="stable")
        starts = np.diff(cells[order], prepend=-np.inf) > TIE
        sizes = np.add.reduceat(w[order], np.flatnonzero(starts), axis=0) if len(w) else w
        ends = np.cumsum(sizes, axis=0)
        middle = ends - sizes / 2 - sizes.sum(axis=0) / 2
        self._ranks = np.empty_like(w)
        self._ranks[order] = middle[np.cumsum(starts) - 1]
        self._weighted = self._ranks * w
        self._spread = np.einsum("nb,nb->b", self._weighted, self._ranks)

    def correlation(self, other: Ranks) -> Floats:
        """Spearman's rho (b,)."""
        products = np.einsum("nb,nb->b", self._weighted, other._ranks)
        return _correlate_sums(products, self._spread, other._spread)


def _correlate_sums(xz: Floats, xx: Floats, zz: Floats) -> Floats:
    defined = (xx > _CONSTANT) & (zz > _CONSTANT)
    return np.where(defined, xz / np.sqrt(np.where(defined, xx * zz, 1.0)), np.nan)
