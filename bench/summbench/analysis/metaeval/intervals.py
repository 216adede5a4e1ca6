"""Correlations with their intervals, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.units import Units
from summbench.stats.correlation import COEFFICIENTS, LEVELS
from summbench.stats.preference import percentile_interval, widen_level

Floats = NDArray[np.float64]

Resample = Literal["level", "both"]
"""What is resampled: systems at the system level and articles at the others, or both at each."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """One coefficient at one level of `n` units, its 95 % interval, and resamples without a value.

    The units are systems, articles (at the summary level) or summaries. `reason` says why there is
    no value or no interval.
    """

    level: str
    coefficient: str
    value: float
    low: float
    high: float
    undefined: int
    n: int
    reason: str


def get_level(units: int, resample: Resample) -> float:
    """Return the level of the percentiles for this many units; those of both are wide enough."""
    return 0.95 if resample == "both" else widen_level(units)


def get_interval_levels(systems: int, articles: int, resample: Resample) -> list[float]:
    """Return the level of the percentiles at each of `LEVELS`."""
    return [get_level(systems if level == "system" else articles, resample) for level in LEVELS]


def add_intervals(values: Floats, units: Units, resample: Resample) -> list[Correlation]:
    """Make a correlation of each (level, coefficient) of resampled values, the sample's first."""
    return [
        _add_interval(level, coefficient, values[i, j], units, resample)
        for i, level in enumerate(LEVELS)
        for j, coefficient in enumerate(COEFFICIENTS)
        if (level, coefficient) not in {("within", "spearman"), ("within", "kendall")}
    ]


def _add_interval(
    level: str, coefficient: str, values: Floats, units: Units, resample: Resample
) -> Correlation:
    value, low, high = float(values[0]), float("nan"), float("nan")
    undefined = int(np.isnan(values[1:]).sum())
    if reason := units.explain_missing_value(level, value):
        value = float("nan")
    elif undefined == len(values) - 1 and (level, coefficient) == ("pooled", "kendall"):
        reason = "not resampled, as every two summaries are a pair"
    elif not (reason := units.explain_missing_interval(level, resample)):
        low, high = percentile_interval(values, get_level(units.get_resampled(level), resample))
        if np.isnan(low):
            few = 2 * undefined > len(values) - 1
            reason = "few resamples have a value" if few else "all resamples have the same value"
    return Correlation(
        level, coefficient, value, low, high, undefined, units.get_count(level), reason
    )
