"""Results by slice: means of groups of articles, and where a pair differs from the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA, Comparison, LeaderboardMetric
from summbench.leaderboard.comparisons import FEWEST, compare_pairs, run_tests
from summbench.leaderboard.slice_records import SliceComparison, SliceEntry
from summbench.stats.intervals import estimate_columns
from summbench.stats.multiplicity import holm

Floats = NDArray[np.float64]
Groups = Mapping[str, Sequence[str]]
"""Column -> the group of each article, in canonical order."""

MOST_MODELS = 20
"""Of more models each is compared with the best one only."""


@dataclass(frozen=True, slots=True)
class SlicedDataset:
    """The scores of a dataset by the primary metric, and its groups.

    `scores` has every model, the best first; `ranked` are those that are compared, and `whole` are
    their comparisons over all articles.
    """

    name: str
    metric: str
    info: LeaderboardMetric
    scores: Mapping[str, Floats]
    ranked: Sequence[str]
    whole: Sequence[Comparison]
    groups: Groups


def slice_dataset(dataset: SlicedDataset) -> tuple[list[SliceEntry], list[SliceComparison]]:
    """Means and pair tests of each group; all tests of the dataset are one family for Holm.

    Groups of fewer than 5 articles are not tested.
    """
    masks = list(_iterate_groups(dataset.groups))
    columns = (
        ((column, group, model), scores[mask])
        for column, group, mask in masks
        for model, scores in dataset.scores.items()
    )
    entries = [
        SliceEntry(dataset.name, *key, estimate)
        for key, estimate in estimate_columns(columns).items()
    ]
    pairs = [pair for mask in masks for pair in _compare_group(dataset, *mask)]
    adjusted = holm([pair.p for pair in pairs]) if pairs else ()
    whole = {(c.a, c.b): c for c in dataset.whole}
    whole |= {(c.b, c.a): c for c in dataset.whole}
    return entries, [
        replace(pair, p_adjusted=float(p), is_hidden=_is_hidden(pair, p, whole))
        for pair, p in zip(pairs, adjusted, strict=True)
    ]


def _iterate_groups(groups: Groups) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    for column, names in groups.items():
        of_articles = np.array(names)
        if len(set(names)) > 1:
            for group in sorted(set(names)):
                yield column, group, of_articles == group


def _compare_group(
    dataset: SlicedDataset, column: str, group: str, mask: NDArray[np.bool_]
) -> list[SliceComparison]:
    if mask.sum() < FEWEST or not dataset.ranked:
        return []
    scores = {model: dataset.scores[model][mask] for model in dataset.ranked}
    scores = {model: values for model, values in scores.items() if not np.isnan(values).all()}
    vs = dataset.ranked[0] if len(scores) > MOST_MODELS else None
    tests = run_tests(scores, vs, is_primary=True)
    return [
        SliceComparison(dataset.name, column, group, c.a, c.b, c.difference, c.p, c.p_adjusted)
        for c in compare_pairs(dataset.name, dataset.metric, tests, dataset.info)
    ]


def _is_hidden(
    pair: SliceComparison, p_adjusted: float, whole: Mapping[tuple[str, str], Comparison]
) -> bool:
    """Whether it is significant, and not significant in the same direction over all articles."""
    if p_adjusted > ALPHA:
        return False
    over_all = whole.get((pair.a, pair.b))
    if over_all is None or over_all.p_adjusted > ALPHA:
        return True
    sign = 1 if (over_all.a, over_all.b) == (pair.a, pair.b) else -1
    return bool(np.sign(sign * _mean(over_all.difference)) != np.sign(_mean(pair.difference)))


def _mean(difference: Estimate) -> float:
    return difference.mean
