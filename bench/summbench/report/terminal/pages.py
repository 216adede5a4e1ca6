"""Our own Markdown pages as plain text of a given width: no marks, no escapes, tables that fit."""

from __future__ import annotations

from summbench.report.page_blocks import TableBlock, TextBlock, parse_page
from summbench.report.terminal.text import Column, fit_table, wrap

_MOST_FIXED = 3
_MINOR = 3
"""The level of headings that are not underlined."""


def format_page(markdown: str, width: int = 80) -> str:
    """The page of the kind that this room's neighbours write: headings, tables, items, quotes."""
    lines: list[str] = []
    for block in parse_page(markdown):
        if isinstance(block, TableBlock):
            lines += _format_table(block, width)
        else:
            lines += _format_text(block, width)
    return "\n".join(lines)


def _format_text(block: TextBlock, width: int) -> list[str]:
    lines: list[str] = []
    for line in block.lines:
        indent = " " * line.level
        if block.kind == "heading":
            rule = ["-" * min(len(line.text), width)] if line.level < _MINOR else []
            lines += [*wrap(line.text, width), *rule]
        elif block.kind == "quote":
            lines += wrap(line.text, width, "  ", "  ")
        elif block.kind == "item":
            lines += wrap(line.text, width, f"{indent}- ", f"{indent}  ")
        else:
            lines += wrap(line.text, width) or [""]
    return lines


def _format_table(block: TableBlock, width: int) -> list[str]:
    """The table; columns that do not fit are named below it."""
    columns = [
        Column(heading, [row[i] for row in block.rows], is_name=block.is_name[i])
        for i, heading in enumerate(block.headings)
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
