"""What an evaluation needs, built and checked before anything is computed."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from summbench.core.normalization import get_normalizer
from summbench.core.records import Example
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.components import (
    build_metric,
    build_models,
    describe_model,
    list_metric_columns,
    load_dataset,
)
from summbench.evaluation.compose import GROUPS
from summbench.evaluation.config import RunConfig
from summbench.evaluation.data_checks import check_needs, list_left_out, list_swapped
from summbench.evaluation.inputs import check_chunk_size
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.metric_trial import try_metrics
from summbench.evaluation.nodes import build, check_targets
from summbench.evaluation.perturbations import build_perturbations, select_robustness_metrics
from summbench.evaluation.pinning import check_pins
from summbench.evaluation.recorded import check_recorded_ids
from summbench.evaluation.repeats import expand_repeats
from summbench.evaluation.session import ModelSpec
from summbench.evaluation.sharding import Shard, refuse_to_predict
from summbench.evaluation.stored_replies import connect_judges
from summbench.leaderboard.board import LeaderboardMetric
from summbench.leaderboard.compute import (
    Ranking,
    check_ranking,
    choose_primary,
    choose_shown,
)
from summbench.runs.project import read_project
from summbench.runs.records import ProjectState
from summbench.store.store import Store

_LOG = logging.getLogger("summbench")


@dataclass(frozen=True, slots=True)
class Setup:
    """A run with all that its config names.

    `notes` say how its files were read; `shard` is the part of the articles that it does.
    `robustness_metrics` are the columns whose loss under perturbation is reported, `project` is the
    commit that was checked out when the run began.
    """

    config: RunConfig
    allowed_packages: Sequence[str]
    started: datetime
    notes: Sequence[str]
    shard: Shard | None
    metrics: Mapping[str, LeaderboardMetric]
    ranking: Ranking
    evaluation: Evaluation
    robustness_metrics: Sequence[str]
    project: ProjectState | None = None


def check_code(config: RunConfig, allowed_packages: Iterable[str] = ()) -> None:
    """Check that each class that the config names, wherever it stands, may be used.

    Raises: SummbenchError, for the first that is outside summbench and the allowed packages.
    """
    for group in GROUPS:
        check_targets(group, getattr(config, group), tuple(allowed_packages))


def prepare_setup(
    config: RunConfig,
    folder: Path,
    store: Path,
    allowed_packages: Iterable[str] = (),
    notes: Sequence[str] = (),
) -> Setup:
    """Build every component of the config.

    `folder` is the results folder, in which the shards of a merge are looked for. `notes` are those
    of whoever made the config.

    Raises: SummbenchError, for the first thing that is wrong.
    """
    started, packages = datetime.now(UTC), tuple(allowed_packages)
    project = read_project(Path(), os.environ, [Path(config.history)] if config.history else [])
    shard = None if config.shard is None else Shard.parse(config.shard)
    check_pins(config)
    cache = Store(store)
    cache.open()
    executor = build("executor", config.executor, packages)
    metrics = _build_metrics(config, packages, cache)
    columns = list_metric_columns(metrics)
    ranking = _choose_ranking(config, columns)
    read_notes = list(notes)
    models = _build_models(config, packages, read_notes)
    check_ranking(ranking, columns, [model.name for model in models])
    perturbations = build_perturbations(config, models, packages)
    losses = [ranking.primary] if config.robustness_metrics is None else config.robustness_metrics
    robustness = select_robustness_metrics(losses, metrics, columns) if perturbations else []
    loaded = _load_datasets(config, packages, models, read_notes)
    statistics = {name: about for name, (_, about) in loaded.items()}
    read_notes += _check_data(metrics, statistics, models)
    try_metrics(metrics, next(iter(loaded.values()))[0], cache)
    if config.merge_shards is not None:
        models = refuse_to_predict(config.merge_shards, folder, statistics, models)
    evaluation = Evaluation(
        models,
        {name: examples for name, (examples, _) in loaded.items()},
        statistics,
        metrics,
        cache,
        executor,
        config.recompute,
        get_normalizer(config.model_normalization),
        perturbations,
        robustness,
    )
    if shard is None:
        check_chunk_size(metrics, statistics, config.chunk_size, len(perturbations))
    _mention_bounds(evaluation)
    return Setup(
        config, packages, started, read_notes, shard, columns, ranking, evaluation, losses, project
    )


def _build_metrics(config: RunConfig, packages: Sequence[str], store: Store) -> list[MetricSpec]:
    metrics = [
        build_metric(name, node, packages, config.score_normalization, offline=config.offline)
        for name, node in config.metric.items()
    ]
    connect_judges(metrics, config.metric, store, packages, config.recompute)
    return metrics


def _build_models(config: RunConfig, packages: Sequence[str], notes: list[str]) -> list[ModelSpec]:
    models = build_models(config.model, packages, offline=config.offline, notes=notes)
    describe = partial(describe_model, packages=packages, offline=config.offline)
    models = expand_repeats(config.repeats, config.model, models, describe, packages)
    return [replace(m, max_summary_characters=config.max_summary_characters) for m in models]


def _choose_ranking(config: RunConfig, metrics: Mapping[str, LeaderboardMetric]) -> Ranking:
    primary = choose_primary(config.primary, metrics)
    shown = choose_shown(config.columns, primary, metrics)
    ranking = Ranking(primary, shown, config.allow_diagnostic_primary, config.vs)
    check_ranking(ranking, metrics)
    return ranking


def _load_datasets(
    config: RunConfig, packages: Sequence[str], models: Sequence[ModelSpec], notes: list[str]
) -> dict[str, tuple[Sequence[Example], DatasetStatistics]]:
    """Load every dataset, and log how all files were read."""
    ids: set[str] = set()
    load = partial(
        load_dataset,
        limit=config.limit,
        allowed_packages=packages,
        offline=config.offline,
        notes=notes,
        ids=ids if any(model.precomputed for model in models) else None,
    )
    loaded = {name: load(name, node) for name, node in config.dataset.items()}
    examples = {name: examples for name, (examples, _) in loaded.items()}
    strange = check_recorded_ids(models, examples, ids)
    if config.limit is None:  # else most articles are not here
        notes += strange
    for note in notes:
        _LOG.info("%s", note)
    return loaded


def _check_data(
    metrics: Sequence[MetricSpec],
    statistics: Mapping[str, DatasetStatistics],
    models: Sequence[ModelSpec],
) -> list[str]:
    """Refuse data of which nothing can be scored; log and return what else is wrong with it."""
    check_needs(metrics, statistics)
    is_recorded = any(model.precomputed for model in models)
    warnings = [*list_left_out(metrics, statistics, is_recorded), *list_swapped(statistics)]
    for warning in warnings:
        _LOG.warning("%s", warning)
    return warnings


def _mention_bounds(evaluation: Evaluation) -> None:
    for model in evaluation.models:
        for name in (
            evaluation.datasets.keys() - evaluation.datasets_for(model, evaluation.datasets).keys()
        ):
            _LOG.info("%s is left out on %s, which has no references", model.name, name)
