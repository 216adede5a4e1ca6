"""What a caller in Python hands over (names, paths, functions, objects, tables) as config nodes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from summbench.core.checkpoints import resolve_checkpoint
from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.core.systems import SummariesBySystem
from summbench.core.tabular import get_stem, get_suffix
from summbench.datasets.in_memory import InMemoryDataset
from summbench.evaluation.compose import list_shipped, load_shipped
from summbench.evaluation.nodes import Node, build, is_node

_TABLES = {".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"}
Resolver = Callable[[Any], tuple[str, Node]]


def to_model_nodes(models: Any, *, offline: bool = False) -> dict[str, Node]:
    """Nodes of models by name.

    `models` is one model, a sequence, or a mapping from a name of one's own. A model is the name of
    a shipped one, a hub id or the folder of a checkpoint, a function from text to summary, an
    object with `summarise`, or a node. `{"function": f, "version": "1"}` is a function whose
    summaries may be stored: another version is another model.
    """

    def resolve(model: Any) -> tuple[str, Node]:
        if isinstance(model, str | Path):
            return _resolve_model_name(str(model), offline)
        if inspect.isclass(model):
            raise SummbenchError(f"{model.__name__} is a class; expected an object of it.")
        if isinstance(model, Mapping) and callable(model.get("function")):
            name, node = _wrap_function(model["function"])
            return name, {**node, "version": str(model["version"])} if "version" in model else node
        if hasattr(model, "summarise") or hasattr(model, "summarise_with_references"):
            kind = "system" if hasattr(model, "summarise") else "bound"
            return _describe_object(model), {**_wrap(model), "_kind_": kind}
        if callable(model):
            return _wrap_function(model)
        raise SummbenchError(
            f"{_show(model)} is no model; expected a name, a hub id, a folder, a function from "
            f"text to summary, or an object with summarise(articles).{_hint(model, 'summarise')}"
        )

    return _to_nodes("model", models, resolve)


def to_dataset_nodes(datasets: Any) -> dict[str, Node]:
    """Nodes of datasets by name.

    A dataset is the name of a shipped one, a file or folder, a pandas DataFrame, a
    `datasets.Dataset`, a list of mappings, an object with `load`, or a node.
    """

    def resolve(dataset: Any) -> tuple[str, Node]:
        if isinstance(dataset, str | Path):
            return _resolve_dataset_name(dataset)
        if hasattr(dataset, "load") and not hasattr(dataset, "to_dict"):
            return _describe_object(dataset), _wrap(dataset)
        if isinstance(dataset, list | tuple) or hasattr(dataset, "to_dict"):
            return "data", wrap_rows(dataset)
        raise SummbenchError(
            f"{_show(dataset)} is no dataset; expected a name, a file, a DataFrame, a "
            "datasets.Dataset, a list of mappings, or an object with load()."
            f"{_hint(dataset, 'load')}"
        )

    if isinstance(datasets, Iterator | tuple):
        datasets = list(datasets)
    if isinstance(datasets, list) and not datasets:
        raise SummbenchError("The list of datasets, or of rows, is empty.")
    rows = isinstance(datasets, list) and isinstance(datasets[0], Mapping)
    if rows and not is_node(datasets[0]):
        datasets = [datasets]
    return _to_nodes("dataset", datasets, resolve)


def to_metric_nodes(metrics: Any) -> dict[str, Node]:
    """Nodes of metrics by name: names of shipped ones, objects with `score`, or nodes."""

    def resolve(metric: Any) -> tuple[str, Node]:
        if isinstance(metric, str):
            return metric, load_shipped("metric", metric)
        if inspect.isclass(metric):
            raise SummbenchError(f"{metric.__name__} is a class; expected an object of it.")
        if hasattr(metric, "score") and hasattr(metric, "columns"):
            return _describe_object(metric), _wrap(metric)
        raise SummbenchError(
            f"{_show(metric)} is no metric; expected a name, or an object with columns, signature "
            f"and score(examples, summaries).{_hint(metric, 'score')}"
        )

    return _to_nodes("metric", metrics, resolve)


def _to_nodes(group: str, items: Any, resolve: Resolver) -> dict[str, Node]:
    if isinstance(items, Mapping) and not is_node(items):
        pairs = [_resolve_named(group, str(name), item, resolve) for name, item in items.items()]
    else:
        several = isinstance(items, Iterable) and not isinstance(items, str | Mapping)
        several = several and not hasattr(items, "to_dict")
        pairs = []
        for item in items if several else [items]:
            if isinstance(item, Mapping) and not (is_node(item) or "function" in item):
                pairs += [_resolve_named(group, str(n), v, resolve) for n, v in item.items()]
            elif is_node(item):
                pairs.append((_class_name(str(item["_target_"])), dict(item)))
            else:
                pairs.append(resolve(item))
    names = [name for name, _ in pairs]
    if not all(name.strip() for name in names):
        raise SummbenchError(f"A {group} has an empty name; expected a name for each.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SummbenchError(
            f"Two {group}s are called {twice[0]!r}; give names of your own: "
            f"{{'first': ..., 'second': ...}}."
        )
    return dict(pairs)


def _resolve_named(group: str, name: str, item: Any, resolve: Resolver) -> tuple[str, Node]:
    """A node, changes to the shipped node of that name, or anything that `resolve` takes."""
    if is_node(item):
        return name, dict(item)
    if isinstance(item, Mapping) and not callable(item.get("function")):
        return name, {**load_shipped(group, name), **item}
    return name, resolve(item)[1]


def _resolve_model_name(name: str, offline: bool) -> tuple[str, Node]:
    is_folder = Path(name).is_dir()
    if name in list_shipped("model") or not ("/" in name or is_folder):
        return name, load_shipped("model", name)
    return to_name(Path(name).name), resolve_checkpoint(name, offline=offline)


def _resolve_dataset_name(dataset: str | Path) -> tuple[str, Node]:
    path = Path(dataset).expanduser()
    if str(dataset) in list_shipped("dataset"):
        return str(dataset), load_shipped("dataset", str(dataset))
    if get_suffix(path) in _TABLES:
        return get_stem(path), {**load_shipped("dataset", "table"), "path": str(path)}
    if get_suffix(path) == ".txt" or path.is_dir():
        return get_stem(path), {**load_shipped("dataset", "texts"), "path": str(path)}
    return str(dataset), load_shipped("dataset", str(dataset))


def _wrap_function(function: Callable[[str], str]) -> tuple[str, Node]:
    name = to_name(getattr(function, "__name__", type(function).__name__))
    target = "summbench.models.function.FunctionModel"
    model = build(name, {"_target_": target, "function": function})
    about = f"function {getattr(function, '__module__', '')}.{name}"
    return name, {"_target_": target, "_python_": about, "_object_": model}


def wrap_rows(data: Any, source: str = "the data", *, document_required: bool = True) -> Node:
    """A dataset node that holds rows; run.json says what they were."""
    dataset = InMemoryDataset(data, source, document_required)
    about = f"{type(data).__name__} of {len(data)} rows"
    target = f"{InMemoryDataset.__module__}.{InMemoryDataset.__qualname__}"
    return {"_target_": target, "_python_": about, "_object_": dataset}


def wrap_summaries(summaries: SummariesBySystem) -> Node:
    """A node of systems whose summaries exist: system -> article id -> summary."""
    target = "summbench.models.replay.RecordedSystems"
    systems = build("summaries", {"_target_": target, "summaries": summaries})
    about = f"summaries of {', '.join(summaries)}"
    return {"_target_": target, "_kind_": "replay", "_python_": about, "_object_": systems}


def _wrap(thing: object) -> Node:
    target = f"{type(thing).__module__}.{type(thing).__qualname__}"
    return {"_target_": target, "_python_": f"object of {target}", "_object_": thing}


def _show(thing: object) -> str:
    """The value, or the class of an object that shows itself as an address."""
    text = repr(thing)
    return f"an object of {type(thing).__name__}" if " at 0x" in text else text[:80]


def _hint(thing: object, method: str) -> str:
    return suggest(method, [name for name in dir(thing) if not name.startswith("_")])


def _describe_object(thing: object) -> str:
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) and name else _class_name(type(thing).__name__)


def _class_name(target: str) -> str:
    """`my.package.MyModel` -> `my_model`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", target.rpartition(".")[2]).lower()


def to_name(text: str) -> str:
    """A name that is plain in a config: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "model"


def get_source(thing: object) -> str | None:
    """The source of the object's class, if Python can find it."""
    try:
        return inspect.getsource(type(thing))
    except (OSError, TypeError):
        return None
