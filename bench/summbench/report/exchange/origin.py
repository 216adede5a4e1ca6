"""The model and the public dataset behind a number, as exchange formats name them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from string import digits
from typing import Any

from summbench.leaderboard.board import Entry, Leaderboard
from summbench.runs.run import RunData
from summbench.runs.schema import ModelRecord, RunMetadata

FAMILIES = {"rouge": "rouge", "chrf": "chrf", "bertscore": "bertscore"}
"""First word of a metric's node -> its id on the hub."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_HUB_DATASET = "summbench.datasets.hub.Hub"


@dataclass(frozen=True, slots=True)
class HubDataset:
    """A dataset of the hub as the config pins it."""

    id: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None


def get_model_record(run: RunData, model: str) -> ModelRecord | None:
    """Return what run.json says of a model; None for a baseline."""
    return run.metadata.models.get(model) if isinstance(run.metadata, RunMetadata) else None


def find_hub_dataset(run: RunData, dataset: str) -> HubDataset | None:
    """Return the dataset of the hub behind the name; None for a file or a folder."""
    node = run.metadata.get_node("dataset", dataset)
    path = str(node.get("path", ""))
    if node.get("_target_") != _HUB_DATASET or not _HUB_ID.fullmatch(path):
        return None
    return HubDataset(path, node.get("name"), node.get("split"), node.get("revision"))


def find_hub_model(run: RunData, model: str) -> str | None:
    """Return the hub id of the model's weights; None if they are not from the hub."""
    weights = str(run.metadata.get_node("model", model).get("weights", ""))
    return weights if _HUB_ID.fullmatch(weights) else None


def get_family(metric: str) -> str:
    """Return the metric's id on the hub or its node's name: `rouge` of `rouge_stem.rouge2_f`."""
    node = metric.partition(".")[0]
    return FAMILIES.get(node.partition("_")[0].rstrip(digits), node)


@dataclass(frozen=True, slots=True)
class Subject:
    """One model on one dataset, with its entries that have a mean."""

    dataset: str
    model: str
    entries: list[Entry] = field(default_factory=list)


def list_subjects(board: Leaderboard) -> Iterator[Subject]:
    """Yield every model on every dataset but bounds, which see the references."""
    for health in board.health:
        if board.models[health.model] == "bound":
            continue
        entries = [
            entry
            for entry in board.entries
            if (entry.dataset, entry.model) == (health.dataset, health.model)
            and not isnan(entry.estimate.mean)
        ]
        if entries:
            yield Subject(health.dataset, health.model, entries)


def flatten(value: Any, prefix: str = "") -> dict[str, str]:
    """Return nested settings as dotted keys with texts: JSON, but a text as it is."""
    if isinstance(value, Mapping) and value:
        settings: dict[str, str] = {}
        for key, inner in value.items():
            settings |= flatten(inner, f"{prefix}.{key}" if prefix else str(key))
        return settings
    if not prefix:
        return {}
    return {prefix: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}
