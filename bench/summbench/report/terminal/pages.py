"""Our own Markdown pages as plain text of a given width: no marks, no escapes, tables that fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from summbench.report.terminal.text import Column, fit_table, wrap

_MOST_FIXED = 3
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_CODE = re.compile(r"(?<!\\)(`+) ?(.+?) ?\1(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_\[\]<>|~#&$])")
_ITEM = re.compile(r"( *- )(.*)")


def format_page(markdown: str, width: int = 80) -> str:
    """The page of the kind that this room's neighbours write: headings, tables, items, quotes."""
    lines: list[str] = []
    for kind, group in groupby(markdown.strip().splitlines(), _get_kind):
        block = list(group)
        if kind == "table":
            lines += _format_table(block, width)
        elif kind == "heading":
            for line in block:
                text = _strip_marks(line.lstrip("#").strip())
                is_minor = line.startswith("###")
                lines += [*wrap(text, width), *([] if is_minor else ["-" * min(len(text), width)])]
        else:
            for line in block:
                lines += _format_line(line, kind, width)
    return "\n".join(lines)


def _get_kind(line: str) -> str:
    kinds = {"#": "heading", "|": "table", ">": "quote"}
    return "item" if _ITEM.match(line) else kinds.get(line[:1], "text")


def _format_line(line: str, kind: str, width: int) -> list[str]:
    if not line.strip():
        return [""]
    if kind == "quote":
        return wrap(_strip_marks(line[1:].strip()), width, "  ", "  ")
    if match := _ITEM.match(line):
        return wrap(_strip_marks(match[2]), width, match[1], " " * len(match[1]))
    return wrap(_strip_marks(line), width)


def _strip_marks(text: str) -> str:
    return _ESCAPE.sub(r"\1", _CODE.sub(r"\2", _BOLD.sub(r"\1", text)))


def _format_table(lines: Sequence[str], width: int) -> list[str]:
    """The table; columns that do not fit are named below it."""
    headings, rule, *rows = ([c.strip() for c in _CELL_BORDER.split(line)[1:-1]] for line in lines)
    columns = [
        Column(
            _strip_marks(heading),
            [_strip_marks(row[i]) for row in rows],
            is_name=not rule[i].endswith(":"),
        )
        for i, heading in enumerate(headings)
    ]
    n_names = next((i for i, c in enumerate(columns) if not c.is_name), len(columns))
    n_fixed = min(len(columns), n_names + 1) if n_names <= _MOST_FIXED else 1
    table = fit_table(columns, width, n_fixed)
    notes = []
    if table.omitted:
        notes.append(f"Not shown at this width: {', '.join(table.omitted)}.")
    if table.has_short_names:
        notes.append("Texts with ... are shortened.")
    return [*table.lines, *(["", *wrap(" ".join(notes), width)] if notes else [])]
