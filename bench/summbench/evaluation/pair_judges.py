"""The judge of an arena: a pairwise judge's config, or any model put into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from summbench.core.errors import SummbenchError
from summbench.core.judgements import PairJudge
from summbench.evaluation.checked_components import build_checked, check_model_class
from summbench.evaluation.compose import list_shipped, load_shipped
from summbench.evaluation.nodes import Node, is_node, load_class
from summbench.evaluation.resolve import to_metric_nodes, to_model_nodes
from summbench.evaluation.stored_replies import StoredReplies
from summbench.store.store import Store

TEMPLATE = "judge_pairwise"
"""The shipped judge whose prompt a model gets that is given alone."""


class JudgeNode(NamedTuple):
    """The name of a judge, and the node of its metric."""

    name: str
    node: Node


def resolve_judge(
    judge: Any, prompt: str | None = None, packages: Sequence[str] = (), *, offline: bool = False
) -> JudgeNode:
    """Find the pairwise judge that a name, node, function or object stands for.

    A model gets the prompt of the shipped judge. `prompt` is one of your own, with {article}, {a}
    and {b}.

    Raises: SummbenchError, if it is none, or several.
    """
    is_metric = _find_group(judge, packages) == "metric"
    nodes = to_metric_nodes(judge) if is_metric else to_model_nodes(judge, offline=offline)
    if len(nodes) != 1:
        raise SummbenchError(f"judge names {', '.join(nodes) or 'nothing'}; expected one judge.")
    [(name, node)] = nodes.items()
    node = node if is_metric else wrap_model(name, node)
    return JudgeNode(name, node if prompt is None else {**node, "prompt": prompt})


def wrap_model(name: str, model: Node, template: Node | None = None) -> Node:
    """Return the node of a judge that asks the model; what the model is prompted with is replaced.

    `template` is the judge's node, by default the shipped one.
    """
    if "_object_" not in model:
        own = {"prompt": "{article}", "system": None}
        model = {**model, **{key: value for key, value in own.items() if key in model}}
    called = next(
        (v for k in ("model", "weights") if (v := model.get(k)) not in (None, "???")), name
    )
    return {**(template or load_shipped("metric", TEMPLATE)), "judge": str(called), "model": model}


def build_pair_judge(
    judge: JudgeNode,
    store: Store | None,
    packages: Sequence[str] = (),
    *,
    offline: bool = False,
    recompute: bool = False,
) -> PairJudge:
    """Build the judge, whose replies are stored as those of a judge that is a metric.

    An object from Python without a `version` has none in the store, as nobody could tell when it
    has changed.

    Raises: SummbenchError, if it is no pairwise judge, or a value is missing.
    """
    name, node = judge
    refuse_unset(judge)
    if "_object_" not in node and not hasattr(load_class(name, node, packages), "judge_pairs"):
        raise SummbenchError(
            f"{name!r} is no judge of pairs; expected a model, or a metric such as {TEMPLATE} or "
            "judge_server."
        )
    model = node.get("model", {})
    if is_node(model) and "_object_" not in model:
        check_model_class(f"{name}.model", model, packages, offline)
    metric: PairJudge = build_checked(name, node, packages, offline)
    if store is not None and is_storable(judge):
        metric.use_store(open_replies(judge, store, packages, recompute))
    return metric


def refuse_unset(judge: JudgeNode) -> None:
    """Refuse a judge that leaves a value open.

    Raises: SummbenchError.
    """
    if unset := sorted(_list_unset(judge.node)):
        raise SummbenchError(
            f"The judge {judge.name!r} leaves unset: {', '.join(unset)}. Give each a value."
        )


def open_replies(
    judge: JudgeNode, store: Store, packages: Sequence[str] = (), recompute: bool = False
) -> StoredReplies:
    """The stored replies of a judge that `is_storable`."""
    return StoredReplies(store, f"{judge.name}.model", judge.node["model"], packages, recompute)


def is_storable(judge: JudgeNode) -> bool:
    """Whether a reply of the judge can be found again."""
    model = judge.node.get("model", {})
    return is_node(model) and ("_object_" not in model or "version" in model)


def _find_group(judge: Any, packages: Sequence[str]) -> Literal["metric", "model"]:
    if isinstance(judge, Mapping) and not is_node(judge) and len(judge) == 1:
        [(name, inner)] = judge.items()
        is_changes = isinstance(inner, Mapping) and not (is_node(inner) or "function" in inner)
        return _find_group(str(name) if is_changes else inner, packages)
    if is_node(judge):
        is_metric = hasattr(load_class("judge", dict(judge), packages), "score")
    elif isinstance(judge, str):
        is_metric = judge in list_shipped("metric")
    else:
        is_metric = hasattr(judge, "score")
    return "metric" if is_metric else "model"


def _list_unset(node: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The keys whose value is ???, those within nodes with dots."""
    keys = []
    for key, value in node.items():
        if value == "???":
            keys.append(prefix + key)
        elif isinstance(value, Mapping):
            keys += _list_unset(value, f"{prefix}{key}.")
    return keys
