"""Who may import whom: a new edge is an explicit change of this map."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_BENCH = Path(__file__).parents[1] / "bench"
_STAR = {"records", "errors", "text"}
_MAY = {
    "records": set(),
    "views": {"records", "errors"},
    "errors": set(),
    "text": {"errors"},
    "arguments": {"errors"},
    "fragments": set(),
    "weights": {"errors"},
    "privacy": set(),
    "pretrained": {"errors", "weights"},
    "tabular": _STAR,
    "stats": _STAR | {"stats"},
    "storage": _STAR | {"storage"},
    "datasets": _STAR | {"tabular", "datasets"},
    "models": _STAR | {"tabular", "weights", "pretrained", "models"},
    "rouge": _STAR | {"rouge"},
    "perturb": _STAR | {"perturb"},
    "support": _STAR | {"support", "weights"},
    "quality": _STAR | {"support"},
    "metrics": _STAR | {"fragments", "rouge", "support", "weights", "pretrained"},
    "asking": {"records", "errors", "privacy"},
    "executors": {"records", "errors", "asking", "privacy", "executors"},
    "pipeline": _STAR | {"storage", "asking"},
    "survey": _STAR,
    "scoring": _STAR | {"storage", "survey", "views"},
    "verification": _STAR | {"pipeline", "scoring", "storage"},
    "garbling": _STAR | {"perturb"},
    "windows": _STAR | {"garbling", "perturb", "pipeline", "scoring", "storage", "survey", "views"},
    "robustness": _STAR
    | {"garbling", "leaderboard", "metrics", "perturb", "robustness", "stats", "windows"},
    "description": _STAR | {"quality", "robustness", "windows"},
    "sharding": _STAR | {"storage"},
    "recording": _STAR | {"storage"},
    "leaderboard": _STAR | {"leaderboard", "stats", "storage"},
    "trust": _STAR | {"leaderboard", "stats", "tabular", "trust"},
    "audit": _STAR | {"audit", "leaderboard", "rouge", "stats"},
    "planning": _STAR | {"leaderboard", "stats"},
    "examples": _STAR | {"storage", "examples"},
    "report": _STAR
    | {"audit", "description", "examples", "leaderboard", "gate", "planning", "quality", "report"}
    | {"robustness", "stats", "trust"},
    "tracking": _STAR | {"leaderboard", "report"},
    "provenance": _STAR | {"leaderboard", "privacy", "survey"},
    "results": _STAR | {"leaderboard", "gate", "recording", "report", "storage"},
    "gate": _STAR | {"leaderboard", "gate", "recording", "report", "stats", "storage"},
    "archive": _STAR | {"leaderboard", "stats", "storage", "survey"},
    "config": _STAR | {"arguments"},
    "fingerprint": _STAR | {"config", "weights"},
    "__main__": {"cli"},
    "__init__": set(),
}
# Commands put everything together; models, metrics, datasets, executors are named by YAML only.
_NAMED = {"models", "metrics", "datasets", "executors", "tracking"}
_MAY["cli"] = set(_MAY) - _NAMED - {"fragments", "rouge", "support", "pretrained"} | {"cli"}
_FILES = sorted(_BENCH.rglob("*.py"))


def _room(file: Path) -> str:
    return file.relative_to(_BENCH).parts[0].removesuffix(".py")


def _imported_rooms(file: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "bench":
            modules |= {f"bench.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return {m.split(".")[1] for m in modules if m.startswith("bench.")}


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(_BENCH).as_posix())
def test_a_module_imports_only_what_its_room_may(file: Path) -> None:
    assert _imported_rooms(file) <= _MAY[_room(file)]


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(_BENCH).as_posix())
def test_no_file_is_longer_than_250_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 250
