"""The rows of leaderboard.json, typed."""

from __future__ import annotations

import msgspec

from summbench.core.markup_counts import NO_MARKUP, Markup
from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.core.records import Kind
from summbench.leaderboard.board import DatasetInfo, LeaderboardMetric
from summbench.leaderboard.macro_board import Range

SCHEMA_VERSION = 3
"""Rises with every change of a field's meaning; since 3 a dataset's fingerprint knows no order."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSON object without other fields; null is an undefined number."""


class EntryRow(_Row, frozen=True):
    """An `Entry`, its estimate among its fields."""

    dataset: str
    model: str
    metric: str
    n_failed: int
    rank_low: int | None
    rank_high: int | None
    cluster: int | None
    letters: str
    normalized_score: float | None
    length_adjusted: float | None
    mean: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class ComparisonRow(_Row, frozen=True):
    """A `Comparison`, its estimate among its fields."""

    dataset: str
    metric: str
    a: str
    b: str
    p: float | None
    p_adjusted: float | None
    correction: str
    wins: int
    ties: int
    losses: int
    effect_size: float | None
    mde: float | None
    difference: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class HealthRow(_Row, frozen=True):
    """A `Health`."""

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
    median_tokens: float | None
    seconds_per_article: float | None
    tokens_per_second: float | None
    style: TextStyle = NO_TEXTS
    markup_counts: Markup = NO_MARKUP


class JudgeRow(_Row, frozen=True):
    """A `JudgeReliability`, its estimate of kappa among its fields; `n` are the labels it is of."""

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
    agreement: float | None
    labels: int
    weighting: str
    kappa: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class MacroEntryRow(_Row, frozen=True):
    """A `MacroEntry`, its estimate among its fields."""

    model: str
    rank_low: int | None
    rank_high: int | None
    cluster: int | None
    letters: str
    win_rate: Range | None
    mean_rank: Range | None
    borda: Range | None
    mean: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class MacroComparisonRow(_Row, frozen=True):
    """A `MacroComparison`, its estimate among its fields."""

    a: str
    b: str
    p: float
    p_adjusted: float
    p_datasets: float
    p_datasets_adjusted: float
    opposed: list[str]
    difference: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class MacroRow(_Row, frozen=True):
    """What a `MacroBoard` is of; its entries and comparisons are beside it."""

    metric: str
    datasets: list[str]
    datasets_needed: int
    left_out: dict[str, str]
    unranked: dict[str, list[str]]


class RepeatRow(_Row, frozen=True):
    """A `RepeatVariance`."""

    dataset: str
    model: str
    metric: str
    repeats: int
    failed: int
    spread: float | None
    within: float | None
    between: float | None


class SliceEntryRow(_Row, frozen=True):
    """A `SliceEntry`, its estimate among its fields."""

    dataset: str
    column: str
    group: str
    model: str
    mean: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class SliceComparisonRow(_Row, frozen=True):
    """A `SliceComparison`, its estimate among its fields."""

    dataset: str
    column: str
    group: str
    a: str
    b: str
    p: float
    p_adjusted: float
    is_hidden: bool
    difference: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class LeaderboardFile(_Row, frozen=True, omit_defaults=True):
    """leaderboard.json."""

    schema_version: int
    name: str
    primary: str
    vs: str | None
    display_metrics: list[str]
    datasets: dict[str, DatasetInfo]
    models: dict[str, Kind]
    metrics: dict[str, LeaderboardMetric]
    entries: list[EntryRow]
    comparisons: list[ComparisonRow]
    health: list[HealthRow]
    failures: dict[str, str]
    notes: dict[str, list[str]] = msgspec.field(default_factory=dict)
    judges: list[JudgeRow] = msgspec.field(default_factory=list)
    macro: MacroRow | None = None
    repeats: list[RepeatRow] = msgspec.field(default_factory=list)
    slices: list[SliceEntryRow] = msgspec.field(default_factory=list)
    slice_comparisons: list[SliceComparisonRow] = msgspec.field(default_factory=list)
    macro_entries: list[MacroEntryRow] = msgspec.field(default_factory=list)
    macro_comparisons: list[MacroComparisonRow] = msgspec.field(default_factory=list)
