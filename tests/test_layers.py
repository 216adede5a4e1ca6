"""Who may import whom: a new arrow is an explicit change of this map."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.commands import PACKAGE

_MAY: dict[str, set[str]] = {
    "core": set(),
    "stats": set(),
    "store": set(),
    "models": set(),
    "datasets": set(),
    "perturbations": set(),
    "metrics": {"models"},
    "leaderboard": {"stats", "store"},
    "runs": {"leaderboard", "store", "datasets"},
    "evaluation": {
        "runs", "leaderboard", "store", "datasets", "perturbations", "stats",
    },
    "gate": {"runs", "leaderboard", "stats", "store"},
    "analysis": {
        "evaluation", "runs", "leaderboard", "metrics", "perturbations", "stats", "store",
        "datasets",
    },
    "report": {"analysis", "gate", "runs", "leaderboard", "stats", "store"},
    "people": {"analysis", "datasets", "leaderboard", "report", "runs", "stats", "store"},
}  # fmt: skip
_MAY["api"] = set(_MAY) - {"metrics"}  # of the models only the conversion of their weights
_MAY["cli"] = _MAY["api"] - {"models"} | {"api"}
_MAY["__init__"] = {"api"}
_MAY["__main__"] = {"cli"}
_FILES = sorted(PACKAGE.rglob("*.py"))


def _room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported_rooms(file: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "summbench":
            modules |= {f"summbench.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return {m.split(".")[1] for m in modules if m.startswith("summbench.")}


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_what_its_room_may(file: Path) -> None:
    room = _room(file)
    assert _imported_rooms(file) <= _MAY.get(room, set()) | {room, "core"}


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_no_file_is_longer_than_250_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 250
