"""How many articles would decide what these leave open."""

from __future__ import annotations

from math import ceil

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA
from summbench.stats.distributions import normal_quantile


def count_needed_articles(difference: Estimate, margin: float, n_tested: int) -> int:
    """About how many articles decide an inconclusive row, if mean and spread of these stay.

    `difference` has a 90 % interval. A mean above -margin needs a lower bound above it, too: the
    interval shrinks with the root of n. A mean below it needs a p that Holm's first step over
    `n_tested` rows leaves (normal approximation).
    """
    mean, low, high, n = difference.mean, difference.low, difference.high, difference.n
    if mean > -margin:
        return ceil(n * ((mean - low) / (margin + mean)) ** 2)
    standard_error = (high - low) / 2 / float(normal_quantile(1 - ALPHA))
    needed = float(normal_quantile(1 - ALPHA / 2 / max(n_tested, 1)))
    return ceil(n * (needed * standard_error / mean) ** 2)
