"""Length control: scores as if all summaries had the length of their references."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 20
"""Below this many articles no curve is drawn through their lengths."""
_LEAST_SPREAD = 1e-3  # of the log ratios within systems and articles: below, lengths do not differ


def adjust_to_reference_length(scores: Floats, ratios: Floats) -> Floats:
    """The mean score of each system (K,) as if its summaries were as long as the references.

    Scores and length ratios |summary| / |reference| are (K systems, n articles); a ratio of 0 or
    NaN (an empty or failed summary) is left as it is. One curve b1 r + b2 r^2 in r = log ratio is
    fitted by least squares to all systems, with an effect for each system and each article, so that
    it sees how the scores of one system change with length and not which systems write long; its
    value is taken off each score. In the spirit of Sun et al. (2019), who compare systems at equal
    length. NaN for fewer than 2 systems or 20 articles, or if no length differs.
    """
    scores, ratios = np.asarray(scores, dtype=float), np.asarray(ratios, dtype=float)
    undefined = np.full(len(scores), np.nan)
    has_length = np.nan_to_num(ratios) > 0
    complete = (has_length & ~np.isnan(scores)).all(axis=0)
    if len(scores) < 2 or np.count_nonzero(complete) < FEWEST:
        return undefined
    log_ratio = np.log(ratios, out=np.zeros_like(ratios), where=has_length)
    slopes = np.empty((len(scores) * np.count_nonzero(complete), 2))
    for power in (1, 2):
        slopes[:, power - 1] = _center(log_ratio[:, complete] ** power).ravel()
    if slopes[:, 0].std() < _LEAST_SPREAD:
        return undefined
    b, *_ = np.linalg.lstsq(slopes, _center(scores[:, complete]).ravel(), rcond=None)
    del slopes  # a million articles make arrays of many megabytes
    curve = np.tensordot(b, np.stack([log_ratio, log_ratio**2]), axes=1)
    return np.asarray(np.nanmean(scores - curve, axis=1))


def _center(table: Floats) -> Floats:
    """Take the means of its rows and columns off a full table (K, n), in place."""
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    mean = table.mean()
    table -= rows
    table -= columns
    table += mean
    return table
