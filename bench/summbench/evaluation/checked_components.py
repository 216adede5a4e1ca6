"""Components whose mistakes are sentences: classes of somebody's own, and weights out of reach."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from summbench.core.capabilities import SupportsConfigCheck
from summbench.core.errors import SummbenchError, contain_exits
from summbench.core.hub_cache import (
    describe_no_network,
    find_hub_problem,
    is_cached,
    may_ask,
)
from summbench.core.records import Example
from summbench.core.redaction import format_error
from summbench.core.weights import locate
from summbench.evaluation.conformance import check_class, check_examples, check_load, is_shipped
from summbench.evaluation.nodes import (
    Node,
    build,
    get_arguments,
    get_kind,
    list_weights,
    load_class,
)
from summbench.evaluation.validation import check_arguments


def build_checked(name: str, node: Node, allowed_packages: Iterable[str], offline: bool) -> Any:
    """A metric or dataset; a constructor that raises is a mistake, said before anything runs."""
    try:
        with contain_exits():
            return build(name, node, allowed_packages, offline=offline)
    except SummbenchError:
        raise
    except Exception as error:
        raise SummbenchError(
            f"{name!r}: {node['_target_']} could not be made: {format_error(error)}."
        ) from error


def load_checked(name: str, dataset: Any) -> Sequence[Example]:
    """Load the examples of a dataset; what a class of somebody's own returns is looked at."""
    if is_shipped(dataset):
        return dataset.load()  # type: ignore[no-any-return]
    check_load(name, dataset)
    try:
        with contain_exits():
            examples = dataset.load()
    except SummbenchError:
        raise
    except Exception as error:
        raise SummbenchError(f"{name!r}: load() failed: {format_error(error)}.") from error
    return check_examples(name, dataset, examples)


def check_model_class(name: str, node: Node, packages: Sequence[str], offline: bool) -> None:
    """Check a model's class and its arguments before any model is built."""
    check_hub(name, node, offline)
    component = load_class(name, node, packages)
    check_class(name, component, get_kind(node))
    arguments = get_arguments(node)
    if offline and "offline" in inspect.signature(component).parameters:
        arguments["offline"] = True
    check_arguments(name, component, arguments)
    if isinstance(component, SupportsConfigCheck):
        try:
            component.check_config(**arguments)
        except SummbenchError as error:
            raise SummbenchError(f"{name!r}: {error}") from error


def find_batch_size(name: str, node: Node, packages: Sequence[str]) -> int | None:
    """Return the batch size of a model's class, if that alone says how to make batches."""
    component = load_class(name, node, packages)
    arguments = inspect.signature(component).parameters
    size = inspect.getattr_static(component, "batch_size", 1)
    needs_instance = hasattr(component, "plan_batches") or hasattr(component, "check_available")
    if needs_instance or "batch_size" in arguments or type(size) is not int or size < 1:
        return None
    return size


def check_hub(name: str, node: Node, offline: bool) -> None:
    """Say at once that weights can't be downloaded: importing torch first takes seconds."""
    for _, weights, _ in list_weights(node):
        place = locate(weights)
        if isinstance(place, Path) or is_cached(place) or not may_ask(offline):
            continue
        if problem := find_hub_problem():
            raise SummbenchError(
                f"{name!r}: the weights {place!r} are not in the hub's cache, and "
                f"{describe_no_network(problem, place)}."
            )
