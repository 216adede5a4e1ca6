"""Means of ratings over articles and raters: both are a sample, and both count in the interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.stats.distributions import t_cdf, t_quantile

Floats = NDArray[np.float64]

_NAN = float("nan")


class CrossedMeans(NamedTuple):
    """Of each column (m,): mean, 95 % interval, standard error, degrees of freedom, p of 0.

    `components` (3, m) are the variances of what an article, a rater, and a single rating add, NaN
    where they cannot be told apart. `units` says what the interval is over.
    """

    mean: Floats
    low: Floats
    high: Floats
    error: Floats
    freedom: Floats
    p: Floats
    components: Floats
    units: str


def estimate_crossed_means(ratings: Floats) -> CrossedMeans:
    """Estimate the mean of ratings (raters, articles, m), NaN where all columns have none.

    The interval is for other articles and other raters. The variances of articles, raters and
    single ratings are estimated by the method of moments (Henderson, 1953, method 1), a negative
    one is 0, and the quantile is Student's with the whole degrees of freedom of Satterthwaite
    (1946). With two raters it holds the mean in .89 to .97 of the cases, from three on in .93 or
    more (tests/simulation).
    Where no article has two raters, or one rater is all there is, the interval is over articles,
    and holds for these raters alone. Resampling both ways is not used: with three raters its
    intervals hold the mean too rarely where raters differ, and too often where they do not
    (the same tables).

    Raises:
        ValueError: a rating is missing in one column only.
    """
    table = np.asarray(ratings, dtype=float)
    missing = np.isnan(table)
    if (missing.any(axis=2) != missing.all(axis=2)).any():
        raise ValueError("every column needs the same ratings")
    is_rated = ~missing.all(axis=2)
    raters, articles = is_rated.any(axis=1), is_rated.any(axis=0)
    table, is_rated = table[raters][:, articles], is_rated[raters][:, articles]
    n, (r, a) = int(is_rated.sum()), is_rated.shape
    mean = np.nanmean(table, axis=(0, 1)) if n else np.full(table.shape[2], _NAN)
    if r > 1 and a > 1 and n - a - r + 1 > 0:
        return _estimate_both(table, is_rated, mean)
    return _estimate_over_articles(table, is_rated, mean)


def _estimate_both(table: Floats, is_rated: NDArray[np.bool_], mean: Floats) -> CrossedMeans:
    squares, expected, freedoms = _analyze_variance(table, is_rated)
    n = is_rated.sum()
    # Of the mean's variance: how much of each component is in it.
    shares = np.array(
        [
            (is_rated.sum(axis=0) ** 2).sum() / n**2,
            (is_rated.sum(axis=1) ** 2).sum() / n**2,
            1 / n,
        ]
    )
    components = np.maximum(np.linalg.solve(expected, squares), 0)
    variance, freedom = combine_squares(squares, expected, freedoms, shares)
    units = "articles and raters"
    return _build(mean, variance, freedom, components, units, is_rated.shape[1])


def combine_squares(
    squares: Floats, expected: Floats, freedoms: Floats, shares: Floats
) -> tuple[Floats, Floats]:
    """Return the variance of each mean, and its degrees of freedom (m,), from sums of squares.

    `squares` (3, m) are of articles, raters and the rest, `expected` (3, 3) how much of each
    variance component is in them, `freedoms` (3,) theirs, and `shares` (3,) how much of each
    component is in the mean. A component that is negative is left out, and the sums of the others
    estimate theirs. The degrees of freedom are whole, and at least 1.
    """
    columns = squares.shape[1]
    variance, freedom = np.zeros(columns), np.ones(columns)
    remaining = np.ones(columns, dtype=bool)
    for active in ((0, 1, 2), (0, 2), (1, 2), (2,)):
        rows = list(active)
        weights = np.linalg.solve(expected[np.ix_(rows, rows)].T, shares[rows])
        values = np.linalg.solve(expected[np.ix_(rows, rows)], squares[rows])
        is_valid = remaining & (values >= 0).all(axis=0)
        parts = weights[:, None] * squares[rows]
        total = parts.sum(axis=0)
        spread = (parts**2 / freedoms[rows, None]).sum(axis=0)
        variance[is_valid] = total[is_valid]
        with np.errstate(invalid="ignore", divide="ignore"):
            freedom[is_valid] = (total**2 / spread)[is_valid]
        remaining &= ~is_valid
    variance = np.maximum(variance, 0)
    freedom = np.where(np.isfinite(freedom), np.floor(np.maximum(freedom, 1)), 1)
    return variance, freedom


def _analyze_variance(table: Floats, is_rated: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Sums of squares of articles, raters and the rest (3, m), what they are expected to be, df.

    Row i of the (3, 3) matrix has how much of each component is in sum i.
    """
    n, (r, a) = is_rated.sum(), is_rated.shape
    of_articles, of_raters = is_rated.sum(axis=0), is_rated.sum(axis=1)
    values = np.where(is_rated[..., None], table - np.nanmean(table, axis=(0, 1)), 0.0)
    between_articles = (values.sum(axis=0) ** 2 / of_articles[:, None]).sum(axis=0)
    between_raters = (values.sum(axis=1) ** 2 / of_raters[:, None]).sum(axis=0)
    rest = (values**2).sum(axis=(0, 1)) - between_articles - between_raters
    squares = np.stack([between_articles, between_raters, rest])
    scale = (values**2).sum(axis=(0, 1))
    squares[np.abs(squares) < 1e-12 * scale] = 0.0
    k_articles, k_raters = (of_articles**2).sum() / n, (of_raters**2).sum() / n
    freedoms = np.array([a - 1, r - 1, n - a - r + 1], dtype=float)
    expected = np.array(
        [
            [n - k_articles, a - k_raters, freedoms[0]],
            [r - k_articles, n - k_raters, freedoms[1]],
            [k_articles - r, k_raters - a, freedoms[2]],
        ]
    )
    return squares, expected, freedoms


def _estimate_over_articles(
    table: Floats, is_rated: NDArray[np.bool_], mean: Floats
) -> CrossedMeans:
    a, columns = is_rated.shape[1], table.shape[2]
    components = np.full((3, columns), _NAN)
    if a < 2:
        x = np.full(columns, _NAN)
        return CrossedMeans(mean, x, x, x, x, x, components, "none")
    of_articles = np.nanmean(table, axis=0)
    variance = of_articles.var(axis=0, ddof=1) / a
    freedom = np.full(columns, a - 1.0)
    return _build(of_articles.mean(axis=0), variance, freedom, components, "articles", a)


def _build(
    mean: Floats, variance: Floats, freedom: Floats, components: Floats, units: str, articles: int
) -> CrossedMeans:
    """The interval and p; of equal differences other than 0, p is that of flips of articles."""
    error = np.sqrt(variance)
    half = t_quantile(freedom, np.full(len(mean), 0.975)) * error
    is_varied = error > 0
    t = np.abs(mean) / np.where(is_varied, error, 1.0)
    equal = np.where(mean == 0, 1.0, 2.0 ** (1 - articles))
    p = np.where(is_varied, 2 * t_cdf(freedom, -t), equal)
    return CrossedMeans(mean, mean - half, mean + half, error, freedom, p, components, units)
