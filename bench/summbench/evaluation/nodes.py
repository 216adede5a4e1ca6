"""Nodes of a config: what a mapping with a `_target_` names, and the object that it describes."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from typing import Any, Literal, TypeGuard

from summbench.core.errors import SummbenchError, contain_exits
from summbench.core.records import Kind
from summbench.core.suggestions import suggest
from summbench.evaluation.requirements import explain_missing
from summbench.evaluation.validation import check_arguments

Node = dict[str, Any]
NodeKind = Kind | Literal["replay"]
_KINDS: tuple[NodeKind, ...] = ("system", "baseline", "floor", "bound", "replay")
_LONGEST_TARGET = 500
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


def get_kind(node: Node) -> NodeKind:
    """A system, baseline, floor, bound (sees the references) or replay (recorded summaries)."""
    kind = node.get("_kind_", "system")
    if kind not in _KINDS:
        raise SummbenchError(f"_kind_: {kind!r} is none of {', '.join(_KINDS)}.")
    return kind  # type: ignore[no-any-return]


def is_node(value: Any) -> bool:
    """Whether a value of a node is a node itself, as a judge's model."""
    return isinstance(value, dict) and "_target_" in value


def is_ours(target: str) -> bool:
    """Whether a dotted name is of a class of summbench that a config may name."""
    return target.startswith(_OURS)


def get_arguments(node: Node) -> Node:
    """What the constructor is called with: the keys without a leading underscore."""
    return {key: value for key, value in node.items() if not key.startswith("_")}


def list_weights(node: Node) -> list[tuple[str, str, Any]]:
    """List (key of the revision, weights, revision) of all weights that a node names.

    They are `weights`, and each key that has one of the same name with `_revision` beside it.
    """
    named = [("weights", "revision")] if isinstance(node.get("weights"), str) else []
    named += [(key.removesuffix("_revision"), key) for key in node if key.endswith("_revision")]
    return [
        (revision, node[key], node.get(revision))
        for key, revision in named
        if isinstance(node.get(key), str)
    ]


def get_target(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> str:
    """The dotted name of the node's class.

    Raises: SummbenchError, if it is outside summbench and the allowed packages.
    """
    target = node.get("_target_")
    if not _is_dotted_name(target):
        raise SummbenchError(
            f"{name!r} has no _target_ that names a class, as in summbench.models.lead.Lead."
        )
    package = target.split(".")[0]
    if not is_ours(target) and package not in allowed_packages:
        raise SummbenchError(
            f"{name!r} names {target!r}, which is no part of summbench. A config is code: if you "
            f"would run that package yourself, add --allow-code {package}."
        )
    return target


def _is_dotted_name(target: object) -> TypeGuard[str]:
    if not isinstance(target, str) or "." not in target or len(target) > _LONGEST_TARGET:
        return False
    return all(part.isidentifier() for part in target.split("."))


def check_targets(name: str, value: Any, allowed_packages: Iterable[str] = ()) -> None:
    """Check the `_target_` of every node in a value of the config, wherever it stands.

    One that holds an object from Python is not built by its name, which only describes it.

    Raises: SummbenchError, as `get_target`.
    """
    if isinstance(value, dict):
        if "_target_" in value and "_object_" not in value:
            get_target(name, value, allowed_packages)
        for key, inner in value.items():
            check_targets(f"{name}.{key}", inner, allowed_packages)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            check_targets(f"{name}.{number}", inner, allowed_packages)


def build(
    name: str, node: Node, allowed_packages: Iterable[str] = (), *, offline: bool = False
) -> Any:
    """The object that the node describes, or that a caller in Python put into it (`_object_`).

    `offline` goes to each class that has such an argument.

    Raises: SummbenchError, for a `_target_` outside summbench and the allowed packages, a missing
    package, and an argument that is unknown or of another type.
    """
    if "_object_" in node:
        return node["_object_"]
    if "_python_" in node:
        raise SummbenchError(
            f"{name!r} was given from Python ({node['_python_']}), and a config cannot make it "
            "again. Use it from the program that has it."
        )
    component = load_class(name, node, allowed_packages)
    arguments = get_arguments(node)
    if offline and "offline" in inspect.signature(component).parameters:
        arguments["offline"] = True
    check_arguments(name, component, arguments)
    parts = {
        key: build(f"{name}.{key}", value, allowed_packages, offline=offline)
        if is_node(value)
        else value
        for key, value in arguments.items()
    }
    try:
        return component(**parts)
    except SummbenchError as error:
        raise SummbenchError(f"{name!r}: {error}") from error


def load_class(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> type:
    """Import the class that the node names.

    Raises: SummbenchError, as `build`, and if its module can't be imported.
    """
    target = get_target(name, node, allowed_packages)
    module, _, attribute = target.rpartition(".")
    try:
        with contain_exits():
            imported = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise SummbenchError(
            f"{name!r} {_explain_missing(target, error.name or module)}"
        ) from error
    except Exception as error:
        raise SummbenchError(
            f"{name!r}: {module} can't be imported: {type(error).__name__}: {error}."
        ) from error
    component = getattr(imported, attribute, None)
    if component is None:
        names = [text for text in vars(imported) if not text.startswith("_")]
        hint = suggest(attribute, names)
        raise SummbenchError(f"{name!r}: {module} has no {attribute!r}.{hint}")
    if not inspect.isclass(component):
        wrapped = (
            " Wrap the function in a class with summarise(articles), or give the function itself "
            "in Python."
        )
        raise SummbenchError(
            f"{name!r}: {target} is no class; _target_ names the class to be made."
            + (wrapped if inspect.isfunction(component) else "")
        )
    return component


def _explain_missing(target: str, module: str) -> str:
    """What to do about a module that is missing: only packages of ours have a command."""
    own, package = target.split(".")[0], module.split(".")[0]
    if module == own:
        return (
            f"names {target!r}, and Python finds no {own!r}. If it is a file or folder of yours, "
            "set PYTHONPATH to the folder that has it: PYTHONPATH=. summbench ..."
        )
    if package == own:
        return f"names {target!r}, and there is no module {module!r}."
    return explain_missing(module)
