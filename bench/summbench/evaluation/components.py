"""The components of a run, made from the nodes of its config."""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from summbench.core.capabilities import (
    NamesCommit,
    PrecomputedSystems,
    SupportsNotes,
    SupportsSettings,
)
from summbench.core.errors import SummbenchError
from summbench.core.normalization import get_normalizer
from summbench.core.records import Example, sha256
from summbench.datasets.description import DatasetStatistics, describe_dataset
from summbench.evaluation.checked_components import (
    build_checked,
    check_model_class,
    find_batch_size,
    load_checked,
)
from summbench.evaluation.conformance import check_metric, describe_class, is_shipped
from summbench.evaluation.fingerprint import (
    compute_fingerprint,
    get_versions,
    hash_other_code,
    is_keyed_by_request,
    list_uncovered_modules,
)
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.nodes import Node, build, get_kind
from summbench.evaluation.recorded import collect_ids
from summbench.evaluation.resolve import get_source
from summbench.evaluation.session import ModelSpec
from summbench.leaderboard.board import LeaderboardMetric

_LOG = logging.getLogger("summbench")


def build_metric(
    name: str,
    node: Node,
    allowed_packages: Iterable[str] = (),
    normalization: str = "raw",
    *,
    offline: bool = False,
) -> MetricSpec:
    """A metric with its fingerprint, which has its signature in it, and its normalizer.

    Raises: SummbenchError, if it cannot be made, or is no metric.
    """
    if "_object_" in node:
        origin = get_source(node["_object_"]) or uuid4().hex
    else:
        origin = compute_fingerprint(name, node, allowed_packages)  # names weights that are missing
    metric = build_checked(name, node, allowed_packages, offline)
    if not is_shipped(metric):
        check_metric(name, metric)
        if "_object_" not in node:
            _log_uncovered(name, node)
    normalizer = get_normalizer(normalization)
    return MetricSpec(name, metric, sha256(origin, metric.signature), normalizer)


def describe_metric(metric: MetricSpec, node: Node) -> dict[str, Any]:
    """What run.json says of a metric."""
    settings: dict[str, Any] = dict(metric.counts)
    if isinstance(metric.metric, SupportsSettings):
        settings = {**metric.metric.get_settings(), **settings}
    if not is_shipped(metric.metric) and (description := describe_class(type(metric.metric))):
        settings["description"] = description
    return {
        "signature": metric.signature,
        "fingerprint": metric.fingerprint,
        "versions": _list_versions(node),
        "settings": settings or None,
        "not_covered": None if "_object_" in node else list_uncovered_modules(node) or None,
    }


def list_metric_columns(metrics: Sequence[MetricSpec]) -> dict[str, LeaderboardMetric]:
    """Every column of the metrics by its full name."""
    return {
        f"{m.name}.{name}": LeaderboardMetric(
            column.direction, column.role, m.signature, column.undefined_if
        )
        for m in metrics
        for name, column in m.metric.columns.items()
    }


def load_dataset(
    name: str,
    node: Node,
    limit: int | None,
    allowed_packages: Iterable[str] = (),
    *,
    offline: bool = False,
    notes: list[str] | None = None,
    ids: set[str] | None = None,
) -> tuple[Sequence[Example], DatasetStatistics]:
    """The dataset's first `limit` examples and their statistics.

    What the dataset says of how it was read is added to `notes`, and its articles to `ids`. Empty
    articles are logged, unless all are: summaries may be scored against references alone.
    """
    dataset = build_checked(name, node, allowed_packages, offline)
    examples = load_checked(name, dataset)[:limit]
    _add_notes(notes, dataset)
    statistics = describe_dataset(examples if ids is None else collect_ids(examples, ids))
    if isinstance(dataset, NamesCommit):
        statistics = replace(statistics, commit=dataset.commit)
    if statistics.n_empty and "article" in statistics.available:
        _LOG.warning(
            "%s: %d of %d articles are empty (first: %r); they are summarised as empty.",
            name, statistics.n_empty, statistics.n_articles, statistics.first_empty_id,
        )  # fmt: skip
    return examples, statistics


def build_models(
    nodes: Mapping[str, Node],
    allowed_packages: Iterable[str] = (),
    *,
    offline: bool = False,
    notes: list[str] | None = None,
) -> list[ModelSpec]:
    """Every model, and every system of a file of summaries; nothing with weights is loaded yet.

    What such a file says of how it was read is added to `notes`.

    Raises: SummbenchError, if two have one name.
    """
    packages = tuple(allowed_packages)
    models: list[ModelSpec] = []
    for name, node in nodes.items():
        if get_kind(node) == "replay":
            recorded = build(name, node, packages, offline=offline)
            models += _list_systems(name, recorded)
            _add_notes(notes, recorded)
        else:
            models.append(describe_model(name, node, packages, offline))
    names = [model.name for model in models]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SummbenchError(
            f"Two models are called {twice[0]!r}; names must differ (model.replay.name=...)."
        )
    return models


def describe_model(name: str, node: Node, packages: Sequence[str], offline: bool) -> ModelSpec:
    """The model of a node that is no file of summaries."""
    kind = get_kind(node)
    assert kind != "replay"
    make = partial(build, name, node, packages, offline=offline)
    if "_object_" in node:
        version = node.get("version")
        fingerprint = None if version is None else sha256("object", name, version)
        return ModelSpec(name, kind, make, fingerprint, _list_versions(node))
    return ModelSpec(
        name,
        kind,
        make,
        compute_fingerprint(name, node, packages),
        get_versions(node),
        keyed_by_request=is_keyed_by_request(node),
        uncovered=_log_uncovered(name, node),
        other_code=hash_other_code(node),
        find_batch_size=partial(find_batch_size, name, node, packages),
        check=partial(check_model_class, name, node, packages, offline),
    )


def _list_versions(node: Node) -> dict[str, str]:
    """Versions of Python and of what the node's code imports; of an object only Python's."""
    return {"python": platform.python_version()} if "_object_" in node else get_versions(node)


def _log_uncovered(name: str, node: Node) -> list[str]:
    modules = list_uncovered_modules(node)
    if modules:
        _LOG.warning(
            "%s: its fingerprint does not cover %s, which is outside its package; after a change "
            "there, recompute=true computes anew.",
            name, ", ".join(modules),
        )  # fmt: skip
    return modules


def _list_systems(name: str, systems: Any) -> list[ModelSpec]:
    if not isinstance(systems, PrecomputedSystems):
        raise SummbenchError(f"{name!r} is marked _kind_: replay but has no load_systems().")
    return [
        ModelSpec(
            system,
            "system",
            partial(_return, model),
            None,
            precomputed=True,
            repeat_of=getattr(model, "repeat_of", None),
        )
        for system, model in systems.load_systems().items()
    ]


def _add_notes(notes: list[str] | None, source: object) -> None:
    if notes is not None and isinstance(source, SupportsNotes):
        notes += source.get_notes()


def _return(model: Any) -> Any:
    return model
