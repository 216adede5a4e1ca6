"""Where a model stands: among the others, between floor and bound, and at equal length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

import numpy as np

from summbench.core.records import Kind
from summbench.leaderboard.board import Comparison, Entry, LeaderboardMetric
from summbench.leaderboard.comparisons import rank_models
from summbench.leaderboard.health import Outcome
from summbench.stats.length_control import adjust_to_reference_length

_NAN = float("nan")
_RATIO = "length.ratio"


def add_ranks(
    entries: Sequence[Entry],
    cells: Sequence[Outcome],
    comparisons: Sequence[Comparison],
    metrics: Mapping[str, LeaderboardMetric],
    kinds: Mapping[str, Kind],
) -> list[Entry]:
    """The entries of quality metrics with ranks, normalized score and length-adjusted mean."""
    pairs: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        pairs[comparison.dataset, comparison.metric].append(comparison)
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.dataset, entry.metric].append(entry)
    known: dict[tuple[str, str, str], Entry] = {}
    for (dataset, metric), group in groups.items():
        if metrics[metric].role == "quality":
            higher = metrics[metric].direction == "higher"
            group = _ranked(group, pairs[dataset, metric], higher, kinds)
            group = _adjusted(group, [c for c in cells if c.dataset == dataset], kinds)
            group = _positioned(group, kinds)
        known |= {(entry.dataset, entry.model, entry.metric): entry for entry in group}
    return [known[entry.dataset, entry.model, entry.metric] for entry in entries]


def _ranked(
    group: Sequence[Entry],
    comparisons: Sequence[Comparison],
    higher: bool,
    kinds: Mapping[str, Kind],
) -> list[Entry]:
    sign = -1 if higher else 1
    rivals = [e for e in group if kinds[e.model] != "bound" and not isnan(e.estimate.mean)]
    best_first = [e.model for e in sorted(rivals, key=lambda e: sign * e.estimate.mean)]
    found = rank_models(best_first, comparisons, higher)
    return [replace(e, **found[e.model]._asdict()) if e.model in found else e for e in group]


def _positioned(group: Sequence[Entry], kinds: Mapping[str, Kind]) -> list[Entry]:
    """In the units of the first floor and the first bound of the config that have a mean."""
    means = {e.model: e.estimate.mean for e in group if not isnan(e.estimate.mean)}
    floor, bound = (
        next(
            (means[model] for model, found in kinds.items() if found == kind and model in means),
            _NAN,
        )
        for kind in ("floor", "bound")
    )
    span = bound - floor
    if isnan(span) or span == 0:
        return list(group)
    return [
        replace(entry, normalized_score=(entry.estimate.mean - floor) / span) for entry in group
    ]


def _adjusted(
    group: Sequence[Entry], cells: Sequence[Outcome], kinds: Mapping[str, Kind]
) -> list[Entry]:
    """Bounds are left out: they would bend the curve that the systems' lengths have."""
    metric = group[0].metric
    among = [
        c for c in cells
        if kinds[c.model] != "bound" and not c.all_failed and {metric, _RATIO} <= c.scores.keys()
    ]  # fmt: skip
    if not among:
        return list(group)
    scores, ratios = (np.array([c.scores[name] for c in among], float) for name in (metric, _RATIO))
    found = adjust_to_reference_length(scores, ratios)
    means = dict(zip((c.model for c in among), found.tolist(), strict=True))
    return [replace(entry, length_adjusted=means.get(entry.model, _NAN)) for entry in group]
