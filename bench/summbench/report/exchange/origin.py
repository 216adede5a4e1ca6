"""What other formats ask about a number: whose model it is of, and of which public dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from summbench.leaderboard.board import Entry, Leaderboard

Node = Mapping[str, Any]
FAMILIES = {"rouge": "rouge", "chrf": "chrf", "bertscore": "bertscore"}
"""First word of a metric's node -> its id on the hub."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_HUB_DATASET = "summbench.datasets.hub.Hub"


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """A leaderboard and what its run.json says, without secrets and folders of the machine."""

    board: Leaderboard
    made: Mapping[str, Any]

    def node(self, group: str, name: str) -> Node:
        """The config of a model or dataset; empty for a system of a file of summaries."""
        found = (self.made.get("config") or {}).get(group, {}).get(name)
        return found if isinstance(found, Mapping) else {}

    def about(self, model: str) -> Node:
        """Fingerprint, weights and versions of a model."""
        found = self.made.get("models", {}).get(model)
        return found if isinstance(found, Mapping) else {}

    @property
    def version(self) -> str:
        """Of summbench."""
        return str(self.made["versions"]["summbench"])


@dataclass(frozen=True, slots=True)
class HubDataset:
    """A dataset of the hub as the config pins it."""

    id: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None


def hub_dataset(run: RunOrigin, dataset: str) -> HubDataset | None:
    """None for a file or folder of one's own."""
    node = run.node("dataset", dataset)
    path = str(node.get("path", ""))
    if node.get("_target_") != _HUB_DATASET or not _HUB_ID.fullmatch(path):
        return None
    return HubDataset(path, node.get("name"), node.get("split"), node.get("revision"))


def hub_model(run: RunOrigin, model: str) -> str | None:
    """The hub id of the model's weights, if they are from there."""
    weights = str(run.node("model", model).get("weights", ""))
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
