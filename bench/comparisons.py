"""Which models of a table can be told apart: paired tests, ranks and clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.board import Comparison
from bench.stats.intervals import estimates
from bench.stats.multiplicity import holm
from bench.stats.paired import resamples_for, sign_flip, summarise_pair
from bench.stats.power import minimum_detectable_effect
from bench.stats.ranks import clusters, rank_intervals

ALPHA = 0.05
FEWEST = 5
"""Below this many articles nothing is claimed about an order."""


class Standing(NamedTuple):
    """The ranks that a model may have, and the cluster it stands in; 1 is the best."""

    rank_low: int
    rank_high: int
    cluster: int


def compared(
    dataset: str,
    metric: str,
    scores: Mapping[str, Sequence[float]],
    higher_is_better: bool = True,
    seed: int = 0,
) -> list[Comparison]:
    """Every pair of models, given best first, on the articles where all have a score.

    Sign-flip tests of the mean difference, Holm's correction over all pairs, as many resamples as
    that needs; intervals of the difference as everywhere. A win is an article on which `a` is
    better. Empty for one model or below 5 articles.
    """
    if len(scores) < 2:
        return []
    table = np.array(list(scores.values()), dtype=float)
    common = table[:, ~np.isnan(table).any(axis=0)]
    pairs = list(combinations(range(len(common)), 2))
    if common.shape[1] < FEWEST:
        return []
    differences = np.stack([common[a] - common[b] for a, b in pairs], axis=1)
    p = sign_flip(differences, resamples_for(len(pairs), ALPHA), seed)
    columns = {str(i): differences[:, i].tolist() for i in range(len(pairs))}
    intervals = list(estimates(columns, seed=seed).values())
    names, sign = list(scores), 1 if higher_is_better else -1
    return [
        Comparison(
            dataset,
            metric,
            names[a],
            names[b],
            intervals[i],
            float(p[i]),
            float(adjusted),
            "holm",
            *summarise_pair((sign * common[a]).tolist(), (sign * common[b]).tolist()),
            minimum_detectable_effect(float(differences[:, i].std(ddof=1)), len(common[a]), ALPHA),
        )
        for i, ((a, b), adjusted) in enumerate(zip(pairs, holm(p), strict=True))
    ]


def standings(
    models: Sequence[str], comparisons: Sequence[Comparison], higher_is_better: bool
) -> dict[str, Standing]:
    """For each model, given best first, what the comparisons leave of its rank."""
    if not comparisons:
        return {}
    place = {model: i for i, model in enumerate(models)}
    better: NDArray[np.bool_] = np.zeros((len(models), len(models)), dtype=bool)
    for c in comparisons:
        a_wins = (c.difference.mean > 0) == higher_is_better
        winner, loser = (c.a, c.b) if a_wins else (c.b, c.a)
        better[place[winner], place[loser]] = c.p_adjusted < ALPHA
    ranks = rank_intervals(better)
    groups = clusters(range(len(models)), better)
    return {
        model: Standing(*rank, group)
        for model, rank, group in zip(models, ranks, groups, strict=True)
    }
