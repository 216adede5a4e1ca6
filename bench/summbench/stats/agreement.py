"""Cohen's kappa: agreement of two raters beyond what chance gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.stats.resamples import Resamples

Floats = NDArray[np.float64]
Weighting = Literal["none", "quadratic"]
"""The cost of a disagreement: 1 for any, or the square of the distance of two ratings."""
Labels = Sequence[float] | Sequence[str]

_NAN = float("nan")
_SAME = 1e-9  # values of kappa that differ by less differ by rounding


def cohen_kappa(first: Labels, second: Labels, weighting: Weighting = "none") -> float:
    """Return kappa of two raters' labels of the same items; 1 is full agreement, 0 chance.

    Undefined (NaN) where both raters gave all items one and the same label. With quadratic weights
    labels are numbers, and need not be whole. (Cohen, 1960; weighted: Cohen, 1968.)
    """
    table, costs = _tabulate(first, second, ["item"] * len(first), weighting)
    return float(compute_kappa(table.mean(axis=0)[..., None], costs)[0])


def estimate_kappa(
    first: Labels,
    second: Labels,
    articles: Sequence[str],
    weighting: Weighting = "none",
    resamples: int = 9_999,
    seed: int = 0,
) -> Estimate:
    """Return kappa with its 95 % percentile interval, from resamples of whole articles.

    `articles` names the article of each item: labels of one article are drawn together. `n` counts
    the items. There is no interval from fewer than two articles, and none where all
    resamples have the same kappa.
    """
    if not len(first):
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    table, costs = _tabulate(first, second, articles, weighting)
    kappa = float(compute_kappa(table.mean(axis=0)[..., None], costs)[0])
    n, size = len(table), len(costs)
    if n < 2 or np.isnan(kappa):
        return Estimate(kappa, _NAN, _NAN, len(first), "none")
    means = Resamples(n, resamples, seed).means(table.reshape(n, size * size))
    drawn = compute_kappa(means.reshape(size, size, resamples), costs)
    low, high = np.quantile(drawn[~np.isnan(drawn)], [0.025, 0.975]).tolist()
    if high - low <= _SAME:
        return Estimate(kappa, _NAN, _NAN, len(first), "none")
    return Estimate(kappa, low, high, len(first), "percentile")


def compute_kappa(tables: Floats, costs: Floats) -> Floats:
    """Kappa (b,) of tables (k, k, b) of two raters' labels, of any sum.

    `costs` (k, k) is the weight of each disagreement, 0 where both agree: kappa is 1 less the
    observed cost over that of raters who label independently of each other (Cohen, 1968).
    """
    totals = tables.sum(axis=(0, 1))
    observed = np.tensordot(costs, tables, axes=2) * totals
    expected = np.einsum("ij,ib,jb->b", costs, tables.sum(axis=1), tables.sum(axis=0))
    defined = expected > 0
    return np.where(defined, 1 - observed / np.where(defined, expected, 1.0), _NAN)


def _tabulate(
    first: Labels, second: Labels, articles: Sequence[str], weighting: Weighting
) -> tuple[Floats, Floats]:
    """A table of each article's pairs of labels, (articles, k, k), and the costs (k, k)."""
    labels = sorted({*first, *second})
    place = {label: i for i, label in enumerate(labels)}
    row = {article: i for i, article in enumerate(sorted(set(articles)))}
    table = np.zeros((len(row), len(labels), len(labels)))
    for a, b, article in zip(first, second, articles, strict=True):
        table[row[article], place[a], place[b]] += 1
    if weighting == "none":
        return table, 1 - np.eye(len(labels))
    values = np.array(labels, dtype=float)
    return table, (values[:, None] - values[None, :]) ** 2
