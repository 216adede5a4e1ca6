"""The records of a history: versions, and a row for each dataset, system and metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from summbench.core.control_characters import show_controls
from summbench.core.records import Estimate
from summbench.gate.differences import Key
from summbench.gate.records import Verdict


@dataclass(frozen=True, slots=True)
class Version:
    """A commit, or a run without one; all runs of a clean commit are one version.

    `label` is short and unlike every other label; it ends with + if the tree had changes. `time` is
    that of the commit, without one that of the run (ISO 8601). `comparison` counts the comparisons
    with the release in the order of their runs, and `level` is the two-sided level of this one;
    None and NaN if nothing was tested. `same_scores_as` is an earlier version of the same scores,
    whose comparison this is too.
    """

    label: str
    commit: str | None
    is_dirty: bool
    branch: str | None
    time: str
    n_runs: int
    comparison: int | None = None
    level: float = nan
    same_scores_as: str | None = None

    @property
    def date(self) -> str:
        """The day of `time`."""
        return self.time[:10]


@dataclass(frozen=True, slots=True)
class Point:
    """A version's mean of a row less the release's, turned so that a loss is negative.

    `low` and `high` are its band, which holds at 95 % for all points of the history together. `p`
    is of the sign-flip test, `p_adjusted` corrected by Holm's method over the rows of the version;
    `is_significant` if it is at most the version's level. `problem` says why numbers are missing.
    """

    difference: float = nan
    low: float = nan
    high: float = nan
    p: float = nan
    p_adjusted: float = nan
    is_significant: bool = False
    problem: str | None = None

    @property
    def is_lower(self) -> bool:
        """Whether the band is below zero."""
        return self.high < 0

    @property
    def is_higher(self) -> bool:
        """Whether the band is above zero."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A metric of a system on a dataset: one point for each version, and what they come to.

    `verdict` is on the newest version of the branch; `since` is the label of the version since
    which the band was always below zero, and `alarm` of the first significant loss since then.
    `drift` is the mean change from one version of the branch to the next, with its own 95 %
    interval. `release_score` is the release's mean. `is_fraction` says that scores are between 0
    and 1, so that people see points (x 100).
    """

    dataset: str
    model: str
    metric: str
    is_fraction: bool
    n_articles: int
    release_score: float
    points: Sequence[Point]
    verdict: Verdict
    since: str | None
    alarm: str | None
    drift: Estimate

    @property
    def key(self) -> Key:
        """Dataset, model and metric."""
        return self.dataset, self.model, self.metric


@dataclass(frozen=True, slots=True, repr=False)
class HistoryReport:
    """Every version since the release against it.

    `versions` are in the order of their commits, `newest` is the place of the one that `verdict` is
    on, `branch` its branch. `quantile` is how many standard errors the band is wide on each side,
    before Student's widening. `alpha_spent` is the chance, at most, of any false verdict so far;
    `not_judged` lists what has none, `notes` what to mind.
    """

    verdict: Verdict
    release: Version
    versions: Sequence[Version]
    newest: int | None
    branch: str | None
    rows: Sequence[HistoryRow]
    quantile: float
    alpha_spent: float
    notes: Sequence[str] = ()
    not_judged: Sequence[str] = ()

    def __repr__(self) -> str:
        counts = Counter(row.verdict for row in self.rows)
        parts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        versions = f"{len(self.versions)} version{'s' * (len(self.versions) != 1)}"
        since = show_controls(self.release.label)
        return f"<HistoryReport {self.verdict}: {versions} since {since}; {parts}>"
