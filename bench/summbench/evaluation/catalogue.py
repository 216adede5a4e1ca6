"""What configs name, and what each of them needs, without composing or importing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import yaml

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import is_commit
from summbench.core.resources import get_resource_path
from summbench.core.weights import locate
from summbench.evaluation.fingerprint import list_missing_packages
from summbench.evaluation.nodes import Node, build, is_node, is_ours
from summbench.evaluation.requirements import find_install_command
from summbench.leaderboard.board import shorten_signature

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A YAML of a config group: its node, its first comment line, and what is missing.

    Without a comment its class describes it. `needs` is empty if it can be used here as it is.
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
        content = yaml.load(file.read_bytes(), _LOADER) or {}  # noqa: S506 - both are safe
        entries.append(describe_config(file.stem, content, file.read_text(encoding="utf-8")))
    return entries


def describe_config(name: str, content: Mapping[str, Any], text: str) -> CatalogueEntry:
    """Describe the YAML `name`, whose mapping is `content`, as it is written in `text`."""
    nodes = (value for value in content.values() if is_node(value))
    named = content.get(name) or next(nodes, content)
    node = named if isinstance(named, dict) else {}
    comments = (line.strip("# ") for line in text.splitlines() if line.startswith("# "))
    prose = (c for c in comments if "@package" not in c and not c.endswith(f"{name}.yaml"))
    description = next(prose, str(node.get("_target_", "")))
    return CatalogueEntry(name, description, node, list_needs(node))


def list_signatures(entries: Iterable[CatalogueEntry]) -> dict[str, str]:
    """Return metric -> its short and long signature, or what it needs to have one."""
    signatures = {}
    for entry in entries:
        if entry.needs:
            signatures[entry.name] = "; ".join(entry.needs)
        else:
            signature = str(build(entry.name, dict(entry.node)).signature)
            signatures[entry.name] = f"{shorten_signature(signature)}  {signature}"
    return signatures


def list_needs(node: Node) -> list[str]:
    """List what to give, install, download or start before the node can be used."""
    target = node.get("_target_")
    if not isinstance(target, str):
        return []
    needs = [] if is_ours(target) else _list_needs_of_own_code(target)
    needs += [f"give {key}" for key, value in node.items() if value == "???"]
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
    if target.endswith("hub.Hub") and node.get("path", "???") != "???":
        needs.append(f"data from the hub: {node['path']}{_mark_moving(node)}")
    return needs


def _mark_moving(node: Node) -> str:
    return "" if is_commit(node.get("revision")) else " (not pinned)"


def _list_needs_of_own_code(target: str) -> list[str]:
    package = target.partition(".")[0]
    is_found = package.isidentifier() and find_spec(package) is not None
    return [f"--allow-code {package}"] + [f"{package} on PYTHONPATH"] * (not is_found)
