"""No function is named by a participle, and no variable by a word that says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import PACKAGE

_REFUSED = frozenset(
    {
        "asked", "done", "found", "given", "got", "kept", "known", "left", "made", "mine", "one",
        "said", "seen", "taken", "there", "told", "wanted", "was",
    }
)  # fmt: skip
_PARTICIPLES = frozenset(
    {
        "asked", "begun", "broken", "built", "chosen", "done", "drawn", "found",
        "given", "held", "kept", "known", "laid", "left", "lost", "made", "met", "said",
        "seen", "sent", "shown", "spelt", "spilt", "taken", "told",
        "written",
    }
)  # fmt: skip
_VERBS_IN_ED = frozenset({"embed", "exceed", "feed", "need", "proceed", "seed", "succeed"})
_ALLOWED: dict[str, str] = {
    "done": "the word of the progress callback, as tqdm and joblib have it",
    "paired_t": "the name of the test",
}
_FILES = sorted(PACKAGE.rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _is_property(function: Function) -> bool:
    names = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(name.split("(")[0].endswith("property") for name in names)


def _is_participle(name: str) -> bool:
    first = name.strip("_").split("_")[0]
    if name in _ALLOWED:
        return False
    return first in _PARTICIPLES or (first.endswith("ed") and first not in _VERBS_IN_ED)


def _list_participles(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Function) and not _is_property(node) and _is_participle(node.name):
            yield f"{node.lineno}: {node.name}()"


def _list_variables(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def _list_refused_variables(tree: ast.AST) -> Iterator[str]:
    for line, name in _list_variables(tree):
        if name.strip("_") in _REFUSED - _ALLOWED.keys():
            yield f"{line}: {name}"


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_no_function_is_named_by_a_participle(file: Path) -> None:
    assert list(_list_participles(ast.parse(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_no_variable_is_named_by_a_word_for_nothing(file: Path) -> None:
    assert list(_list_refused_variables(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_the_pass_sees_what_it_refuses() -> None:
    tree = ast.parse("def compared(found): told = 1\ndef needs(x): self.said = x\n")
    assert list(_list_participles(tree)) == ["1: compared()"]
    assert sorted(_list_refused_variables(tree)) == ["1: found", "1: told", "2: said"]
