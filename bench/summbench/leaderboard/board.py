"""The records of a leaderboard, from which every rendering is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from summbench.core.markup_counts import NO_MARKUP, Markup
from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.core.records import Direction, Estimate, Kind, Role, sha256
from summbench.leaderboard.macro_board import MacroBoard
from summbench.leaderboard.slice_records import SliceComparison, SliceEntry

ALPHA = 0.05
"""The level of every claim that two models differ."""

_ROUNDING = 1e-9

MIN_LABELS = 50
"""The human labels without which no gate uses a judge."""


def shorten_signature(signature: str) -> str:
    """A signature's first word and the first digits of its hash, for use in a sentence."""
    return f"{signature.partition('|')[0]}#{sha256(signature)[:8]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The mean of one metric of one model; ranks, cluster and letters if models were compared.

    `normalized_score` is the mean on a scale from the floor's mean (0) to the bound's (1) on these
    articles, `length_adjusted` the mean at the references' length; both only of quality metrics.
    """

    dataset: str
    model: str
    metric: str
    estimate: Estimate
    n_failed: int
    rank_low: int | None = None
    rank_high: int | None = None
    cluster: int | None = None
    letters: str = ""
    normalized_score: float = float("nan")
    length_adjusted: float = float("nan")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same articles: the mean of `a` less that of `b`, tested.

    `p` is of the sign-flip test, `p_adjusted` corrected for all pairs of the metric: by Holm's
    method on the primary metric ("holm"), by Benjamini and Hochberg's elsewhere ("bh"). `wins` and
    `losses` count the articles on which `a` is better and worse. `effect_size` is d_z, `mde` the
    mean difference that as many articles detect with 80 % power, in the metric's unit; NaN if the
    difference is the same on every article.
    """

    dataset: str
    metric: str
    a: str
    b: str
    difference: Estimate
    p: float
    p_adjusted: float
    correction: str
    wins: int
    ties: int
    losses: int
    effect_size: float
    mde: float


@dataclass(frozen=True, slots=True)
class Health:
    """Counts of articles that failed, were truncated or have a suspect summary, and the speed.

    `copied` summaries are word for word one piece of their article, `duplicates` are the same for
    another article too, `other_script` are not written in the script of their article. Tokens are
    words where the model counts none. `style` counts tokenised and lower-cased summaries,
    `markup_counts` those with markup.
    """

    dataset: str
    model: str
    articles: int
    failed: int
    empty: int
    input_truncated: int
    hit_token_limit: int
    ends_mid_sentence: int
    copied: int
    duplicates: int
    other_script: int
    median_tokens: float
    seconds_per_article: float
    tokens_per_second: float
    style: TextStyle = NO_TEXTS
    markup_counts: Markup = NO_MARKUP

    @property
    def markup(self) -> int:
        """How many summaries have markup."""
        return self.markup_counts.marked


@dataclass(frozen=True, slots=True)
class LeaderboardMetric:
    """A metric of the leaderboard: which way is better, what it is for, and its signature.

    `undefined_if` says in words when it has no value, if the metric tells.
    """

    direction: Direction
    role: Role
    signature: str
    undefined_if: str = ""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """How many articles were scored, and the hash of their texts and references in any order.

    The styles count which articles and which references are tokenised and lower-cased.
    """

    articles: int
    fingerprint: str
    article_style: TextStyle = NO_TEXTS
    reference_style: TextStyle = NO_TEXTS
    reference_markup: Markup = NO_MARKUP


@dataclass(frozen=True, slots=True)
class JudgeReliability:
    """How far one column of a judge can be believed, over all models of a dataset.

    Of `replies` requests `failed` had no reply, and `unparsed` replies were not in the demanded
    format; `brackets` were asked for [[ ]], the others for JSON. Of `pairs` shown in both orders
    the verdict of `flips` changed with the order. Of `choices` between two summaries `first` took
    the one shown first. `agreement` is the share of equal readings among all pairs of repeats of
    one request, over the `repeated` requests that have at least two readings; NaN without any.
    `kappa` is Cohen's, over the human labels of the articles and models of this run, of `labels`
    that there are; its `weighting` is "quadratic" for ratings and "none" for outcomes.
    """

    dataset: str
    metric: str
    replies: int
    failed: int
    unparsed: int
    brackets: int
    pairs: int
    flips: int
    choices: int
    first: int
    repeated: int
    agreement: float
    labels: int
    kappa: Estimate
    weighting: str

    @property
    def is_calibrated(self) -> bool:
        """Whether enough human labels say what its judgement is worth: kappa is defined."""
        return self.kappa.n >= MIN_LABELS and not isnan(self.kappa.mean)


@dataclass(frozen=True, slots=True)
class RepeatVariance:
    """How much a model that predicted each article several times differs from itself.

    `failed` outputs of all repeats count as 0. `spread` is the standard deviation of the model's
    mean between repeats. `within` and `between` are variances of the score of one output: between
    repeats of an article, and between articles.
    """

    dataset: str
    model: str
    metric: str
    repeats: int
    failed: int
    spread: float
    within: float
    between: float

    @property
    def share(self) -> float:
        """The part of the variance of one output's score that is repeats and not articles."""
        total = self.within + self.between
        return self.within / total if total > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """One table for each dataset, the models from the best to the worst by the primary metric.

    `display_metrics` are shown to people, `vs` is the only model that others are compared with (or
    None for every pair), `failures` say why a model failed, `notes` are lines under the table of a
    dataset. `judges` has a row for each dataset and column of a judge. `macro` is of all datasets
    together, if there are several; `repeats` of models that predicted several times,
    `slices` and `slice_comparisons` of groups of articles, by the primary metric.
    """

    name: str
    primary: str
    vs: str | None
    display_metrics: Sequence[str]
    datasets: Mapping[str, DatasetInfo]
    models: Mapping[str, Kind]
    metrics: Mapping[str, LeaderboardMetric]
    entries: Sequence[Entry]
    comparisons: Sequence[Comparison]
    health: Sequence[Health]
    failures: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    judges: Sequence[JudgeReliability] = field(default_factory=list)
    macro: MacroBoard | None = None
    repeats: Sequence[RepeatVariance] = field(default_factory=list)
    slices: Sequence[SliceEntry] = field(default_factory=list)
    slice_comparisons: Sequence[SliceComparison] = field(default_factory=list)

    def get_scale(self, metric: str) -> float:
        """Return 100 for shares, which people read in points (x 100), or 1 for other numbers.

        A quality metric is a share if each of its means is between 0 and 1.
        """
        means = (entry.estimate.mean for entry in self.entries if entry.metric == metric)
        is_share = all(isnan(m) or -_ROUNDING <= m <= 1 + _ROUNDING for m in means)
        return 100.0 if is_share and self.metrics[metric].role == "quality" else 1.0

    def get_judge(self, dataset: str, metric: str) -> JudgeReliability | None:
        """The reliability of a judge's column; None if the metric is no judge."""
        rows = (row for row in self.judges if (row.dataset, row.metric) == (dataset, metric))
        return next(rows, None)
