"""Ranks of models, scores between floor and bound, and scores at equal length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

import numpy as np

from summbench.core.records import Kind
from summbench.leaderboard.board import Entry, LeaderboardMetric
from summbench.leaderboard.comparisons import PairTests, rank_models
from summbench.leaderboard.outcomes import Outcome
from summbench.stats.length_control import adjust_to_reference_length

_NAN = float("nan")
_RATIO = "length.ratio"


def add_ranks(
    entries: Sequence[Entry],
    outcomes: Sequence[Outcome],
    tests: Mapping[tuple[str, str], PairTests],
    metrics: Mapping[str, LeaderboardMetric],
    kinds: Mapping[str, Kind],
) -> list[Entry]:
    """Adds ranks, normalized score and length-adjusted mean to the entries of quality metrics.

    `tests` is dataset and metric -> the tests of its pairs of models.
    """
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.dataset, entry.metric].append(entry)
    ranked: dict[tuple[str, str, str], Entry] = {}
    for (dataset, metric), group in groups.items():
        if metrics[metric].role == "quality":
            higher = metrics[metric].direction == "higher"
            group = _add_standings(group, tests[dataset, metric], higher, kinds)
            group = _add_adjusted_means(group, [o for o in outcomes if o.dataset == dataset], kinds)
            group = _add_normalized_scores(group, higher, kinds)
        ranked |= {(entry.dataset, entry.model, entry.metric): entry for entry in group}
    return [ranked[entry.dataset, entry.model, entry.metric] for entry in entries]


def _add_standings(
    group: Sequence[Entry],
    tests: PairTests,
    higher: bool,
    kinds: Mapping[str, Kind],
) -> list[Entry]:
    sign = -1 if higher else 1
    rivals = [e for e in group if kinds[e.model] != "bound" and not isnan(e.estimate.mean)]
    best_first = [e.model for e in sorted(rivals, key=lambda e: (sign * e.estimate.mean, e.model))]
    standings = rank_models(best_first, tests, higher)
    return [
        replace(e, **standings[e.model]._asdict()) if e.model in standings else e for e in group
    ]


def _add_normalized_scores(
    group: Sequence[Entry], higher: bool, kinds: Mapping[str, Kind]
) -> list[Entry]:
    """On a scale from the best floor (0) to the best bound (1)."""
    best = max if higher else min
    scored = [e for e in group if not isnan(e.estimate.mean)]
    floor, bound = (
        best((e.estimate.mean for e in scored if kinds[e.model] == end), default=_NAN)
        for end in ("floor", "bound")
    )
    span = bound - floor
    if isnan(span) or span == 0:
        return list(group)
    return [
        replace(entry, normalized_score=(entry.estimate.mean - floor) / span) for entry in group
    ]


def _add_adjusted_means(
    group: Sequence[Entry], outcomes: Sequence[Outcome], kinds: Mapping[str, Kind]
) -> list[Entry]:
    """Bounds are left out, as they would distort how scores depend on length."""
    metric = group[0].metric
    systems = [
        o for o in outcomes
        if kinds[o.model] != "bound" and not o.all_failed and {metric, _RATIO} <= o.scores.keys()
    ]  # fmt: skip
    if not systems:
        return list(group)
    scores, ratios = (
        np.array([o.scores[name] for o in systems], float) for name in (metric, _RATIO)
    )
    adjusted = adjust_to_reference_length(scores, ratios)
    means = dict(zip((o.model for o in systems), adjusted.tolist(), strict=True))
    return [replace(entry, length_adjusted=means.get(entry.model, _NAN)) for entry in group]
