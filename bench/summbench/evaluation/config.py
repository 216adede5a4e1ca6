"""The run's config: its schema, where the shipped YAML lies, and the objects that it names."""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import requires
from typing import Any, Literal

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from summbench.core.errors import SummbenchError
from summbench.core.records import Kind
from summbench.core.resources import resource_path
from summbench.evaluation.validation import check

_LOG = logging.getLogger("summbench")
_OURS = tuple(
    f"summbench.{room}."
    for room in (
        "datasets",
        "evaluation.executors",
        "metrics",
        "models",
        "perturbations",
        "report.tracking",
    )
)
NodeKind = Kind | Literal["replay"]
_KINDS: tuple[NodeKind, ...] = ("system", "baseline", "floor", "bound", "replay")

Node = dict[str, Any]


@dataclass
class RunConfig:
    """The keys of configs/bench.yaml, which has their defaults and comments."""

    name: str | None = MISSING
    dataset: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)
    metric: dict[str, Any] = field(default_factory=dict)
    perturbation: dict[str, Any] = field(default_factory=dict)
    executor: dict[str, Any] = field(default_factory=dict)
    tracking: dict[str, Any] = field(default_factory=dict)
    primary: str = MISSING
    allow_diagnostic_primary: bool = MISSING
    vs: str | None = MISSING
    margins: dict[str, float] = field(default_factory=dict)
    baseline: str | None = MISSING
    metaeval: str | None = MISSING
    columns: list[str] = MISSING
    severity: list[float] = MISSING
    seed: int = MISSING
    robustness_metrics: list[str] = MISSING
    limit: int | None = MISSING
    n_examples: int | str = MISSING
    chunk_size: int = MISSING
    shard: str | None = MISSING
    merge_shards: int | None = MISSING
    results: str = MISSING
    store: str = MISSING
    model_normalization: str = MISSING
    score_normalization: str = MISSING
    recompute: bool = MISSING
    offline: bool = MISSING


def register() -> None:
    """Make the schema and the `${data:...}` resolver known to Hydra; harmless if done twice."""
    ConfigStore.instance().store("schema", RunConfig)
    OmegaConf.register_new_resolver(
        "data", lambda file: str(resource_path("data") / file), replace=True
    )


def resolved(config: DictConfig) -> RunConfig:
    """The config as a typed object; SummbenchError lists what is left unset or points nowhere."""
    try:
        OmegaConf.resolve(config)
        unset = sorted(OmegaConf.missing_keys(config))
        if unset:
            raise SummbenchError(
                f"The config leaves unset: {', '.join(unset)}. Give each as key=value."
            )
        run = OmegaConf.to_object(config)
    except OmegaConfBaseException as error:
        raise SummbenchError(f"The config can't be resolved: {error}") from error
    assert isinstance(run, RunConfig)
    for group in ("dataset", "model", "metric"):
        if not getattr(run, group):
            raise SummbenchError(f"The config selects no {group}; give '{group}=[...]'.")
    if not run.executor:
        raise SummbenchError("The config selects no executor; give executor=local.")
    _check_nodes(run)
    _check_numbers(run)
    _mention_unknown_columns(run)
    if run.shard is not None and (run.merge_shards is not None or run.baseline is not None):
        raise SummbenchError(
            "shard= makes no leaderboard; give merge_shards= and baseline= to the run that merges."
        )
    return run


def _check_nodes(run: RunConfig) -> None:
    for group in ("dataset", "model", "metric", "perturbation", "tracking"):
        for name, node in getattr(run, group).items():
            if not isinstance(node, dict):
                raise SummbenchError(
                    f"{group}.{name} is {node!r}, which replaces all of its config; give one of "
                    f"its keys, as in {group}.{name}.KEY=VALUE, or ~{group}.{name} to leave it out."
                )


def _check_numbers(run: RunConfig) -> None:
    if run.limit is not None and run.limit < 1:
        raise SummbenchError(f"limit={run.limit} leaves no article; null takes all of them.")
    if run.chunk_size < 1:
        raise SummbenchError(
            f"chunk_size={run.chunk_size} holds no article; 20000 is the usual size."
        )
    if run.n_examples != "all" and not (isinstance(run.n_examples, int) and run.n_examples >= 0):
        raise SummbenchError(
            f"n_examples={run.n_examples} is neither a number of articles nor 'all'."
        )
    if not all(0 <= severity <= 1 for severity in run.severity):
        raise SummbenchError(f"severity={run.severity} has a share that is not between 0 and 1.")


def _mention_unknown_columns(run: RunConfig) -> None:
    """Known metrics that were not selected are left out in silence: the shipped list has some."""
    known = {file.stem for file in (resource_path("configs") / "metric").glob("*.yaml")} | set(
        run.metric
    )
    for column in run.columns:
        if column.partition(".")[0] not in known:
            _LOG.warning("columns: no metric that was selected has %r; it is left out", column)


def kind(node: Node) -> NodeKind:
    """What the node is: a system, baseline, floor, bound (sees references) or replay (no model)."""
    said = node.get("_kind_", "system")
    for known in _KINDS:
        if said == known:
            return known
    raise SummbenchError(f"_kind_: {said!r} is none of {', '.join(_KINDS)}.")


def build(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> Any:
    """The object that the node describes.

    A `_target_` outside summbench and the `allowed_packages`, a missing package, a wrong key or a
    value of another type is a SummbenchError, and says the name as those of the constructor do.
    """
    target = target_of(name, node, allowed_packages)
    module, _, attribute = target.rpartition(".")
    try:
        made = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        needed = f"{name!r} needs the package {error.name!r}."
        raise SummbenchError(f"{needed} Install it: {remedy(error.name)}.") from error
    except AttributeError as error:
        raise SummbenchError(f"{name!r}: {module} has no {attribute!r}.") from error
    if not inspect.isclass(made):
        raise SummbenchError(
            f"{name!r}: {target} is no class; _target_ names the class to be made."
        )
    keywords = arguments(node)
    check(name, made, keywords)
    parts = {
        key: build(f"{name}.{key}", value, allowed_packages) if is_node(value) else value
        for key, value in keywords.items()
    }
    try:
        return made(**parts)
    except SummbenchError as error:
        raise SummbenchError(f"{name!r}: {error}") from error


def is_node(value: Any) -> bool:
    """Whether a value of a node is a node itself, as a judge's model."""
    return isinstance(value, dict) and "_target_" in value


def arguments(node: Node) -> Node:
    """What the constructor is called with: the keys without a leading underscore."""
    return {key: value for key, value in node.items() if not key.startswith("_")}


def target_of(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> str:
    """The class that the node names, inside summbench or a trusted package, or SummbenchError."""
    target = node.get("_target_")
    if not isinstance(target, str) or "." not in target:
        raise SummbenchError(
            f"{name!r} has no _target_ that names a class, as in summbench.models.lead.Lead."
        )
    package = target.split(".")[0]
    if not target.startswith(_OURS) and package not in allowed_packages:
        raise SummbenchError(
            f"{name!r} names {target!r}, which is no part of summbench. A config is code: if you "
            f"would run that package yourself, add --allow-code {package}."
        )
    return target


def remedy(module: str | None) -> str:
    """The command that installs the package: an extra of ours if one has it."""
    package = (module or "").split(".")[0]
    for requirement in requires("summbench") or ():
        wanted, _, marker = requirement.partition(";")
        if wanted.strip().startswith(package) and "extra ==" in marker:
            extra = marker.split("extra ==")[1].strip(" '\"")
            return f"pip install 'summbench[{extra}]' (in a clone: -e '.[{extra}]')"
    return f"pip install {package}"
