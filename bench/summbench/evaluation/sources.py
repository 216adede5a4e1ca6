"""The source files of a class: its module and what that imports of its own package."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from summbench.core.python_syntax import parse_module


def find_sources(target: str, within_functions: bool = True) -> dict[str, Path]:
    """The target's module and those that it imports from its own package, transitively."""
    package = target.split(".")[0]
    sources: dict[str, Path] = {}
    pending = [target.rpartition(".")[0]]
    while pending:
        module = pending.pop()
        file = None if module in sources else find_file(module)
        if file is not None:
            sources[module] = file
            imports = list_imports(file, module, within_functions)
            pending += [m for m in imports if m.split(".")[0] == package]
    return dict(sorted(sources.items()))


def find_file(module: str) -> Path | None:
    """The module's source; find_spec imports all parents, so it is asked for the top one only."""
    top, *inner = module.split(".")
    spec = find_spec(top)
    if spec is None:
        return None
    if not spec.submodule_search_locations:
        return Path(spec.origin) if spec.origin and not inner else None
    for folder in spec.submodule_search_locations:
        base = Path(folder, *inner)
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def list_imports(file: Path, module: str, within_functions: bool) -> Sequence[str]:
    """Every module that the file's import statements may name; `from a import b` may name a.b."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    return _parse_imports(file.read_bytes(), package, within_functions)


@cache
def _parse_imports(source: bytes, package: str, within_functions: bool) -> Sequence[str]:
    names: list[str] = []
    pending: list[ast.AST] = [parse_module(source)]
    while pending:
        statement = pending.pop()
        if within_functions or not isinstance(statement, ast.FunctionDef):
            pending += ast.iter_child_nodes(statement)
        if isinstance(statement, ast.Import):
            names += [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - statement.level + 1]
            base = (
                ".".join([*up, statement.module or ""]).strip(".")
                if statement.level
                else statement.module
            )
            names.append(str(base))
            names += [f"{base}.{alias.name}" for alias in statement.names]
    return names
