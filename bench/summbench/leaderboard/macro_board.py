"""The records of one board over several datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from summbench.core.records import Estimate


@dataclass(frozen=True, slots=True)
class Range:
    """A number with the 2.5 % and 97.5 % quantiles of its resamples; it describes, nothing more."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MacroEntry:
    """A model that has the primary metric on every dataset of the board.

    `estimate` is the mean of the datasets' means, its interval over articles within these datasets.
    A bound has no rank, no win rate, and what follows from it. `win_rate` is the share of datasets
    x opponents with a lower mean, a tie a half; `borda` counts them, and `mean_rank` is the mean of
    the ranks on the datasets.
    """

    model: str
    estimate: Estimate
    rank_low: int | None = None
    rank_high: int | None = None
    cluster: int | None = None
    letters: str = ""
    win_rate: Range | None = None
    mean_rank: Range | None = None
    borda: Range | None = None


@dataclass(frozen=True, slots=True)
class MacroComparison:
    """Two models on all datasets of the board: the macro mean of `a` less that of `b`, tested.

    `p` is of flips of articles within the datasets and speaks of these datasets; `p_datasets` is of
    flips of whole datasets and speaks of others like them. Both are adjusted by Holm's method over
    all pairs. On the datasets `opposed` the difference has the other sign, significantly so after
    Holm's correction over all pairs and datasets.
    """

    a: str
    b: str
    difference: Estimate
    p: float
    p_adjusted: float
    p_datasets: float
    p_datasets_adjusted: float
    opposed: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MacroBoard:
    """All datasets together, by the primary metric; models from the best to the worst.

    `left_out` is dataset -> why it is not among the `datasets`; `unranked` is model -> the datasets
    on which it has no score. With fewer datasets than `datasets_needed` no flip of them can be
    significant, so that nothing can be claimed for other datasets.
    """

    metric: str
    datasets: Sequence[str]
    entries: Sequence[MacroEntry]
    comparisons: Sequence[MacroComparison]
    datasets_needed: int
    left_out: Mapping[str, str] = field(default_factory=dict)
    unranked: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def can_generalize(self) -> bool:
        """Whether there are enough datasets to claim anything for others than these."""
        return len(self.datasets) >= self.datasets_needed
