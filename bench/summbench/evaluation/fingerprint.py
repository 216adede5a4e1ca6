"""What a result follows from, as a hash: the config node, the code that it runs, its weights."""

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

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import find_cached_commit, is_commit
from summbench.core.python_syntax import parse_module
from summbench.core.weights import identify, locate
from summbench.evaluation.nodes import Node, get_arguments, get_target, is_node, list_weights
from summbench.evaluation.sources import find_file, find_sources, list_imports

_ARGUMENTS_WITHOUT_EFFECT = ("batch_size", "batch_tokens", "device", "offline")
_REQUEST_KEY = "get_request_key"
_SUMMARY_MODULES = frozenset(
    f"summbench.{module}"
    for module in (
        "core.recognition", "core.segmentation", "core.text",
        "models.batching", "models.boilerplate", "models.causal", "models.chat_template",
        "models.checkpoint", "models.decoding", "models.extractive", "models.function",
        "models.generation", "models.generation_options", "models.gguf_loading",
        "models.instruction", "models.lead", "models.oracle", "models.positions",
        "models.pretrained", "models.random_sentences", "models.seq2seq", "models.stop_rule",
        "models.tokenizer", "models.truncation",
    )
)  # fmt: skip
"""The modules of ours that can change a summary of a local model: no others are in its key."""
_MODULES_WITHOUT_EFFECT = frozenset(
    f"summbench.core.{module}"
    for module in (
        "batch_prediction", "capabilities", "control_characters", "errors", "hub_cache",
        "judgements", "marks", "prediction_checks", "records", "redaction", "replies", "resources",
        "weights",
    )
)  # fmt: skip
"""They can't change a score; `marks` and `replies` have a version."""


def compute_fingerprint(name: str, node: Node, allowed_packages: Iterable[str] = ()) -> str:
    """SHA-256 of the resolved node, of its code and of its weights; nothing is imported.

    The code is the node's module and what that imports of its own package, transitively; of our
    modules only those that can change a result. What a batch holds and the device are left out,
    and the arguments that the class itself lists in a tuple `inert`. A class that is keyed by its
    requests has no code in its fingerprint: the request says all that a reply follows from.
    """
    get_target(name, node, allowed_packages)  # first: the class is looked for in its file
    return _hash_node(name, node, allowed_packages, with_code=not is_keyed_by_request(node))


def _hash_node(name: str, node: Node, allowed_packages: Iterable[str], with_code: bool) -> str:
    """A node inside another one has its code in it: nothing of it is stored by its requests."""
    target = get_target(name, node, allowed_packages)
    inert = {*_ARGUMENTS_WITHOUT_EFFECT, *_list_inert(target)}
    arguments = {
        key: _hash_node(f"{name}.{key}", value, allowed_packages, with_code=True)
        if is_node(value)
        else value
        for key, value in get_arguments(node).items()
        if key not in inert
    }
    code = {"target": target, "sources": _hash_code(target)} if with_code else None
    weights = identify_weights(name, node)
    content: dict[str, object] = {"arguments": arguments, "code": code, "weights": weights}
    if any(commits := _list_moving_commits(node)):
        content["commits"] = commits
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _list_moving_commits(node: Node) -> list[str | None]:
    """What the hub's cache has of weights that are not pinned: another commit is another model."""
    return [
        find_cached_commit(weights, revision)
        for _, weights, revision in list_weights(node)
        if not is_commit(revision) and isinstance(locate(weights), str)
    ]


def is_keyed_by_request(node: Node) -> bool:
    """Whether the node's class can say the request that a reply of its server follows from."""
    class_node = _find_class(str(node["_target_"]))
    body = class_node.body if class_node else ()
    return any(isinstance(line, ast.FunctionDef) and line.name == _REQUEST_KEY for line in body)


def list_uncovered_modules(node: Node) -> list[str]:
    """The modules outside the node's package that it imports, and whose version nobody knows.

    A change of theirs changes neither the fingerprint nor the recorded versions.
    """
    modules = _list_third_party(str(node["_target_"]))
    return sorted(m for m in modules if not _get_owners(m) and find_spec(m) is not None)


def _hash_code(target: str) -> dict[str, str]:
    return {
        module: hashlib.sha256(file.read_bytes()).hexdigest()
        for module, file in find_sources(target).items()
        if _can_change_a_result(module, target)
    }


def _can_change_a_result(module: str, target: str) -> bool:
    if target.startswith("summbench.models."):
        return module in _SUMMARY_MODULES
    return module not in _MODULES_WITHOUT_EFFECT


def hash_other_code(node: Node) -> dict[str, str]:
    """The modules that the node's class runs and that are not in its key, each with a short hash.

    They are recorded beside what is stored: a change there makes no prediction anew, and is said.
    """
    target = str(node["_target_"])
    in_key = {} if is_keyed_by_request(node) else _hash_code(target)
    return {
        module: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for module, file in find_sources(target).items()
        if module not in in_key
    }


def identify_weights(name: str, node: Node) -> str | None:
    """The identity of the node's weights, or None if it has none."""
    if node.get("weights") is None:
        return None
    try:
        return identify(str(node["weights"]), node.get("revision"))
    except SummbenchError as error:
        install = f" Install them: {node['_install_']}" if "_install_" in node else ""
        raise SummbenchError(f"{name!r}: {error}{install}") from error


def list_missing_packages(node: Node) -> list[str]:
    """The packages without which the node's code can't be imported; nothing is imported here.

    What only a function imports is an alternative, and says itself what it needs.
    """
    modules = _list_third_party(str(node["_target_"]), within_functions=False)
    return sorted(m for m in modules if find_spec(m) is None)


def get_versions(node: Node) -> dict[str, str]:
    """Python's version and those of the distributions that the node's code imports."""
    modules = _list_third_party(str(node["_target_"]))
    owners = sorted({owner for module in modules for owner in _get_owners(module)})
    return {"python": platform.python_version()} | {owner: version(owner) for owner in owners}


def _find_class(target: str) -> ast.ClassDef | None:
    module, _, name = target.rpartition(".")
    file = find_file(module)
    statements = parse_module(file.read_bytes()).body if file else ()
    classes = (s for s in statements if isinstance(s, ast.ClassDef) and s.name == name)
    return next(classes, None)


def _list_inert(target: str) -> list[str]:
    class_node = _find_class(target)
    return [
        item.value
        for line in (class_node.body if class_node else ())
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple)
        if [ast.unparse(to) for to in line.targets] == ["inert"]
        for item in line.value.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]


def _get_owners(module: str) -> Sequence[str]:
    """The distributions that hold the module; as a rule the one that has its name."""
    try:
        return [distribution(module).metadata["Name"]]
    except PackageNotFoundError:
        return _get_all_owners().get(module, ()) if find_spec(module) else ()


@cache
def _get_all_owners() -> Mapping[str, Sequence[str]]:
    return packages_distributions()  # reads the files of every distribution: half a second


def _list_third_party(target: str, within_functions: bool = True) -> set[str]:
    own_package = target.split(".")[0]
    names = {
        module.split(".")[0]
        for owner, file in find_sources(target, within_functions).items()
        for module in list_imports(file, owner, within_functions)
    }
    return names - {own_package} - sys.stdlib_module_names
