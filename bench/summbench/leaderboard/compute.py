"""From outcomes to a leaderboard: estimates, comparisons, ranks, and the order of the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.core.records import Kind, Progress, ignore_progress
from summbench.core.suggestions import suggest
from summbench.leaderboard.board import (
    Comparison,
    DatasetInfo,
    Entry,
    Leaderboard,
    LeaderboardMetric,
)
from summbench.leaderboard.comparisons import FEWEST, PairTests, Scores, compare_pairs, run_tests
from summbench.leaderboard.macro_means import build_macro_board
from summbench.leaderboard.outcomes import Outcome
from summbench.leaderboard.ranking import add_ranks
from summbench.stats.intervals import estimate_columns

_USUAL_PRIMARY = "rouge.rouge2_f"
_MOST_COLUMNS = 4
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Ranking:
    """The primary metric, the metrics to display, and the model to compare with (or all pairs).

    `allow_diagnostic` lets a diagnostic be the primary metric.
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
    progress: Progress = ignore_progress,
) -> Leaderboard:
    """The leaderboard of the outcomes, each dataset's models from the best to the worst.

    `kinds` and `metrics` name every model and metric of the run. Without references the primary
    metric may be absent; the models are then in the order of their names. The order in which
    models are given changes nothing.

    Raises:
        SummbenchError: as `check_ranking`.
    """
    check_ranking(ranking, metrics, kinds)
    ordered = _sort_outcomes(outcomes, list(datasets), ranking.primary, metrics)
    entries, primary = _estimate_entries(ordered), ranking.primary
    comparisons: list[Comparison] = []
    tests: dict[tuple[str, str], PairTests] = {}
    tested = _list_tested(datasets, metrics, primary)
    for done, (dataset, metric) in enumerate(tested):
        progress("comparing models by each metric", done, len(tested))
        systems = [o for o in ordered if o.dataset == dataset and kinds[o.model] != "bound"]
        scores = _select_scores(systems, metric)
        of_metric = run_tests(scores, ranking.vs, is_primary=metric == primary)
        if metric == primary:
            comparisons += compare_pairs(dataset, metric, of_metric, metrics[metric])
        else:  # nobody asks for the scores again
            of_metric = of_metric._replace(scores=np.empty((0, 0)))
        tests[dataset, metric] = of_metric
    progress("comparing models by each metric", len(tested), len(tested))
    present = {entry.metric for entry in entries}
    return Leaderboard(
        name=name,
        primary=ranking.primary,
        vs=ranking.vs,
        display_metrics=[
            m for m in dict.fromkeys((*ranking.display_metrics, ranking.primary)) if m in present
        ],
        datasets=datasets,
        models=dict(sorted(kinds.items())),
        metrics={metric: info for metric, info in metrics.items() if metric in present},
        entries=add_ranks(entries, ordered, tests, metrics, kinds),
        comparisons=comparisons,
        health=[outcome.health for outcome in ordered],
        macro=build_macro_board(
            primary,
            datasets,
            {dataset: tests[dataset, primary] for dataset in datasets},
            _select_bounds(ordered, kinds, primary),
            higher_is_better=metrics[primary].direction == "higher",
            vs=ranking.vs,
        ),
    )


def check_ranking(
    ranking: Ranking,
    metrics: Mapping[str, LeaderboardMetric],
    models: Collection[str] | None = None,
) -> None:
    """Refuses unknown metrics and models, and a primary metric that does not measure quality.

    A display metric whose metric is not selected is no mistake: it is left out.

    Raises:
        SummbenchError: for the first of them.
    """
    if ranking.primary not in metrics:
        raise SummbenchError(_describe_unknown([ranking.primary], "primary", metrics))
    selected = {metric.partition(".")[0] for metric in metrics}
    shown = (m for m in ranking.display_metrics if m.partition(".")[0] in selected)
    if unknown := [metric for metric in shown if metric not in metrics]:
        raise SummbenchError(_describe_unknown(unknown, "columns", metrics))
    if metrics[ranking.primary].role != "quality" and not ranking.allow_diagnostic:
        raise SummbenchError(
            f"primary={ranking.primary} is a diagnostic: a table sorted by it would rank by "
            "something other than quality. Choose a metric that compares with references, or say "
            "allow_diagnostic_primary=true."
        )
    if ranking.vs is not None and models is not None and ranking.vs not in models:
        raise SummbenchError(f"vs={ranking.vs} is none of the models: {', '.join(models)}.")


def _describe_unknown(names: Sequence[str], key: str, metrics: Collection[str]) -> str:
    """One sentence for all names that no metric has, with the nearest ones."""
    hints = "".join(suggest(name, metrics) for name in names)
    return (
        f"{key}= names {', '.join(map(repr, names))}, and there is no such metric among those "
        f"selected.{hints or ' They are: ' + ', '.join(metrics) + '.'}"
    )


def choose_primary(primary: str | None, metrics: Mapping[str, LeaderboardMetric]) -> str:
    """The metric that sorts the table: the one named, rouge.rouge2_f, or the only quality metric.

    Raises: SummbenchError, if none is named and several or none could be it.
    """
    if primary is not None:
        return primary
    quality = [name for name, info in metrics.items() if info.role == "quality"]
    if _USUAL_PRIMARY in quality:
        return _USUAL_PRIMARY
    if len(quality) == 1:
        return quality[0]
    if quality:
        like_usual = next((n for n in quality if n.endswith(".rouge2_f")), quality[0])
        raise SummbenchError(
            f"primary= must name the metric that sorts the table, as {_USUAL_PRIMARY} is not "
            f"among those selected: primary={like_usual}, or another of {', '.join(quality)}."
        )
    raise SummbenchError(
        "None of the selected metrics measures quality, so nothing can sort the table: "
        f"{', '.join(metrics)}. Select one that does, as metric=rouge; or name a diagnostic: "
        f"primary={next(iter(metrics), 'NAME')} allow_diagnostic_primary=true."
    )


def choose_shown(
    columns: Sequence[str], primary: str, metrics: Mapping[str, LeaderboardMetric]
) -> list[str]:
    """The columns that tables show: those named, and some of a metric of which none is named.

    These are its columns of quality, or all if it has none; of more than four the one that is
    called like the primary metric's, or the first.
    """
    named = {column.partition(".")[0] for column in (*columns, primary) if column in metrics}
    shown = list(columns)
    for name in dict.fromkeys(metric.partition(".")[0] for metric in metrics):
        own = [metric for metric in metrics if metric.partition(".")[0] == name]
        own = [metric for metric in own if metrics[metric].role == "quality"] or own
        if len(own) > _MOST_COLUMNS:
            like_primary = f"{name}.{primary.partition('.')[2]}"
            own = [like_primary if like_primary in own else own[0]]
        shown += [] if name in named else own
    return shown


def _sort_outcomes(
    outcomes: Sequence[Outcome],
    datasets: Sequence[str],
    primary: str,
    metrics: Mapping[str, LeaderboardMetric],
) -> list[Outcome]:
    """Dataset by dataset, the best mean first, without a mean last; equal ones by name."""
    sign = -1 if metrics[primary].direction == "higher" else 1

    def get_sort_key(outcome: Outcome) -> tuple[int, float, str]:
        is_scored = primary in outcome.scores and not outcome.all_failed
        mean = _mean(outcome.scores[primary]) if is_scored else _NAN
        place = float("inf") if isnan(mean) else sign * mean
        return datasets.index(outcome.dataset), place, outcome.model

    return sorted(outcomes, key=get_sort_key)


def _list_tested(
    datasets: Iterable[str], metrics: Mapping[str, LeaderboardMetric], primary: str
) -> list[tuple[str, str]]:
    """The datasets and metrics whose models are ranked; other pairs only when asked for."""
    tested = [m for m, info in metrics.items() if m == primary or info.role == "quality"]
    return [(dataset, metric) for dataset in datasets for metric in tested]


def _select_scores(systems: Sequence[Outcome], metric: str) -> dict[str, NDArray[np.float64]]:
    """The scores of every model that has any."""
    scores = {o.model: o.scores[metric] for o in systems if not o.all_failed and metric in o.scores}
    return {model: values for model, values in scores.items() if not np.isnan(values).all()}


def _select_bounds(
    outcomes: Sequence[Outcome], kinds: Mapping[str, Kind], metric: str
) -> dict[str, Scores]:
    """Dataset -> the scores of its bounds, which no pair has."""
    bounds = [outcome for outcome in outcomes if kinds[outcome.model] == "bound"]
    return {
        dataset: _select_scores([o for o in bounds if o.dataset == dataset], metric)
        for dataset in {outcome.dataset for outcome in bounds}
    }


def _mean(values: NDArray[np.float64]) -> float:
    defined = values[~np.isnan(values)]
    return fmean(defined) if len(defined) else _NAN


def _estimate_entries(outcomes: Sequence[Outcome]) -> list[Entry]:
    """Each metric of each outcome, with its interval from `FEWEST` articles on.

    A model that failed on every article has no mean; failures on some are zeros in it.
    """
    columns: Iterator[tuple[tuple[int, str], Sequence[float] | NDArray[np.float64]]] = (
        ((i, metric), [] if outcome.all_failed else outcome.scores[metric])
        for i, outcome in enumerate(outcomes)
        for metric in outcome.scores
    )
    return [
        Entry(outcomes[i].dataset, outcomes[i].model, metric, estimate, outcomes[i].health.failed)
        for (i, metric), estimate in estimate_columns(columns, fewest=FEWEST).items()
    ]
