"""The records of results by slice, which are exploratory."""

from __future__ import annotations

from dataclasses import dataclass

from summbench.core.records import Estimate


@dataclass(frozen=True, slots=True)
class SliceEntry:
    """The mean of the primary metric of a model over the articles of one group of a column."""

    dataset: str
    column: str
    group: str
    model: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class SliceComparison:
    """Two models on the articles of one group: the mean of `a` less that of `b`, tested.

    `p_adjusted` is corrected by Holm's method for all pairs and groups of the dataset. `is_hidden`
    differences are significant, and the whole dataset does not show them.
    """

    dataset: str
    column: str
    group: str
    a: str
    b: str
    difference: Estimate
    p: float
    p_adjusted: float
    is_hidden: bool = False
