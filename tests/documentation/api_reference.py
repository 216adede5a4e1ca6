"""The API reference of bench/README.md, made from the code without importing it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc

from tests.commands import CLONE, PACKAGE

Function = ast.FunctionDef | ast.AsyncFunctionDef
_RECORDS = ("Article", "Example", "Prediction", "MetricInfo")
_PROTOCOLS = ("Model", "OracleModel", "Metric", "Dataset", "Executor")
# What is explained elsewhere (results/schema), or is a detail of a result.
_NOT_SHOWN = frozenset({"RunMetadata", "BaselineMetadata", "PredictionDigest", "RunData"})


@dataclass(frozen=True, slots=True)
class Definition:
    """A class or function of the package, and where it is."""

    node: ast.ClassDef | Function
    file: str

    @property
    def link(self) -> str:
        """The source, seen from bench/README.md."""
        return f"[source](summbench/{self.file})"

    @property
    def paragraphs(self) -> list[str]:
        """The docstring; a paragraph's lines are joined, and `Raises:` is set off."""
        text = cleandoc(ast.get_docstring(self.node, clean=False) or "")
        paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p.strip()]
        return [re.sub(r"^Raises: ", "**Raises** ", p) for p in paragraphs]


def _walk_definitions() -> Iterator[tuple[str, Definition]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | Function) and not _is_overload(node):
                yield node.name, Definition(node, file.relative_to(PACKAGE).as_posix())


def _is_overload(node: ast.ClassDef | Function) -> bool:
    """Whether it only says the types of one way to call the function that follows."""
    return any(ast.unparse(decorator) == "overload" for decorator in node.decorator_list)


def _read_public_names() -> tuple[list[str], dict[str, str]]:
    """`__all__`, and name -> module below the package, as its `__init__` has them."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    names: list[str] = []
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and "summbench" in node.module:
            path = node.module.removeprefix("summbench.").replace(".", "/") + ".py"
            modules |= {alias.name: path for alias in node.names}
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
    return names, modules


def build_reference() -> str:
    """The Markdown of all public names, the types that they return, and the plug-in protocols."""
    definitions: dict[str, list[Definition]] = {}
    for name, definition in _walk_definitions():
        definitions.setdefault(name, []).append(definition)
    names, modules = _read_public_names()
    public = {
        name: next(d for d in definitions[name] if d.file == modules[name])
        for name in names
        if name in modules
    }
    functions = {n: d for n, d in public.items() if isinstance(d.node, Function)}
    classes = {n: d for n, d in public.items() if n not in functions and n not in _RECORDS}
    records = {n: public[n] for n in _RECORDS}
    returned = _find_returned(functions, definitions, set(public))
    protocols = {n: _find(definitions, n, "core/records.py") for n in _PROTOCOLS}
    protocols |= {
        name: next(d for d in many if d.file == "core/capabilities.py")
        for name, many in definitions.items()
        if any(d.file == "core/capabilities.py" for d in many)
    }
    parts = [
        "### Functions", *(_format_function(d, 4) for d in functions.values()),
        "### The run, and errors", *(_format_class(d) for d in classes.values()),
        "### What the functions return", *(_format_class(d) for d in returned.values()),
        "### Records", *(_format_class(d) for d in records.values()),
        "### Protocols and optional methods", *(_format_class(d) for d in protocols.values()),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _find(definitions: Mapping[str, list[Definition]], name: str, file: str) -> Definition:
    return next(d for d in definitions[name] if d.file == file)


def _find_returned(
    functions: Mapping[str, Definition],
    definitions: Mapping[str, list[Definition]],
    public: set[str],
) -> dict[str, Definition]:
    """The classes that the functions return, and those that their fields hold."""
    returned: dict[str, Definition] = {}
    waiting = [
        ast.unparse(d.node.returns)
        for d in functions.values()
        if isinstance(d.node, Function) and d.node.returns
    ]
    waiting.append("Table")
    for annotation in waiting:
        for name in re.findall(r"\b[A-Z]\w+", annotation):
            many = [d for d in definitions.get(name, []) if isinstance(d.node, ast.ClassDef)]
            if name in returned or name in public | _NOT_SHOWN or len(many) != 1:
                continue
            returned[name] = many[0]
            waiting += [annotation for _, annotation, _ in _list_fields(many[0].node)]
    return returned


def _list_fields(node: ast.AST) -> list[tuple[str, str, str]]:
    """Name, type and default of each field of a class."""
    assert isinstance(node, ast.ClassDef)
    return [
        (
            item.target.id,
            ast.unparse(item.annotation),
            ast.unparse(item.value) if item.value else "",
        )
        for item in node.body
        if isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and not item.target.id.startswith("_")
    ]


def _format_signature(node: Function, name: str) -> str:
    """The call on one line, or an argument a line if that is too long."""
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(given) - len(arguments.defaults)) + [*arguments.defaults]
    pairs = [(a, d) for a, d in zip(given, defaults, strict=True) if a.arg != "self"]
    pieces = [_format_argument(a, d) for a, d in pairs]
    if arguments.kwonlyargs:
        pieces.append("*")
        keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        pieces += [_format_argument(a, d) for a, d in keywords]
    if arguments.kwarg:
        pieces.append(f"**{arguments.kwarg.arg}")
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    line = f"{name}({', '.join(pieces)}){result}"
    if len(line) <= 100:
        return line
    return f"{name}(\n    " + ",\n    ".join(pieces) + f",\n){result}"


def _format_argument(argument: ast.arg, default: ast.expr | None) -> str:
    text = argument.arg
    if argument.annotation:
        text += f": {ast.unparse(argument.annotation)}"
    return text if default is None else f"{text} = {ast.unparse(default)}"


def _format_function(definition: Definition, level: int) -> str:
    assert isinstance(definition.node, Function)
    name = definition.node.name
    signature = _format_signature(definition.node, f"summbench.{name}")
    return "\n\n".join(
        [
            f"{'#' * level} `{name}`",
            f"```py\n{signature}\n```",
            *definition.paragraphs,
            definition.link,
        ]
    )


def _format_class(definition: Definition) -> str:
    """A class: what it is, its fields with their defaults, its properties and methods."""
    node = definition.node
    assert isinstance(node, ast.ClassDef)
    fields = [
        f"`{name}: {annotation}`" + (f", by default `{default}`" if default else "")
        for name, annotation, default in _list_fields(node)
    ]
    members = [
        member
        for item in node.body
        if isinstance(item, Function) and not item.name.startswith("_")
        for member in [_format_member(item, definition.file)]
    ]
    items = "\n".join(f"- {item}" for item in [*fields, *members])
    parts = [f"#### `{node.name}`", *definition.paragraphs, items, definition.link]
    return "\n\n".join(part for part in parts if part)


def _format_member(node: Function, file: str) -> str:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    if any(name.split("(")[0].endswith("property") for name in decorators):
        result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        head = f"`{node.name}{result}`"
    else:
        head = f"`{' '.join(_format_signature(node, node.name).split())}`"
    return f"{head}: {' '.join(Definition(node, file).paragraphs)}"


README = CLONE / "bench" / "README.md"
