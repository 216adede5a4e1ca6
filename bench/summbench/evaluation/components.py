"""The parts of a run, made from the nodes of its config."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from summbench.core.capabilities import PrecomputedSystems, SupportsSettings
from summbench.core.errors import SummbenchError
from summbench.core.normalization import get_normalizer
from summbench.core.records import Example, sha256
from summbench.datasets.description import DatasetStatistics, describe_dataset
from summbench.evaluation import nodes as configs
from summbench.evaluation.fingerprint import (
    compute_fingerprint,
    get_versions,
    is_keyed_by_request,
    list_uncovered_modules,
)
from summbench.evaluation.score import MetricSpec
from summbench.evaluation.session import ModelSpec
from summbench.leaderboard.board import LeaderboardMetric

_LOG = logging.getLogger("summbench")


def build_metric(
    name: str, node: configs.Node, allowed_packages: Iterable[str], normalization: str = "raw"
) -> MetricSpec:
    """A metric with its fingerprint, which has its signature in it, and its normalizer."""
    made_of = compute_fingerprint(
        name, node, allowed_packages
    )  # first: it names weights that are not there
    metric = configs.build(name, node, allowed_packages)
    return MetricSpec(
        name, metric, sha256(made_of, metric.signature), get_normalizer(normalization)
    )


def describe_metric(measure: MetricSpec, node: configs.Node) -> dict[str, Any]:
    """What run.json says of a metric."""
    settings = (
        measure.metric.get_settings() if isinstance(measure.metric, SupportsSettings) else None
    )
    return {
        "signature": measure.signature,
        "fingerprint": measure.fingerprint,
        "versions": get_versions(node),
        "not_covered": list_uncovered_modules(node) or None,
        "settings": settings,
    }


def list_metric_columns(measures: Sequence[MetricSpec]) -> dict[str, LeaderboardMetric]:
    """Every column of the metrics by its full name."""
    return {
        f"{m.name}.{name}": LeaderboardMetric(column.direction, column.role, m.signature)
        for m in measures
        for name, column in m.metric.columns.items()
    }


def load_dataset(
    name: str, node: configs.Node, limit: int | None, allowed_packages: Iterable[str]
) -> tuple[Sequence[Example], DatasetStatistics]:
    """The dataset's first `limit` examples and what they are; empty articles are mentioned."""
    examples = configs.build(name, node, allowed_packages).load()[:limit]
    statistics = describe_dataset(examples)
    if statistics.n_empty:
        _LOG.warning(
            "%s: %d of %d articles are empty (first: %r); they are summarised as empty.",
            name, statistics.n_empty, statistics.n_articles, statistics.first_empty_id,
        )  # fmt: skip
    return examples, statistics


def build_models(
    nodes: Mapping[str, configs.Node], allowed_packages: Iterable[str]
) -> list[ModelSpec]:
    """Every model, and every system that a replay holds; two of one name are refused."""
    found: list[ModelSpec] = []
    for name, node in nodes.items():
        kind = configs.get_kind(node)
        if kind == "replay":
            found += _replayed(name, configs.build(name, node, allowed_packages))
        else:
            build = partial(configs.build, name, node, tuple(allowed_packages))
            found.append(
                ModelSpec(
                    name,
                    kind,
                    build,
                    compute_fingerprint(name, node, allowed_packages),
                    get_versions(node),
                    keyed_by_request=is_keyed_by_request(node),
                    cheap_to_build=str(node["_target_"]).startswith("summbench."),
                    uncovered=_log_uncovered(name, node),
                )
            )
    names = [entrant.name for entrant in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SummbenchError(
            f"Two models are called {twice[0]!r}; names must differ (model.replay.name=...)."
        )
    return found


def _log_uncovered(name: str, node: configs.Node) -> list[str]:
    modules = list_uncovered_modules(node)
    if modules:
        _LOG.warning(
            "%s: its fingerprint does not cover %s, which is outside its package; after a change "
            "there, recompute=true predicts again.",
            name, ", ".join(modules),
        )  # fmt: skip
    return modules


def _replayed(name: str, model: Any) -> list[ModelSpec]:
    if not isinstance(model, PrecomputedSystems):
        raise SummbenchError(f"{name!r} is marked _kind_: replay but has no systems().")
    return [
        ModelSpec(system, "system", partial(_just, recorded), None, precomputed=True)
        for system, recorded in model.load_systems().items()
    ]


def _just(model: Any) -> Any:
    return model
