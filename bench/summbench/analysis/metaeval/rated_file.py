"""Metrics evaluated on a file that has summaries and human scores of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from summbench.analysis.metaeval.agreement import MetricAgreement, evaluate_metrics
from summbench.analysis.metaeval.display import select_display_metrics
from summbench.analysis.metaeval.human import HumanColumns, load_human_scores
from summbench.analysis.metaeval.intervals import Resample
from summbench.core.records import Progress, TaskResult, ignore_progress
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.components import (
    build_metric,
    build_models,
    list_metric_columns,
    load_dataset,
)
from summbench.evaluation.config import RunConfig
from summbench.evaluation.nodes import build
from summbench.evaluation.pinning import check_pins
from summbench.leaderboard.board import LeaderboardMetric
from summbench.store.store import Store


def evaluate_metrics_file(
    file: Path,
    config: RunConfig,
    resamples: int = 1_000,
    seed: int = 0,
    resample: Resample = "level",
    allowed_packages: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> MetricAgreement:
    """Score the systems of a file with the metrics of a config, and compare with human scores.

    `config` is that of `score` for this file. Scores are stored in its store, as a run's are.

    Raises: SummbenchError if the file has no human scores, or none of a system with summaries.
    """
    dataset = next(iter(config.dataset.values()))
    columns = HumanColumns.of_nodes(dataset, config.model.get("replay", {}))
    human = load_human_scores(file, columns, config.limit)
    results, metrics = _score_systems(config, allowed_packages, progress)
    display_metrics = select_display_metrics(config.columns, metrics)
    return evaluate_metrics(
        file.stem, results, human, metrics, display_metrics, resamples, seed, resample
    )


def _score_systems(
    config: RunConfig, allowed_packages: Sequence[str], progress: Progress
) -> tuple[Sequence[TaskResult], Mapping[str, LeaderboardMetric]]:
    """Score every system with every metric, on the first dataset of the config.

    Systems are in the order of their names, articles in canonical order: draws are dealt to them.
    """
    check_pins(config)
    offline = config.offline
    metrics = [
        build_metric(name, node, allowed_packages, config.score_normalization, offline=offline)
        for name, node in config.metric.items()
    ]
    name, node = next(iter(config.dataset.items()))
    examples, statistics = load_dataset(name, node, config.limit, allowed_packages, offline=offline)
    store = Store(Path(config.store))
    store.open()
    evaluation = Evaluation(
        build_models(config.model, allowed_packages, offline=offline),
        {name: examples},
        {name: statistics},
        metrics,
        store,
        build("executor", config.executor, allowed_packages),
        config.recompute,
    )
    [chunk] = evaluation.iterate_chunks(len(examples), progress)
    results = sorted(chunk.results, key=lambda result: result.model)
    rows = statistics.order.tolist()
    return [_reorder(result, rows) for result in results], list_metric_columns(metrics)


def _reorder(result: TaskResult, rows: Sequence[int]) -> TaskResult:
    return replace(
        result,
        predictions=[result.predictions[row] for row in rows],
        scores={metric: [of[row] for row in rows] for metric, of in result.scores.items()},
    )
