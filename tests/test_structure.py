"""The shape of the package: its rooms, no import cycle, sizes, and who may know which library."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.commands import PACKAGE

_ROOMS = {
    "analysis", "api", "cli", "core", "datasets", "evaluation", "gate", "leaderboard", "metrics",
    "models", "people", "perturbations", "report", "runs", "stats", "store",
}  # fmt: skip
_NEURAL_METRICS = (
    "metrics/bertscore.py", "metrics/checkpoints.py", "metrics/classifier.py",
    "metrics/first_token.py", "metrics/hhem.py", "metrics/nli.py", "metrics/prompt_scorer.py",
)  # fmt: skip
_ONLY_IN: dict[str, tuple[str, ...]] = {
    "hydra": ("cli/",),
    "omegaconf": ("cli/", "evaluation/config.py", "evaluation/compose.py"),
    "torch": ("models/", *_NEURAL_METRICS),
    "transformers": ("models/", *_NEURAL_METRICS),
    "ray": ("evaluation/executors/ray.py",),
    "mlflow": ("report/tracking/mlflow.py",),
    "wandb": ("report/tracking/wandb.py",),
    "trackio": ("report/tracking/trackio.py",),
    "matplotlib": ("report/plots/",),
    "openai": ("models/server.py",),
    "typer": ("cli/",),
    "rich": ("cli/", "api/progress.py", "report/terminal/"),
}
_FILES = {
    file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
    for file in sorted(PACKAGE.rglob("*.py"))
}
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _get_module(path: str) -> str:
    parts = ["summbench", *Path(path).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_MODULES = {_get_module(path): tree for path, tree in _FILES.items()}


def _walk_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Each statement that runs when the module is imported: no function, nothing for types."""
    for node in body:
        if isinstance(node, _FUNCTION) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        ):
            continue
        yield node
        for name in ("body", "orelse", "finalbody"):
            yield from _walk_statements(getattr(node, name, ()))
        for handler in getattr(node, "handlers", ()):
            yield from _walk_statements(handler.body)


def _list_imported_modules(
    nodes: Iterable[ast.AST], modules: Mapping[str, ast.Module]
) -> Iterator[str]:
    """Modules as they are imported; `from a import b` is a.b where that is one of `modules`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "the package names what it imports in full"
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in modules else node.module


def _build_import_graph(modules: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    return {
        module: set(_list_imported_modules(_walk_statements(tree.body), modules))
        & modules.keys() - {module}
        for module, tree in modules.items()
    }


def _find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of one cycle in its order, or an empty list: depth first, in three colours."""
    finished: set[str] = set()
    path: list[str] = []

    def visit(module: str) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in finished:
            return []
        path.append(module)
        for target in sorted(graph[module]):
            if cycle := visit(target):
                return cycle
        finished.add(path.pop())
        return []

    return next((cycle for module in sorted(graph) if (cycle := visit(module))), [])


def test_the_top_of_the_package_has_the_rooms_and_nothing_else() -> None:
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert names == _ROOMS | {"__init__.py", "__main__.py", "py.typed"}
    assert {path.split("/")[0] for path in _FILES if "/" in path} == _ROOMS


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert _find_cycle(_build_import_graph(_MODULES)) == []


def test_a_cycle_would_be_seen() -> None:
    sources = {
        "p": "",
        "p.a": "from p import b\nif TYPE_CHECKING:\n    from p import d\n",
        "p.b": "try:\n    import p.c\nexcept ImportError:\n    pass\n",
        "p.c": "from p.a import x\n",
        "p.d": "import p.a\ndef f():\n    import p.d\n",
    }
    graph = _build_import_graph({name: ast.parse(text) for name, text in sources.items()})
    assert graph == {"p": set(), "p.a": {"p.b"}, "p.b": {"p.c"}, "p.c": {"p.a"}, "p.d": {"p.a"}}
    assert _find_cycle(graph) == ["p.a", "p.b", "p.c"]
    assert _find_cycle({**graph, "p.c": set()}) == []


@pytest.mark.parametrize("path", _FILES)
def test_a_library_is_known_only_where_it_is_used(path: str) -> None:
    modules = _list_imported_modules(ast.walk(_FILES[path]), {})
    imported = {module.split(".")[0] for module in modules}
    allowed = {name for name, places in _ONLY_IN.items() if path.startswith(places)}
    assert imported & _ONLY_IN.keys() <= allowed


@pytest.mark.parametrize("path", [path for path in _FILES if not path.startswith("cli/")])
def test_only_a_command_prints(path: str) -> None:
    calls = [node for node in ast.walk(_FILES[path]) if isinstance(node, ast.Call)]
    assert [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"] == []


def _list_commands() -> Iterator[tuple[str, str]]:
    """File and function of every command: `app.command("name")(module.function)`."""
    for path in ("cli/__init__.py", "cli/store/__init__.py", "cli/weights/__init__.py"):
        for node in ast.walk(_FILES[path]):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Call)
                and ast.unparse(node.func.func) == "app.command"
                and isinstance(node.args[0], ast.Attribute)
            ):
                module = Path(path).parent / ast.unparse(node.args[0].value)
                file = module.with_suffix(".py").as_posix()
                yield file if file in _FILES else f"{module}/__init__.py", node.args[0].attr


_COMMANDS = sorted(_list_commands())


def test_every_command_is_found() -> None:
    assert {function for _, function in _COMMANDS} == {
        "annotate", "arena", "audit", "bundle", "collect", "compact_store", "compare", "convert",
        "doctor", "facts", "history", "list_store", "listing", "merge", "metaeval", "plan",
        "prune_store", "replay", "report", "run", "runs", "score", "verify", "view",
    }  # fmt: skip


@pytest.mark.parametrize("path", [path for path, _ in _COMMANDS])
def test_a_command_is_at_most_60_lines(path: str) -> None:
    assert len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) <= 60


def _count_body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count what a function does: without its head and its docstring."""
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    assert function.end_lineno is not None
    return function.end_lineno - function.body[int(has_docstring)].lineno + 1


@pytest.mark.parametrize("path", _FILES)
def test_no_body_of_a_function_is_longer_than_40_lines(path: str) -> None:
    functions = [node for node in ast.walk(_FILES[path]) if isinstance(node, _FUNCTION)]
    assert [f.name for f in functions if _count_body_lines(f) > 40] == []
