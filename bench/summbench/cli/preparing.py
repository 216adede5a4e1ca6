"""What a run needs, built and checked before anything is computed."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.cli.metric_agreement import Notes, load_notes
from summbench.cli.shards import mergeable
from summbench.cli.tracking import build_trackers
from summbench.core.normalization import get_normalizer
from summbench.evaluation import nodes as configs
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.components import (
    build_metric,
    build_models,
    list_metric_columns,
    load_dataset,
)
from summbench.evaluation.config import RunConfig
from summbench.evaluation.perturbations import build_perturbations, select_robustness_metrics
from summbench.evaluation.sharding import Shard
from summbench.gate.checks import check_margins, load_baseline
from summbench.leaderboard.board import LeaderboardMetric
from summbench.leaderboard.table import Ranking, check_ranking
from summbench.store.atomic_files import check_writable
from summbench.store.store import Store

if TYPE_CHECKING:
    from summbench.report.tracking.tracker import Tracker
    from summbench.runs.run import RunData

_LOG = logging.getLogger("summbench")


@dataclass(frozen=True, slots=True)
class Job:
    """A run with all that its config names.

    `people` says what human scores make of a leaderboard, `baseline` is what it is held against.
    """

    run: RunConfig
    folder: Path
    allowed_packages: Iterable[str]
    started: datetime
    shard: Shard | None
    baseline: RunData | None
    people: Notes | None
    trackers: Mapping[str, Tracker]
    metrics: Mapping[str, LeaderboardMetric]
    ranking: Ranking
    work: Evaluation


def prepared(run: RunConfig, folder: Path, allowed_packages: Iterable[str]) -> Job:
    """The job; SummbenchError for the first thing that is wrong."""
    started = datetime.now(UTC)
    shard = None if run.shard is None else Shard.named(run.shard)
    baseline = None if run.baseline is None else load_baseline(Path(run.baseline), folder)
    people = None if run.metaeval is None else load_notes(Path(run.metaeval))
    if run.offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    check_writable(folder)
    store = Store(Path(run.store))
    store.open()
    executor = configs.build("executor", run.executor, allowed_packages)
    told_of_it = build_trackers(run.tracking, allowed_packages)
    measures = [
        build_metric(name, node, allowed_packages, run.score_normalization)
        for name, node in run.metric.items()
    ]
    article_normalizer = get_normalizer(run.model_normalization)
    metrics = list_metric_columns(measures)
    ranking = Ranking(run.primary, run.columns, run.allow_diagnostic_primary, run.vs)
    check_ranking(ranking, metrics)
    check_margins(run.margins, metrics)
    entrants = build_models(run.model, allowed_packages)
    check_ranking(ranking, metrics, [entrant.name for entrant in entrants])
    perturbations = build_perturbations(run, entrants, allowed_packages)
    robustness_metrics = select_robustness_metrics(run, measures, metrics) if perturbations else []
    found = {
        name: load_dataset(name, node, run.limit, allowed_packages)
        for name, node in run.dataset.items()
    }
    statistics = {name: described for name, (_, described) in found.items()}
    datasets = {name: examples for name, (examples, _) in found.items()}
    if run.merge_shards is not None:
        entrants = mergeable(run.merge_shards, folder, statistics, entrants)
    work = Evaluation(
        entrants,
        datasets,
        statistics,
        measures,
        store,
        executor,
        run.recompute,
        article_normalizer,
        perturbations,
        robustness_metrics,
    )
    _mention_bounds(work)
    return Job(
        run,
        folder,
        allowed_packages,
        started,
        shard,
        baseline,
        people,
        told_of_it,
        metrics,
        ranking,
        work,
    )


def _mention_bounds(work: Evaluation) -> None:
    for entrant in work.models:
        for name in work.datasets.keys() - work.datasets_for(entrant, work.datasets).keys():
            _LOG.info("%s is left out on %s, which has no references", entrant.name, name)
