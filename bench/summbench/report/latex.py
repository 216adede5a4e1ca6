"""The leaderboard as LaTeX tables, for booktabs."""

from summbench.core.control_characters import show_controls
from summbench.leaderboard.board import Leaderboard, shorten_signature
from summbench.report.grid import Grid, build_grids

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


def render_latex(board: Leaderboard) -> str:
    """One table environment for each dataset; needs the package booktabs."""
    return "\n".join(_format_table(grid) for grid in build_grids(board))


def escape_latex(text: str) -> str:
    """The text with TeX's special characters escaped; two hyphens make no dash."""
    return show_controls(text).translate(_SPECIAL).replace("--", "-{}-")


def _format_table(grid: Grid) -> str:
    columns = "ll" + "r" * (len(grid.headings) - 2)
    rows = [list(map(escape_latex, row)) for row in grid.rows]
    for i, j in grid.best:
        rows[i][j] = rf"\textbf{{{rows[i][j]}}}"
    body = "\n".join("  " + " & ".join(row) + r" \\" for row in rows)
    signatures = [
        f"{name}: {shorten_signature(signature)}." for name, signature in grid.signatures.items()
    ]
    notes = " ".join(map(escape_latex, [*grid.notes, *signatures]))
    return rf"""\begin{{table}}
  \caption{{{escape_latex(grid.caption)}. {notes}}}
  \begin{{tabular}}{{{columns}}}
  \toprule
  {" & ".join(map(escape_latex, grid.headings))} \\
  \midrule
{body}
  \bottomrule
  \end{{tabular}}
\end{{table}}
"""
