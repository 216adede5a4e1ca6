"""How much there is to correlate at each level, and why something has no value or no interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

MIN_SYSTEMS = 3
"""With fewer systems there is no order of systems to agree with."""

MIN_RESAMPLED = 5
"""Of fewer units, percentiles of resamples cannot be as wide as Student's t, at any level."""


@dataclass(frozen=True, slots=True)
class Units:
    """Systems, articles and summaries that have both scores of a metric and human ones.

    `skipped` of the articles have no correlation over systems.
    """

    systems: int
    articles: int
    summaries: int
    skipped: int

    def get_count(self, level: str) -> int:
        """Return how many units a correlation at this level is over."""
        counts = {"system": self.systems, "summary": self.articles - self.skipped}
        return counts.get(level, self.summaries)

    def get_resampled(self, level: str) -> int:
        """Return how many units are drawn from at this level."""
        return self.articles if level in ("pooled", "within") else self.get_count(level)

    def explain_missing_value(self, level: str, value: float) -> str:
        """Say why there is no correlation at this level; nothing if there is one."""
        if not self.summaries:
            return "no summary has both scores"
        if level == "system" and self.systems < MIN_SYSTEMS:
            return f"fewer than {MIN_SYSTEMS} systems"
        if level == "summary" and self.systems < 2:
            return "one system"
        if not isnan(value):
            return ""
        if level == "within" and self.summaries == self.systems:
            return "one summary of each system"
        return "one summary" if self.summaries == 1 else "all scores or all ratings are equal"

    def explain_missing_interval(self, level: str, resample: str) -> str:
        """Say why resamples would show too little at this level; nothing if they show enough."""
        counts = {"systems": self.systems, "articles": self.articles}
        if resample == "level":
            unit = "systems" if level == "system" else "articles"
            counts = {unit: self.get_resampled(level)}
        few = (unit for unit, count in counts.items() if count < MIN_RESAMPLED)
        return next((f"fewer than {MIN_RESAMPLED} {unit}" for unit in few), "")


def count_units(
    scores: NDArray[np.float64], ratings: NDArray[np.float64], undefined_articles: int = 0
) -> Units:
    """Count the units of two (systems, articles) arrays, of which NaN is missing.

    `undefined_articles` have no correlation over systems; those without both scores are among them.
    """
    has_both = ~np.isnan(scores) & ~np.isnan(ratings)
    articles = int(has_both.any(axis=0).sum())
    n_without = has_both.shape[1] - articles
    skipped = max(0, undefined_articles - n_without)
    return Units(int(has_both.any(axis=1).sum()), articles, int(has_both.sum()), skipped)
