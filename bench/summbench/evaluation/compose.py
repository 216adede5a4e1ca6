"""The config of a run from the shipped YAML and Python values, without Hydra's global state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.core.suggestions import suggest
from summbench.evaluation.config import RunConfig, explain_value, to_run_config
from summbench.evaluation.nodes import Node

GROUPS = ("dataset", "model", "metric", "perturbation", "executor", "tracking")
_SINGLE = "executor"  # its node is the group itself, the others have nodes by name


def list_shipped(group: str) -> list[str]:
    """The names of a group's YAML files, sorted."""
    return sorted(file.stem for file in (get_resource_path("configs") / group).glob("*.yaml"))


def load_shipped(group: str, name: str) -> Node:
    """The node of a shipped YAML, its interpolations unresolved.

    Raises: SummbenchError, with the nearest names, if there is none.
    """
    _check_shipped(group, name)
    content = _load(Path(group, f"{name}.yaml"))
    return content if group == _SINGLE else dict(content[name])


def compose(
    nodes: Mapping[str, Mapping[str, Node]],
    keys: Mapping[str, Any],
    experiment: str | None = None,
) -> RunConfig:
    """The config of these nodes (group -> name -> node) and keys.

    What is not given is as in configs/experiment/`experiment`.yaml, and else as in
    configs/bench.yaml. Nodes that hold a Python object (`_object_`) keep it.

    Raises: SummbenchError, for an unknown key, name or experiment, and a value that is wrong.
    """
    keys_of_config = [field.name for field in fields(RunConfig)]
    if unknown := [key for key in keys if key not in keys_of_config]:
        hint = suggest(unknown[0], keys_of_config)
        raise SummbenchError(
            f"There is no key {unknown[0]!r}.{hint} It takes {', '.join(keys_of_config)}."
        )
    base = _load(Path("bench.yaml"))
    selection = _read_selection(base.pop("defaults"))
    base.pop("hydra", None)
    if experiment is not None:
        _check_shipped("experiment", experiment)
    special = _load(Path("experiment", f"{experiment}.yaml")) if experiment else {}
    selection |= _read_selection(special.pop("defaults", []))
    chosen = {group: _select(group, nodes, selection.get(group)) for group in GROUPS}
    objects = {
        (group, name): node
        for group, group_nodes in chosen.items()
        if group != _SINGLE
        for name, node in group_nodes.items()
        if "_object_" in node
    }
    plain = {
        group: {n: {} if (group, n) in objects else node for n, node in group_nodes.items()}
        for group, group_nodes in chosen.items()
    }
    register_resolver()
    try:
        config = OmegaConf.merge(OmegaConf.structured(RunConfig), plain, base, special, dict(keys))
        assert isinstance(config, DictConfig)
        run = to_run_config(config)
    except OmegaConfBaseException as error:
        sentence = explain_value(error) or f"The config is wrong: {str(error).splitlines()[0]}"
        raise SummbenchError(sentence) from error
    for (group, name), node in objects.items():
        getattr(run, group)[name] = node
    return run


def _check_shipped(group: str, name: str) -> None:
    if name not in (names := list_shipped(group)):
        hint = suggest(name, names)
        raise SummbenchError(
            f"There is no {group} {name!r}.{hint} 'summbench list' shows all of them."
        )


def _select(
    group: str, nodes: Mapping[str, Mapping[str, Node]], names: Sequence[str] | str | None
) -> dict[str, Any]:
    if group in nodes:
        return dict(nodes[group])
    if isinstance(names, str):
        return load_shipped(group, names)
    return {name: load_shipped(group, name) for name in names or ()}


def _read_selection(defaults: Sequence[Any]) -> dict[str, Sequence[str] | str]:
    """Group -> the names that a `defaults` list of Hydra selects."""
    selection = {}
    for item in defaults:
        for key, names in item.items() if isinstance(item, Mapping) else ():
            group = str(key).removeprefix("override").strip(" /")
            if group in GROUPS:
                selection[group] = names
    return selection


def _load(file: Path) -> dict[str, Any]:
    path = get_resource_path("configs") / file
    if not path.is_file():
        return {}
    content = OmegaConf.load(path)
    assert isinstance(content, DictConfig | ListConfig)
    values = OmegaConf.to_container(content, resolve=False)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def register_resolver() -> None:
    """`${data:FILE}` is a file of the shipped corpus; registering it again changes nothing."""
    if not OmegaConf.has_resolver("data"):
        OmegaConf.register_new_resolver(
            "data", lambda file: str(get_resource_path("data") / file), replace=True
        )
