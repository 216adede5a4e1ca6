"""The leaderboard as LaTeX tables, for booktabs."""

from collections.abc import Sequence
from dataclasses import replace

from summbench.core.control_characters import show_controls
from summbench.leaderboard.board import Leaderboard
from summbench.report.paper import PaperTable, build_paper_tables
from summbench.report.terminal.text import shorten_all

# A row that began with a bare [ or * would be read as an argument of the line break before it.
_SPECIAL = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {c: f"{{{c}}}" for c in "[]*"}
    | {chr(code): " " for code in (*range(32), 127)}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        "±": r"$\pm$",
        "↑": r"$\uparrow$",
        "↓": r"$\downarrow$",
    }
)


_MOST_ROWS = 25
_USUAL = r"\footnotesize\setlength{\tabcolsep}{3pt}"
_SMALL = r"\scriptsize\setlength{\tabcolsep}{2pt}"
_LONGEST_NAME, _LONGEST_NAME_OF_MANY, _MANY = 18, 14, 6
"""Cells of a system's name, fewer beside six columns: so that the table fits 3.2 inches."""


def render_latex(
    board: Leaderboard, columns: Sequence[str] = (), models: Sequence[str] = ()
) -> str:
    """The tables of the paper mode for a column of a two-column article; needs booktabs.

    Raises: SummbenchError, if there is no such metric or model.
    """
    tables = build_paper_tables(board, columns, models)
    if not tables:
        return f"% {board.primary} has no value, so there is no table.\n"
    return "\n".join(_format_table(part) for table in tables for part in _split(table))


def escape_latex(text: str) -> str:
    """The text with TeX's special characters escaped; two hyphens make no dash."""
    return show_controls(text).translate(_SPECIAL).replace("--", "-{}-").replace(r" \%", r"~\%")


def _split(table: PaperTable) -> list[PaperTable]:
    """The table in parts of much the same length that each fit a page; bounds are in the last."""
    n_parts = max(1, -(-len(table.rows) // _MOST_ROWS))
    size = -(-len(table.rows) // n_parts)
    if n_parts == 1:
        return [table]
    return [
        replace(
            table,
            label=f"{table.label}-{k + 1}",
            caption=f"{table.caption.removesuffix('.')} (part {k + 1} of {n_parts}).",
            rows=table.rows[k * size : (k + 1) * size],
            bold=frozenset((i - k * size, j) for i, j in table.bold if i // size == k),
            bounds=table.bounds if k == n_parts - 1 else [],
        )
        for k in range(n_parts)
    ]


def _format_table(table: PaperTable) -> str:
    rows = [*table.rows, *table.bounds]
    is_wide = len(table.headings) > _MANY
    longest = _LONGEST_NAME_OF_MANY if is_wide else _LONGEST_NAME
    size = _SMALL if is_wide else _USUAL
    names = shorten_all([row[0] for row in rows], longest)
    cells = [[names[row[0]], *row[1:]] for row in rows]
    lines = [list(map(escape_latex, row)) for row in cells]
    for i, j in table.bold:
        lines[i][j] = rf"\textbf{{{lines[i][j]}}}"
    body = ["  " + " & ".join(line) + r" \\" for line in lines]
    if table.bounds:
        body.insert(len(table.rows), r"  \midrule")
    headings = list(map(escape_latex, table.headings))
    full = [f"{short}: {name}." for name, short in names.items() if short != name]
    notes = " ".join(map(escape_latex, [*table.notes, *full]))
    return rf"""\begin{{table}}[tbp]
  \centering{size}\setlength{{\belowcaptionskip}}{{3pt}}
  \caption{{{escape_latex(table.caption)}}}
  \label{{tab:{table.label}}}
  \begin{{tabular}}{{@{{}}l{"r" * (len(headings) - 1)}@{{}}}}
  \toprule
  {" & ".join(headings)} \\
  \midrule
{chr(10).join(body)}
  \bottomrule
  \end{{tabular}}
  \par\smallskip
  {{\scriptsize\raggedright {notes}\par}}
\end{{table}}
"""
