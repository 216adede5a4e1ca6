"""Outcomes to a leaderboard: estimates, what went wrong, and the order of the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.core.records import Kind
from summbench.leaderboard.board import (
    Comparison,
    DatasetInfo,
    Entry,
    Leaderboard,
    LeaderboardMetric,
)
from summbench.leaderboard.comparisons import compare_pairs
from summbench.leaderboard.health import Outcome
from summbench.leaderboard.ranking import add_ranks
from summbench.stats.intervals import LARGE, estimate_columns


@dataclass(frozen=True, slots=True)
class Ranking:
    """What sorts the table, which columns people see, and whom every model is compared with.

    `allow_diagnostic` lets a diagnostic be the primary metric; without `vs` every pair is compared.
    """

    primary: str
    display_metrics: Sequence[str]
    allow_diagnostic: bool = False
    vs: str | None = None


def compute_leaderboard(
    name: str,
    datasets: Mapping[str, DatasetInfo],
    kinds: Mapping[str, Kind],
    metrics: Mapping[str, LeaderboardMetric],
    outcomes: Sequence[Outcome],
    ranking: Ranking,
) -> Leaderboard:
    """The table, each dataset's rows from the best to the worst by the primary metric.

    Without references the primary metric may be absent; the rows then keep the config's order.
    """
    check_ranking(ranking, metrics, kinds)
    ordered = _ordered(outcomes, list(datasets), ranking.primary, metrics)
    entries = _entries(ordered)
    found: list[Comparison] = []
    for dataset in datasets:
        rivals = [c for c in ordered if c.dataset == dataset and kinds[c.model] != "bound"]
        for together in _at_once(list(metrics), rivals):
            scores = {metric: _of_rivals(rivals, metric) for metric in together}
            found += compare_pairs(dataset, scores, metrics, ranking.primary, ranking.vs)
    present = {entry.metric for entry in entries}
    return Leaderboard(
        name=name,
        primary=ranking.primary,
        vs=ranking.vs,
        display_metrics=[
            m for m in dict.fromkeys((*ranking.display_metrics, ranking.primary)) if m in present
        ],
        datasets=datasets,
        models=kinds,
        metrics={metric: info for metric, info in metrics.items() if metric in present},
        entries=add_ranks(entries, ordered, found, metrics, kinds),
        comparisons=found,
        health=[outcome.health for outcome in ordered],
    )


def check_ranking(
    ranking: Ranking,
    metrics: Mapping[str, LeaderboardMetric],
    models: Collection[str] | None = None,
) -> None:
    """Refuse names that are not there, and a primary metric that is not about quality.

    A shown column of a metric that was not selected is no mistake: it is left out.
    """
    selected = {metric.partition(".")[0] for metric in metrics}
    for metric in (
        ranking.primary,
        *(m for m in ranking.display_metrics if m.partition(".")[0] in selected),
    ):
        if metric not in metrics:
            raise SummbenchError(
                f"There is no metric {metric!r} among those selected: {', '.join(metrics)}."
            )
    if metrics[ranking.primary].role != "quality" and not ranking.allow_diagnostic:
        raise SummbenchError(
            f"primary={ranking.primary} is a diagnostic: a table sorted by it would rank by "
            "something other than quality. Choose a metric that compares with references, or say "
            "allow_diagnostic_primary=true."
        )
    if ranking.vs is not None and models is not None and ranking.vs not in models:
        raise SummbenchError(f"vs={ranking.vs} is none of the models: {', '.join(models)}.")


def _ordered(
    cells: Sequence[Outcome],
    datasets: Sequence[str],
    primary: str,
    metrics: Mapping[str, LeaderboardMetric],
) -> list[Outcome]:
    """Dataset by dataset, the best mean first; without a mean last, in the config's order."""
    sign = -1 if metrics[primary].direction == "higher" else 1

    def place(cell: Outcome) -> tuple[int, float]:
        there = primary in cell.scores and not cell.all_failed
        mean = _mean(cell.scores[primary]) if there else float("nan")
        return datasets.index(cell.dataset), float("inf") if isnan(mean) else sign * mean

    return sorted(cells, key=place)


def _at_once(metrics: Sequence[str], rivals: Sequence[Outcome]) -> list[Sequence[str]]:
    """Metrics whose resamples are shared; of large datasets, which have none, each by itself."""
    if any(rival.health.articles > LARGE for rival in rivals):
        return [[metric] for metric in metrics]
    return [metrics]


def _of_rivals(rivals: Sequence[Outcome], metric: str) -> dict[str, NDArray[np.float64]]:
    """The scores of every model that has any."""
    there = [cell for cell in rivals if not cell.all_failed and metric in cell.scores]
    found = {cell.model: cell.scores[metric] for cell in there}
    return {model: values for model, values in found.items() if not np.isnan(values).all()}


def _mean(values: NDArray[np.float64]) -> float:
    defined = values[~np.isnan(values)]
    return fmean(defined) if len(defined) else float("nan")


def _entries(cells: Sequence[Outcome]) -> list[Entry]:
    """Each metric of each cell; the intervals of a dataset share their resamples.

    A model that failed on every article has no mean; failures on some are zeros in it.
    """
    columns: Iterator[tuple[tuple[int, str], Sequence[float] | NDArray[np.float64]]] = (
        ((i, metric), [] if cell.all_failed else cell.scores[metric])
        for i, cell in enumerate(cells)
        for metric in cell.scores
    )
    return [
        Entry(cells[i].dataset, cells[i].model, metric, estimate, cells[i].health.failed)
        for (i, metric), estimate in estimate_columns(columns).items()
    ]
