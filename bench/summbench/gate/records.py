"""The records of the regression gate: what two results folders hold, and what is judged of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

from summbench.core.records import Estimate
from summbench.runs.schema import BaselineMetadata, RunMetadata
from summbench.runs.tables import PredictionDigest

Verdict = Literal["pass", "improved", "regressed", "inconclusive", "not comparable"]

_WORST_FIRST: Sequence[Verdict] = (
    "not comparable", "regressed", "inconclusive", "improved", "pass",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MetricVerdict:
    """The verdict on one metric of one model on one dataset: a row of the gate's table.

    Names are the baseline's, `candidate_model` the model's name in the candidate. `baseline` and
    `candidate` are means, `margin` is the loss allowed, all in the metric's unit. `difference` is
    candidate - baseline, turned so that a loss is negative, with its 90 % interval: each border is
    a one-sided 95 % bound. `n_changed` counts the articles with another summary.
    `required_articles` is the sample size that tells no loss from a loss of the margin (one-sided
    .05, power .8); it is None where no statistics are involved. `p_adjusted` is the sign-flip
    test's p after Holm's correction over the tested rows; NaN where nothing was tested.
    `is_fraction` says that scores are between 0 and 1, so that people see points (x 100).
    """

    dataset: str
    model: str
    metric: str
    margin: float
    verdict: Verdict
    reason: str
    baseline: float
    candidate: float
    difference: Estimate
    n_articles: int
    n_changed: int
    required_articles: int | None = None
    p_adjusted: float = nan
    candidate_model: str = ""
    is_fraction: bool = True

    @property
    def is_failing(self) -> bool:
        """Whether it neither passed nor improved."""
        return self.verdict not in {"pass", "improved"}

    @property
    def label(self) -> str:
        """The model's name; both names if the candidate has another."""
        if self.candidate_model in {"", self.model}:
            return self.model
        return f"{self.model} -> {self.candidate_model}"


@dataclass(frozen=True, slots=True)
class ArticleRegression:
    """An article on which a model lost, in the metric's unit.

    `is_fraction` is as of a `MetricVerdict`.
    """

    dataset: str
    model: str
    metric: str
    article_id: str
    loss: float
    before: PredictionDigest
    after: PredictionDigest
    is_fraction: bool = True


@dataclass(frozen=True, slots=True)
class SliceLoss:
    """A group of articles that lost more than the margin, in a row that does not regress.

    Exploratory, and no part of the verdict. `difference` is as of a `MetricVerdict`, over the
    articles whose `column` is `group`; `p_adjusted` is of "no loss beyond the margin", corrected
    over the `n_groups` of the row.
    """

    dataset: str
    model: str
    metric: str
    column: str
    group: str
    margin: float
    difference: Estimate
    p_adjusted: float
    n_groups: int
    is_fraction: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class GateReport:
    """A candidate against a baseline: one verdict, one for each row, and the worst articles.

    `baseline_metadata` is the baseline's run.json. `n_tested` rows were tested, and are corrected
    for their number. `notes` say how both were paired and which models are deterministic,
    `not_judged` what has no verdict. `slice_losses` are of groups of articles, and exploratory.
    `changed_settings` are what is another for the models whose summaries changed; `remedy` is what
    to do about a regression.
    """

    baseline: str
    candidate: str
    baseline_metadata: RunMetadata | BaselineMetadata
    verdict: Verdict
    metric_verdicts: Sequence[MetricVerdict]
    article_regressions: Sequence[ArticleRegression]
    notes: Sequence[str] = ()
    not_judged: Sequence[str] = ()
    n_tested: int = 0
    slice_losses: Sequence[SliceLoss] = ()
    changed_settings: Sequence[str] = ()
    remedy: str = ""

    def __repr__(self) -> str:
        counts = Counter(verdict.verdict for verdict in self.metric_verdicts)
        parts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return f"<GateReport {self.verdict}: {parts or 'nothing compared'}>"


def combine_verdicts(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst; a regression is not the last word where something could not be compared."""
    return min(verdicts, key=_WORST_FIRST.index, default="not comparable")


def get_exit_code(verdict: Verdict, strict: bool = False) -> int:
    """2 not comparable, 3 regressed, 4 inconclusive if `strict`, else 0."""
    undecided = 4 if strict else 0
    return {"not comparable": 2, "regressed": 3, "inconclusive": undecided}.get(verdict, 0)
