"""Losses in groups of articles that the mean over all articles hides; exploratory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, sqrt
from statistics import fmean, stdev

from summbench.core.records import Estimate
from summbench.gate.alignment import Alignment, pair_ids
from summbench.gate.differences import FEWEST, Key, ScorePair
from summbench.gate.records import MetricVerdict, SliceLoss
from summbench.leaderboard.board import ALPHA
from summbench.runs.groups import ArticleGroups, read_groups
from summbench.stats.distributions import t_cdf, t_quantile
from summbench.stats.multiplicity import holm

_Slice = tuple[str, str]
"""A column and a group."""


def find_slice_losses(
    groups: ArticleGroups, pairs: Sequence[ScorePair], verdicts: Sequence[MetricVerdict]
) -> list[SliceLoss]:
    """The groups that lost more than the margin in rows that do not regress, the worst first.

    One-sided t-tests of the mean difference against the margin, corrected (Holm) over the groups of
    a row; groups of fewer than five articles are not tested.
    """
    losses = [
        loss
        for pair, row in zip(pairs, verdicts, strict=True)
        if row.verdict not in {"regressed", "not comparable"}
        for loss in _test_row(pair.key, row, _group_differences(pair, groups))
    ]
    return sorted(losses, key=lambda loss: loss.difference.mean)


def collect_groups(alignment: Alignment) -> ArticleGroups:
    """The candidate's groups under the baseline's names of datasets and articles.

    Raises:
        SummbenchError: the candidate's examples are damaged.
    """
    old, candidate = alignment.baseline, alignment.candidate
    own = read_groups(candidate.run)
    groups: ArticleGroups = {}
    for dataset, name in candidate.datasets.items():
        for (place, column), by_article in own.items():
            if place == name:
                ids = pair_ids(old.articles[dataset], candidate.run.articles[name])
                groups[dataset, column] = {
                    ids[article]: group for article, group in by_article.items() if article in ids
                }
    return groups


def _group_differences(pair: ScorePair, groups: ArticleGroups) -> Mapping[_Slice, Sequence[float]]:
    values: dict[_Slice, list[float]] = {}
    for (dataset, column), by_article in groups.items():
        if dataset == pair.key[0]:
            for article, difference in pair.differences.items():
                if article in by_article and isfinite(difference):
                    values.setdefault((column, by_article[article]), []).append(difference)
    return {key: listed for key, listed in values.items() if len(listed) >= FEWEST}


def _test_row(
    key: Key, row: MetricVerdict, differences: Mapping[_Slice, Sequence[float]]
) -> Iterator[SliceLoss]:
    p_values = [_test_below(values, -row.margin) for values in differences.values()]
    adjusted = holm(p_values).tolist() if p_values else []
    for (group, values), p in zip(differences.items(), adjusted, strict=True):
        if p <= ALPHA:
            yield SliceLoss(
                *key, *group, row.margin, _estimate(values), p, len(differences), row.is_fraction
            )


def _test_below(values: Sequence[float], limit: float) -> float:
    """The p of a mean that is not below the limit."""
    spread = stdev(values) / sqrt(len(values))
    distance = fmean(values) - limit
    if spread == 0:
        return 0.0 if distance < 0 else 1.0
    return float(t_cdf(len(values) - 1, distance / spread))


def _estimate(values: Sequence[float]) -> Estimate:
    """The mean with its 90 % interval."""
    n, mean = len(values), fmean(values)
    half = float(t_quantile(n - 1, 1 - ALPHA)) * stdev(values) / sqrt(n)
    return Estimate(mean, mean - half, mean + half, n, "student-t")
