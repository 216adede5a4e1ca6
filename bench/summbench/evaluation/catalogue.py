"""What the shipped configs name, and what each of them needs, without composing or importing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import is_commit
from summbench.core.resources import get_resource_path
from summbench.core.weights import locate
from summbench.evaluation.fingerprint import list_missing_packages
from summbench.evaluation.nodes import Node, build, is_node
from summbench.evaluation.requirements import find_install_command
from summbench.leaderboard.board import shorten_signature

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A shipped YAML of a config group: its node, its first comment line, and what is missing.

    `needs` is empty if it can be used here as it is.
    """

    name: str
    description: str
    node: Mapping[str, Any]
    needs: Sequence[str]

    @property
    def is_heavy(self) -> bool:
        """Whether it has weights or a server."""
        return bool({"weights", "base_url"} & self.node.keys())


def list_catalogue(group: str) -> list[CatalogueEntry]:
    """List what ships of a config group, such as 'model', sorted by name."""
    entries = []
    for file in sorted((get_resource_path("configs") / group).glob("*.yaml")):
        node = _load_node(file)
        entries.append(CatalogueEntry(file.stem, _read_description(file), node, list_needs(node)))
    return entries


def list_signatures() -> dict[str, str]:
    """Return shipped metric -> its short and long signature, or what it needs to have one."""
    signatures = {}
    for entry in list_catalogue("metric"):
        if entry.needs:
            signatures[entry.name] = "; ".join(entry.needs)
        else:
            signature = str(build(entry.name, dict(entry.node)).signature)
            signatures[entry.name] = f"{shorten_signature(signature)}  {signature}"
    return signatures


def list_needs(node: Node) -> list[str]:
    """List what to give, install, download or start before the node can be used."""
    if "_target_" not in node:
        return []
    needs = [f"give {key}" for key, value in node.items() if value == "???"]
    needs += dict.fromkeys(
        find_install_command(package) or f"the module {package}"
        for package in list_missing_packages(node)
    )
    weights = node.get("weights", "???")
    try:
        if weights != "???" and isinstance(locate(weights), str):
            needs.append(f"weights from the hub: {weights}{_mark_moving(node)}")
    except SummbenchError:
        needs.append(str(node.get("_install_", f"weights {weights}")))
    if node.get("base_url", "???") != "???":
        needs.append(f"a server at {node['base_url']}")
    needs += [need for value in node.values() if is_node(value) for need in list_needs(value)]
    if node["_target_"].endswith("hub.Hub") and node.get("path", "???") != "???":
        needs.append(f"data from the hub: {node['path']}{_mark_moving(node)}")
    return needs


def _mark_moving(node: Node) -> str:
    return "" if is_commit(node.get("revision")) else " (not pinned)"


def _load_node(file: Path) -> Node:
    content = yaml.load(file.read_bytes(), _LOADER) or {}  # noqa: S506 - both are safe
    node = content.get(file.stem, content)
    return node if isinstance(node, dict) else {}


def _read_description(file: Path) -> str:
    """Return the first comment line that is prose."""
    lines = file.read_text(encoding="utf-8").splitlines()
    comments = (line for line in lines if line.startswith("# ") and "@package" not in line)
    return next((comment.lstrip("# ") for comment in comments), "")
