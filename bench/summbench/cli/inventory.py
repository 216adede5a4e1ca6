"""What the shipped YAML files say, without composing or importing what they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.core.weights import locate
from summbench.evaluation.fingerprint import missing_packages
from summbench.evaluation.nodes import build, format_install, is_node
from summbench.leaderboard.board import shorten_signature


def entries(group: str) -> list[tuple[str, str, str]]:
    """Name, first comment line and needs of each YAML of a config group."""
    files = sorted((get_resource_path("configs") / group).glob("*.yaml"))
    return [(file.stem, _about(file), "; ".join(needs(_node(file)))) for file in files]


def weighty() -> list[tuple[str, list[str]]]:
    """Each model that has weights or a server, and what is missing for it."""
    files = sorted((get_resource_path("configs") / "model").glob("*.yaml"))
    nodes = {file.stem: _node(file) for file in files}
    heavy = {name: node for name, node in nodes.items() if {"weights", "base_url"} & node.keys()}
    return [(name, needs(node)) for name, node in heavy.items()]


def metric_signatures() -> list[tuple[str, str]]:
    """Each shipped metric with its signature, or with what it needs to have one."""
    files = sorted((get_resource_path("configs") / "metric").glob("*.yaml"))
    return [(file.stem, _signature(file.stem, _node(file))) for file in files]


def _signature(name: str, node: dict[str, Any]) -> str:
    missing = needs(node)
    if missing:
        return "; ".join(missing)
    signature = str(build(name, node).signature)
    return f"{shorten_signature(signature)}  {signature}"


def _node(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    node = content.get(file.stem, content)
    return node if isinstance(node, dict) else {}


def _about(file: Path) -> str:
    """The first line that is prose."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((x.lstrip("# ") for x in lines if x.startswith("# ") and "@package" not in x), "")


def needs(node: dict[str, Any]) -> list[str]:
    """What is to be given, installed, downloaded or started before the node can be used."""
    if "_target_" not in node:
        return []
    found = [f"give {key}" for key, value in node.items() if value == "???"]
    found += dict.fromkeys(format_install(package) for package in missing_packages(node))
    weights = node.get("weights", "???")
    try:
        if weights != "???" and isinstance(locate(weights), str):
            found.append(f"weights from the hub: {weights}")
    except SummbenchError:
        found.append(str(node.get("_install_", f"weights {weights}")))
    if node.get("base_url", "???") != "???":
        found.append(f"a server at {node['base_url']}")
    found += [need for value in node.values() if is_node(value) for need in needs(value)]
    if node["_target_"].endswith("hub.Hub") and node.get("path", "???") != "???":
        found.append(f"data from the hub: {node['path']}")
    return found
