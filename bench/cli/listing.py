"""`summbench list`: what is shipped, and what each thing needs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from bench.cli.console import say
from bench.config import remedy, shipped
from bench.errors import BenchError
from bench.fingerprint import missing_packages
from bench.weights import locate


class Group(StrEnum):
    """What can be listed."""

    models = "models"
    datasets = "datasets"
    metrics = "metrics"
    experiments = "experiments"


def listing(
    group: Annotated[Group | None, typer.Argument(help="Which kind; all by default.")] = None,
) -> int:
    """Everything that a config can name, one line each, with what it needs.

    \b
    Example:
      summbench list models
    """
    for chosen in [group] if group else list(Group):
        files = sorted((shipped("configs") / chosen.value.removesuffix("s")).glob("*.yaml"))
        rows = [(file.stem, _about(file), _needs(file)) for file in files]
        width = max(len(name) for name, *_ in rows)
        lines = [
            f"  {name:{width}}  {about}{f'  [{needs}]' if needs else ''}"
            for name, about, needs in rows
        ]
        say("\n".join([f"{chosen.value}:", *lines, ""]))
    return 0


def _about(file: Path) -> str:
    """The first line that is prose."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((x.lstrip("# ") for x in lines if x.startswith("# ") and "@package" not in x), "")


def _needs(file: Path) -> str:
    node = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get(file.stem)
    return "; ".join(needs(node)) if isinstance(node, dict) else ""


def needs(node: dict[str, Any]) -> list[str]:
    """What is to be given, installed or downloaded before the node can be used."""
    found = [f"give {key}" for key, value in node.items() if value == "???"]
    found += dict.fromkeys(remedy(package) for package in missing_packages(node))
    weights = node.get("weights", "???")
    try:
        if weights != "???" and isinstance(locate(weights), str):
            found.append(f"weights from the hub: {weights}")
    except BenchError:
        found.append(str(node.get("_install_", f"weights {weights}")))
    if node["_target_"].endswith("hub.Hub") and node.get("path", "???") != "???":
        found.append(f"data from the hub: {node['path']}")
    return found
