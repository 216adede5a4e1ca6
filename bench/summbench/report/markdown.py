"""The leaderboard as Markdown with aligned columns, so that its source is readable, too."""

import re
from collections.abc import Sequence

from summbench.core.control_characters import show_controls
from summbench.leaderboard.board import Leaderboard, shorten_signature
from summbench.leaderboard.macro_board import MacroBoard
from summbench.report.grid import Grid, build_grids
from summbench.report.macro import build_macro_rows, describe_macro, explain_macro
from summbench.report.paper import PaperTable, build_paper_tables
from summbench.report.slices import build_slice_rows, describe_slices, list_slice_columns
from summbench.report.summary.scope import describe_kinds, describe_scope
from summbench.report.summary.summary import list_all_warnings, summarize

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|~#&$"} | {"\n": " ", "\r": " "})
_LEFT = 2
_FIXED = 6  # columns of the board over all datasets before those of each


def render_markdown(board: Leaderboard) -> str:
    """The verdicts and warnings first, then all datasets as one, then each; failures last."""
    parts = [f"# {escape_markdown(board.name)}"]
    if board.macro is not None:
        parts.append(_format_macro(board, board.macro))
    parts += [escape_markdown(summary.verdict) for summary in summarize(board)]
    if warnings := list_all_warnings(board):
        parts.append("\n".join(f"- {escape_markdown(warning)}" for warning in warnings))
    parts += [escape_markdown(" ".join([*describe_kinds(board), *describe_scope(board)]))]
    for grid in build_grids(board):
        parts += [format_section(grid), *_format_slices(board, grid.dataset)]
    if board.failures:
        failures = "\n".join(
            f"- {escape_markdown(m)}: {escape_markdown(why)}" for m, why in board.failures.items()
        )
        parts.append(f"## Failures\n\n{failures}")
    return "\n\n".join(parts) + "\n"


def render_paper_markdown(
    board: Leaderboard, columns: Sequence[str] = (), models: Sequence[str] = ()
) -> str:
    """The tables of the paper mode, for a README or a model card.

    Raises: SummbenchError, if there is no such metric or model.
    """
    return "\n".join(map(_format_paper_table, build_paper_tables(board, columns, models)))


def _format_paper_table(table: PaperTable) -> str:
    rows = [[*map(escape_markdown, row)] for row in (*table.rows, *table.bounds)]
    for i, j in table.bold:
        rows[i][j] = f"**{rows[i][j]}**"
    cells = format_table([*map(escape_markdown, table.headings)], rows)
    notes = escape_markdown(" ".join(table.notes))
    return f"{escape_markdown(table.caption)}\n\n{cells}\n\n{notes}\n"


def _format_slices(board: Leaderboard, dataset: str) -> list[str]:
    """A table for each column of groups, and what all articles together hide."""
    parts = []
    for column in list_slice_columns(board, dataset):
        headings, rows = build_slice_rows(board, dataset, column)
        cells = [[escape_markdown(row[0]), *row[1:]] for row in rows]
        title = f"### {escape_markdown(dataset)} by {escape_markdown(column)}"
        parts.append(f"{title}\n\n{format_table(list(map(escape_markdown, headings)), cells)}")
    if sentences := describe_slices(board, dataset):
        parts.append("\n".join(map(escape_markdown, sentences)))
    return parts


def _format_macro(board: Leaderboard, macro: MacroBoard) -> str:
    headings, rows = build_macro_rows(board, macro)
    cells = [[escape_markdown(row[0]), *row[1:]] for row in rows]
    table = format_table([*headings[:_FIXED], *map(escape_markdown, headings[_FIXED:])], cells)
    sentences = "\n".join(map(escape_markdown, describe_macro(macro)))
    notes = "\n".join(f"- {escape_markdown(note)}" for note in explain_macro(macro))
    return f"## {len(macro.datasets)} datasets\n\n{sentences}\n\n{table}\n\n{notes}"


def escape_markdown(text: str) -> str:
    """The text on one line, with Markdown's special characters escaped."""
    return show_controls(text).translate(_SPECIAL)


def _format_code(text: str) -> str:
    """The text as code; its fence has more backticks than the text has in a row."""
    flat = show_controls(" ".join(text.split()))
    fence = "`" * (1 + max(map(len, re.findall("`+", flat)), default=0))
    return f"{fence} {flat} {fence}" if len(fence) > 1 else f"`{flat}`"


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]], n_left: int = 1) -> str:
    """A table of these cells: the first `n_left` columns flush left, the others flush right."""
    widths = [max(3, *map(len, column)) for column in zip(headings, *rows, strict=True)]
    rule = ["-" * w if i < n_left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(w) if i < n_left else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    return "\n".join(map(line, (headings, rule, *rows)))


def format_section(grid: Grid) -> str:
    """The grid's caption, table and notes."""
    lines = [escape_markdown(note) for note in grid.notes]
    lines += [
        f"{escape_markdown(name)} ({escape_markdown(shorten_signature(signature))}): "
        f"{_format_code(signature)}"
        for name, signature in grid.signatures.items()
    ]
    notes = "\n".join(f"- {line}" for line in lines)
    return f"## {escape_markdown(grid.caption)}\n\n{_format_grid(grid)}\n\n{notes}".rstrip()


def _format_grid(grid: Grid) -> str:
    # Only text that is not ours needs escaping in a cell; our headings keep their plain dots.
    rows = [[*map(escape_markdown, row[:_LEFT]), *row[_LEFT:]] for row in grid.rows]
    for i, j in grid.best:
        rows[i][j] = f"**{rows[i][j]}**"
    headings = [*grid.headings[:2], *map(_escape_heading, grid.headings[2:])]
    return format_table(headings, rows, _LEFT)


def _escape_heading(text: str) -> str:
    """A heading, escaped if it has a model's name."""
    return escape_markdown(text) if text.startswith("vs ") else text
