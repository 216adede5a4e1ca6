"""The leaderboard as Markdown whose source is readable too: columns padded and aligned."""

import re
from collections.abc import Sequence

from bench.leaderboard.board import Leaderboard, short
from bench.report.grid import Grid, grids

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|~#&$"} | {"\n": " ", "\r": " "})
_LEFT = 2


def markdown(board: Leaderboard) -> str:
    """One section for each dataset, failures at the end."""
    parts = [f"# {escape(board.name)}"]
    parts += [_section(grid) for grid in grids(board)]
    if board.failures:
        said = "\n".join(f"- {escape(m)}: {escape(why)}" for m, why in board.failures.items())
        parts.append(f"## Failures\n\n{said}")
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """The text as Markdown shows it, on one line."""
    return text.translate(_SPECIAL)


def _code(text: str) -> str:
    """The text as code, between more backticks than it has in a row."""
    flat = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", flat)), default=0))
    return f"{fence} {flat} {fence}" if len(fence) > 1 else f"`{flat}`"


def _section(grid: Grid) -> str:
    lines = [escape(note) for note in grid.notes]
    lines += [
        f"{escape(name)} ({escape(short(signature))}): {_code(signature)}"
        for name, signature in grid.signatures.items()
    ]
    notes = "\n".join(f"- {line}" for line in lines)
    return f"## {escape(grid.caption)}\n\n{_table(grid)}\n\n{notes}"


def _table(grid: Grid) -> str:
    # Only text that is not ours needs escaping in a cell; our headings keep their plain dots.
    rows = [[escape(row[0]), *row[1:]] for row in grid.rows]
    for i, j in grid.best:
        rows[i][j] = f"**{rows[i][j]}**"
    headings = [*grid.headings[:2], *map(_heading, grid.headings[2:])]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    rule = [
        "-" * max(3, w) if i < _LEFT else "-" * (max(3, w) - 1) + ":" for i, w in enumerate(widths)
    ]
    return "\n".join(_line(row, widths) for row in (headings, rule, *rows))


def _heading(text: str) -> str:
    """Escaped only if it names a model."""
    return escape(text) if text.startswith("vs ") else text


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(max(3, w)) if i < _LEFT else cell.rjust(max(3, w))
        for i, (cell, w) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"
