"""The tables of configs/README.md, made from the configs that ship."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from summbench.core.records import MetricInfo
from summbench.core.resources import get_resource_path
from summbench.evaluation.catalogue import CatalogueEntry, list_catalogue
from summbench.evaluation.fingerprint import _list_third_party
from summbench.evaluation.nodes import build, is_node
from summbench.perturbations.perturbation import PerturbationSpec
from tests.commands import CLONE

README = CLONE / "configs" / "README.md"
GROUPS = {
    "model": ("model", "what it is", "needs"),
    "dataset": ("dataset", "what it is", "needs"),
    "metric": ("metric", "what it is", "columns", "needs"),
    "perturbation": ("perturbation", "what it does", "meaning", "before", "after"),
    "executor": ("executor", "where models work", "needs"),
    "tracking": ("tracker", "what it is sent", "needs"),
    "experiment": ("experiment", "what it runs"),
}
# A text on which each perturbation shows what it does; two blanks lines are ¶ in the table.
_EXAMPLES = {
    "typographic": '"Go!"',
    "stray_punctuation": "The dam held on.",
    "ocr": "Storm at the modern hall",
    "keyboard": "They rebuilt the station.",
    "misspelt_name": "We met Lavrov. Later Lavrov left.",
    "misspelt_names": "We met Lavrov. Later Lavrov left.",
    "misspelt_names_consistent": "We met Lavrov. Later Lavrov left.",
    "speech": '"Go," said Ann; "(-5 % = $4.5m)."',
    "dropped_sentence": "Rain fell. The dam held. All slept.",
    "duplicated_sentence": "Rain fell. The dam held. All slept.",
    "truncated_sentence": "Rain fell on the old dam.",
    "byline": "Rain fell. The dam held.",
    "read_more": "Rain fell.\n\nThe dam held.",
    "unrelated_sentence": "Rain fell. The dam held.",
    "paragraph_shuffle": "Rain fell.\n\nThe dam held.\n\nAll slept.",
}
SEVERITY = 0.05


def build_table(group: str) -> str:
    """The Markdown table of a group: a row for each YAML that ships."""
    heads = GROUPS[group]
    rows = [_build_row(group, entry) for entry in list_catalogue(group)]
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _build_row(group: str, entry: CatalogueEntry) -> tuple[str, ...]:
    name, text = f"`{entry.name}`", _escape(entry.description)
    if group == "perturbation":
        return (name, text, *_show_perturbation(entry))
    if group == "experiment":
        return name, text
    needs = ", ".join(_list_needs(group, entry.node)) or "-"
    if group == "metric":
        return name, text, _list_columns(entry), needs
    return name, text, needs


def _list_needs(group: str, node: Mapping[str, Any]) -> list[str]:
    """What has to be given, installed, downloaded or started, whatever is on this machine."""
    extras = _get_extras()
    modules = {m.replace("_", "-") for m in _list_third_party(str(node["_target_"]), False)}
    packages = {"mlflow": "mlflow-skinny"}
    needs = sorted({f"`[{extras[p]}]`" for m in modules if (p := packages.get(m, m)) in extras})
    needs += [f"`{group}.NAME.{key}=`" for key, value in node.items() if value == "???"]
    weights = str(node.get("weights", "???"))
    if "_install_" in node:
        needs.append(f"`{node['_install_']}`")
    elif weights != "???":
        needs.append(f"hub: `{weights}`")
    if node.get("base_url", "???") != "???":
        needs.append(f"a server at {node['base_url']}")
    if str(node["_target_"]).endswith("hub.Hub") and node.get("path", "???") != "???":
        needs.append(f"hub: `{node['path']}`")
    needs += [n for value in node.values() if is_node(value) for n in _list_needs(group, value)]
    return list(dict.fromkeys(needs))


@cache
def _get_extras() -> dict[str, str]:
    """Package -> the extra that has it, as pyproject.toml says and whatever is installed."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        re.split("[<>=]", requirement)[0]: extra
        for extra, requirements in project["optional-dependencies"].items()
        if extra not in ("dev", "peers")
        for requirement in requirements
    }


def _list_columns(entry: CatalogueEntry) -> str:
    """The columns and what they are; those of a metric with weights are in the text beside."""
    if entry.is_heavy or any(is_node(value) for value in entry.node.values()):
        return "see below"
    columns: Mapping[str, MetricInfo] = build(entry.name, dict(entry.node)).columns
    [role] = {info.role for info in columns.values()}
    return f"{role}: {', '.join(f'`{name}`' for name in columns)}"


def _show_perturbation(entry: CatalogueEntry) -> tuple[str, str, str]:
    operator = build(entry.name, dict(entry.node))
    before = _EXAMPLES[entry.name]
    after = PerturbationSpec(entry.name, operator, SEVERITY).apply(before).text
    meaning = "kept" if operator.keeps_meaning else "changed"
    shown = (f"`{text}`".replace("\n\n", "¶").replace("|", "\\|") for text in (before, after))
    return (meaning, *shown)  # type: ignore[return-value]


def build_keys() -> str:
    """The keys of configs/bench.yaml with their defaults and comments, one row a key."""
    text = (get_resource_path("configs") / "bench.yaml").read_text(encoding="utf-8")
    body = text.partition("\nname:")[2].partition("\nhydra:")[0]
    rows: list[list[str]] = []
    for line in f"name:{body}".splitlines():
        head, _, comment = line.partition("#")
        if match := re.match(r"(\w+):\s*(.*?)\s*$", head):
            rows.append([match[1], match[2] or "a list, see the file", comment.strip()])
        elif rows and not head.strip().startswith("-") and comment:
            rows[-1][2] += f" {comment.strip()}"
    lines = ["| key | default | what it is |", "| --- | --- | --- |"]
    return "\n".join(
        [*lines, *(f"| `{key}` | `{value}` | {_escape(what)} |" for key, value, what in rows)]
    )


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def build_parts() -> dict[str, str]:
    """Name of a generated part of configs/README.md -> its Markdown."""
    return {"keys": build_keys()} | {group: build_table(group) for group in GROUPS}
