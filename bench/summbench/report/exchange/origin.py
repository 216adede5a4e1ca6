"""The model and the public dataset behind a number, as exchange formats name them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
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


def hub_dataset(run: RunData, dataset: str) -> HubDataset | None:
    """None for a file or folder of one's own."""
    node = run.metadata.get_node("dataset", dataset)
    path = str(node.get("path", ""))
    if node.get("_target_") != _HUB_DATASET or not _HUB_ID.fullmatch(path):
        return None
    return HubDataset(path, node.get("name"), node.get("split"), node.get("revision"))


def hub_model(run: RunData, model: str) -> str | None:
    """The hub id of the model's weights, if they are from there."""
    weights = str(run.metadata.get_node("model", model).get("weights", ""))
    return weights if _HUB_ID.fullmatch(weights) else None


def family(metric: str) -> str:
    """`rouge` of `rouge_stem.rouge2_f`: the metric's id on the hub, or its node's own name."""
    node = metric.partition(".")[0]
    return FAMILIES.get(node.partition("_")[0], node)


@dataclass(frozen=True, slots=True)
class Subject:
    """One model on one dataset with those of its numbers that have a mean."""

    dataset: str
    model: str
    entries: list[Entry] = field(default_factory=list)


def subjects(board: Leaderboard) -> Iterator[Subject]:
    """All but bounds, which see the references and are nobody's system."""
    for health in board.health:
        if board.models[health.model] == "bound":
            continue
        found = [
            entry
            for entry in board.entries
            if (entry.dataset, entry.model) == (health.dataset, health.model)
            and not isnan(entry.estimate.mean)
        ]
        if found:
            yield Subject(health.dataset, health.model, found)


def flat(value: Any, prefix: str = "") -> dict[str, str]:
    """Nested settings as dotted keys with texts: JSON, but a text is itself."""
    if isinstance(value, Mapping) and value:
        found: dict[str, str] = {}
        for key, inner in value.items():
            found |= flat(inner, f"{prefix}.{key}" if prefix else str(key))
        return found
    if not prefix:
        return {}
    return {prefix: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}
