"""Our own Markdown pages in blocks of plain text, for a terminal and for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

_CELL_BORDER = re.compile(r"(?<!\\)\|")
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_CODE = re.compile(r"(?<!\\)(`+) ?(.+?) ?\1(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_\[\]<>|~#&$])")
_ITEM = re.compile(r"( *)- (.*)")

Kind = Literal["heading", "table", "item", "quote", "text"]


@dataclass(frozen=True, slots=True)
class Line:
    """A heading of a level, an item that is indented so far, a line of a quote, or of text."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of one kind in a row; an empty line of text parts paragraphs."""

    kind: Kind
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table's cells; `is_name` says which columns are flush left."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_name: Sequence[bool]


def parse_page(markdown: str) -> Iterator[TextBlock | TableBlock]:
    """The blocks of a page of the kind that this room writes."""
    for kind, group in groupby(_join_items(markdown), _get_kind):
        lines = list(group)
        if kind == "table":
            yield _parse_table(lines)
        else:
            yield TextBlock(kind, [_parse_line(kind, line) for line in lines])


def _join_items(markdown: str) -> list[str]:
    """The lines; a further line of an item is joined to its first."""
    lines: list[str] = []
    for line in markdown.strip().splitlines():
        if line.startswith("  ") and line.strip() and lines and _is_continued(lines[-1], line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return lines


def _is_continued(last: str, line: str) -> bool:
    return _ITEM.match(last) is not None and _ITEM.match(line) is None


def _get_kind(line: str) -> Kind:
    kinds: dict[str, Kind] = {"#": "heading", "|": "table", ">": "quote"}
    return "item" if _ITEM.match(line) else kinds.get(line[:1], "text")


def _parse_line(kind: Kind, line: str) -> Line:
    if kind == "heading":
        text = line.lstrip("#")
        return Line(_strip_marks(text.strip()), len(line) - len(text))
    if kind == "quote":
        return Line(_strip_marks(line[1:].strip()))
    if match := _ITEM.match(line):
        return Line(_strip_marks(match[2]), len(match[1]))
    return Line(_strip_marks(line.strip()))


def _strip_marks(text: str) -> str:
    return _ESCAPE.sub(r"\1", _CODE.sub(r"\2", _BOLD.sub(r"\1", text)))


def _parse_table(lines: Sequence[str]) -> TableBlock:
    headings, rule, *rows = ([c.strip() for c in _CELL_BORDER.split(line)[1:-1]] for line in lines)
    return TableBlock(
        list(map(_strip_marks, headings)),
        [list(map(_strip_marks, row)) for row in rows],
        [not cell.endswith(":") for cell in rule],
    )
