"""What made a result, as a hash: the config node, the code that it runs, and its weights."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import (
    PackageNotFoundError,
    distribution,
    packages_distributions,
    version,
)
from importlib.util import find_spec
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.weights import identity
from summbench.evaluation.nodes import Node, get_arguments, get_target, is_node

_INERT = ("batch_size", "batch_tokens", "device")


def fingerprint(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> str:
    """SHA-256 of the resolved node, of its code and of its weights; nothing is imported.

    The code is the node's module and what that imports of its own package, transitively. What a
    batch holds and the device are left out, and the keys that the class itself lists in a tuple
    `inert`: they should not change a result.
    """
    target = get_target(name, node, allowed_packages)
    inert = {*_INERT, *_listed_as_inert(target)}
    keywords = {
        key: fingerprint(f"{name}.{key}", value, allowed_packages) if is_node(value) else value
        for key, value in get_arguments(node).items()
        if key not in inert
    }
    material = {
        "target": target,
        "arguments": keywords,
        "sources": {
            module: hashlib.sha256(file.read_bytes()).hexdigest()
            for module, file in _sources(target).items()
        },
        "weights": weights(name, node),
    }
    return hashlib.sha256(json.dumps(material, sort_keys=True).encode()).hexdigest()


def weights(name: str, node: Node) -> str | None:
    """The identity of the node's weights, or None if it has none."""
    if node.get("weights") is None:
        return None
    try:
        return identity(str(node["weights"]), node.get("revision"))
    except SummbenchError as error:
        install = f" Install them: {node['_install_']}" if "_install_" in node else ""
        raise SummbenchError(f"{name!r}: {error}{install}") from error


def missing_packages(node: Node) -> list[str]:
    """The packages without which the node's code can't be imported; nothing is imported here.

    What only a function imports is an alternative, and says itself what it needs.
    """
    needed = _third_party(str(node["_target_"]), within_functions=False)
    return sorted(m for m in needed if find_spec(m) is None)


def versions(node: Node) -> dict[str, str]:
    """Python's version and those of the distributions that the node's code imports."""
    modules = _third_party(str(node["_target_"]))
    owners = sorted({owner for module in modules for owner in _owners(module)})
    return {"python": platform.python_version()} | {owner: version(owner) for owner in owners}


def _listed_as_inert(target: str) -> list[str]:
    module, _, name = target.rpartition(".")
    file = _file(module)
    return [
        item.value
        for made in (ast.parse(file.read_bytes()).body if file else ())
        if isinstance(made, ast.ClassDef) and made.name == name
        for line in made.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple)
        if [ast.unparse(to) for to in line.targets] == ["inert"]
        for item in line.value.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]


def _owners(module: str) -> Sequence[str]:
    """The distributions that hold the module; as a rule the one that has its name."""
    try:
        return [distribution(module).metadata["Name"]]
    except PackageNotFoundError:
        return _all_owners().get(module, ()) if find_spec(module) else ()


@cache
def _all_owners() -> Mapping[str, Sequence[str]]:
    return packages_distributions()  # reads the files of every distribution: half a second


def _third_party(target: str, within_functions: bool = True) -> set[str]:
    own = target.split(".")[0]
    names = {
        module.split(".")[0]
        for owner, file in _sources(target, within_functions).items()
        for module in _imported(file, owner, within_functions)
    }
    return names - {own} - sys.stdlib_module_names


def _sources(target: str, within_functions: bool = True) -> dict[str, Path]:
    """The target's module and those that it imports from its own package, transitively."""
    package = target.split(".")[0]
    found: dict[str, Path] = {}
    todo = [target.rpartition(".")[0]]
    while todo:
        module = todo.pop()
        file = None if module in found else _file(module)
        if file is not None:
            found[module] = file
            imported = _imported(file, module, within_functions)
            todo += [m for m in imported if m.split(".")[0] == package]
    return dict(sorted(found.items()))


def _file(module: str) -> Path | None:
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


def _imported(file: Path, module: str, within_functions: bool) -> Sequence[str]:
    """Every module that the file's import statements may name; `from a import b` may name a.b."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    return _named(file.read_bytes(), package, within_functions)


@cache
def _named(source: bytes, package: str, within_functions: bool) -> Sequence[str]:
    names: list[str] = []
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        statement = todo.pop()
        if within_functions or not isinstance(statement, ast.FunctionDef):
            todo += ast.iter_child_nodes(statement)
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
