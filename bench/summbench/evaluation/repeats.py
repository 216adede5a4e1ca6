"""Repeats: a model that leaves something to chance predicts each article several times."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction, TaskResult
from summbench.evaluation.nodes import Node, get_kind, load_class
from summbench.evaluation.session import ModelSpec

_LOG = logging.getLogger("summbench")


def expand_repeats(
    repeats: int,
    nodes: Mapping[str, Node],
    models: Sequence[ModelSpec],
    describe: Callable[[str, Node], ModelSpec],
    allowed_packages: Sequence[str],
) -> list[ModelSpec]:
    """Each model that draws, once for each of `repeats` seeds; the others as they are.

    `describe` makes the model of a node. The seeds are the node's own and those after it, so that
    the first repeat is the model without repeats.

    Raises: SummbenchError if no model draws.
    """
    if repeats == 1:
        return list(models)
    expanded: list[ModelSpec] = []
    drawing: list[str] = []
    for model in models:
        expanded.append(model)
        node = nodes.get(model.name, {})
        if model.precomputed or (seed := _find_seed(model.name, node, allowed_packages)) is None:
            continue
        drawing.append(model.name)
        for offset in range(1, repeats):
            name = name_repeat(model.name, offset + 1)
            other = describe(name, {**node, "seed": seed + offset})
            expanded.append(replace(other, repeat_of=model.name))
    if not drawing:
        raise SummbenchError(
            f"repeats={repeats}, and no model leaves anything to chance. Those that do have a seed "
            "and sample: generate.do_sample=true, at a server a temperature above 0."
        )
    others = [model.name for model in models if model.name not in drawing]
    if others:
        _LOG.info(
            "%s: predicted %d times. Predicted once, as nothing is left to chance: %s.",
            ", ".join(drawing), repeats, ", ".join(others),
        )  # fmt: skip
    return expanded


def name_repeat(model: str, number: int) -> str:
    """The name of a repeat while it is predicted; the first has the model's own."""
    return model if number == 1 else f"{model} (repeat {number})"


def _find_seed(name: str, node: Node, allowed_packages: Sequence[str]) -> int | None:
    """The seed of a model that draws; None if it does not."""
    if "_object_" in node or "_target_" not in node or get_kind(node) == "replay":
        return None
    parameters = inspect.signature(load_class(name, node, allowed_packages)).parameters
    if "seed" not in parameters:
        return None
    seed = node.get("seed", parameters["seed"].default)
    if "generate" in parameters and not _is_sampling(node.get("generate") or {}):
        return None
    return seed if isinstance(seed, int) else None


def _is_sampling(generate: Mapping[str, Any]) -> bool:
    return bool(generate.get("do_sample")) or (generate.get("temperature") or 0) > 0


def join_repeats(
    results: Sequence[TaskResult], models: Iterable[ModelSpec]
) -> tuple[list[TaskResult], dict[tuple[str, str], list[TaskResult]]]:
    """One result a model, of the means over its repeats; and the repeats of each that has several.

    An article's prediction is that of the first repeat that did not fail.
    """
    owners = {model.name: model.repeat_of or model.name for model in models}
    groups: dict[tuple[str, str], list[TaskResult]] = {}
    for result in results:
        groups.setdefault((result.dataset, owners[result.model]), []).append(result)
    repeated = {place: group for place, group in groups.items() if len(group) > 1}
    joined = [
        average_repeats(group) if place in repeated else group[0] for place, group in groups.items()
    ]
    return joined, repeated


def average_repeats(repeats: Sequence[TaskResult]) -> TaskResult:
    """Each article's mean over the repeats where it is defined."""
    first = repeats[0]
    scores = {
        metric: _average([repeat.scores[metric] for repeat in repeats]) for metric in first.scores
    }
    predictions = zip(*(repeat.predictions for repeat in repeats), strict=True)
    return replace(first, predictions=list(map(_choose, predictions)), scores=scores)


def _average(columns: Sequence[Sequence[float]]) -> list[float]:
    table = np.array(columns, dtype=float)
    is_defined = ~np.isnan(table)
    counts = is_defined.sum(axis=0)
    sums = np.where(is_defined, table, 0.0).sum(axis=0)
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return [float(mean) for mean in means]


def _choose(predictions: tuple[Prediction, ...]) -> Prediction:
    return next((p for p in predictions if p.error is None), predictions[0])
