"""Krippendorff's alpha: agreement of any number of raters, who need not have rated everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.stats.distributions import t_quantile
from summbench.stats.jackknife import jackknife

Floats = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval"]
"""What a disagreement costs: 1, the ratings that lie between the two, or their distance squared."""

_NAN = float("nan")


def krippendorff_alpha(ratings: Floats, scale: Scale) -> float:
    """Return alpha of ratings (raters, units); NaN is no rating, and a unit counts from two on.

    1 is full agreement, 0 is chance. Undefined (NaN) where no unit has two ratings, or all ratings
    are one value. (Krippendorff, 2011.)
    """
    sums, _ = _sum_by_article(ratings, [""] * np.shape(ratings)[1], scale)
    return float(_compute_alpha(sums.T, scale)[0])


def estimate_alpha(ratings: Floats, articles: Sequence[str], scale: Scale) -> Estimate:
    """Return alpha of ratings (raters, units) with its 95 % interval over articles.

    `articles` names the article of each unit. The interval is Student's about the jackknife that
    leaves out one article with all its units: alpha is biased downwards by some articles in common,
    and percentiles of resamples twice as much (tests/simulation). `n` counts the units with two
    ratings. There is no interval from one article, or where all disagreement hangs on one.
    """
    values, _ = leave_articles_out(ratings, articles, scale)
    alpha, without = float(values[0]), values[1:]
    n = int(((~np.isnan(np.asarray(ratings, dtype=float))).sum(axis=0) > 1).sum())
    if len(without) < 2 or np.isnan(values).any():
        return Estimate(alpha, _NAN, _NAN, n, "none")
    centre, error = jackknife(alpha, without)
    half = float(t_quantile(len(without) - 1, 0.975)) * error
    low, high = min(centre - half, alpha), min(max(centre + half, alpha), 1.0)
    return Estimate(alpha, low, high, n, "jackknife")


def leave_articles_out(
    ratings: Floats, articles: Sequence[str], scale: Scale
) -> tuple[Floats, list[str]]:
    """Return alpha, then alpha without each article (1 + n,), and the names of these articles.

    They are those with a unit that has two ratings; without another, alpha is what it is.
    """
    sums, names = _sum_by_article(ratings, articles, scale)
    total = sums.sum(axis=0)
    return _compute_alpha(np.vstack([total, total - sums]).T, scale), names


def _sum_by_article(
    ratings: Floats, articles: Sequence[str], scale: Scale
) -> tuple[Floats, list[str]]:
    """What alpha is computed from, added up by article: (articles, numbers), and their names.

    For the interval scale they are sums of ratings, and so few; else a table of coincidences.
    """
    table = np.asarray(ratings, dtype=float)
    is_rated = ~np.isnan(table)
    counts = is_rated.sum(axis=0)
    paired = np.flatnonzero(counts > 1)
    table, is_rated, counts = table[:, paired], is_rated[:, paired], counts[paired]
    if scale == "interval":
        columns = _sum_squares(np.where(is_rated, table, 0.0), counts)
    else:
        columns = _count_coincidences(table, is_rated, counts)
    of_units = [articles[unit] for unit in paired.tolist()]
    rows = {name: row for row, name in enumerate(sorted(set(of_units)))}
    sums = np.zeros((len(rows), columns.shape[1]))
    np.add.at(sums, [rows[name] for name in of_units], columns)
    return sums, list(rows)


def _sum_squares(table: Floats, counts: NDArray[np.int64]) -> Floats:
    """Of each unit: number, sum and sum of squares, and the observed disagreement (units, 4)."""
    total, squares = table.sum(axis=0), (table**2).sum(axis=0)
    observed = 2 * (counts * squares - total**2) / (counts - 1)
    return np.stack([counts, total, squares, observed], axis=1).astype(float)


def _count_coincidences(
    table: Floats, is_rated: NDArray[np.bool_], counts: NDArray[np.int64]
) -> Floats:
    """Of each unit the table of its pairs of ratings, over its number less 1: (units, k * k)."""
    values = np.unique(table[is_rated])
    chosen = (table[..., None] == values).sum(axis=0).astype(float)
    pairs = np.einsum("uc,uk->uck", chosen, chosen)
    pairs[:, np.arange(len(values)), np.arange(len(values))] -= chosen
    return np.asarray((pairs / (counts - 1)[:, None, None]).reshape(len(counts), len(values) ** 2))


def _compute_alpha(sums: Floats, scale: Scale) -> Floats:
    """Alpha (b,) of sums over units (numbers, b)."""
    if not sums.size:
        return np.full(max(1, sums.shape[1]), _NAN)
    if scale == "interval":
        n, total, squares, observed = sums
        expected = 2 * (n * squares - total**2)
        tolerance = 1e-12 * n * squares
    else:
        k = round(len(sums) ** 0.5)
        tables = sums.reshape(k, k, -1)
        marginals = tables.sum(axis=1)
        n = marginals.sum(axis=0)
        costs = _compute_costs(marginals, scale)
        observed = (costs * tables).sum(axis=(0, 1))
        expected = (costs * marginals[:, None] * marginals[None]).sum(axis=(0, 1))
        tolerance = np.zeros(1)
    defined = expected > tolerance
    return np.where(defined, 1 - (n - 1) * observed / np.where(defined, expected, 1.0), _NAN)


def _compute_costs(marginals: Floats, scale: Scale) -> Floats:
    """The cost of each two values (k, k, b): of ordinal ones the distance of their mid-ranks."""
    if scale == "nominal":
        return np.asarray(1.0 - np.eye(len(marginals))[..., None])
    ranks = np.cumsum(marginals, axis=0) - marginals / 2
    return np.asarray((ranks[:, None] - ranks[None]) ** 2)
