"""The leaderboard as LaTeX tables, for booktabs."""

import re
import unicodedata
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

# What pdfLaTeX's T1 fonts lack, found by compiling every letter up to U+024F.
_LACKING = re.compile(
    "(?:[\u0126\u0127\u0138\u013f\u0140\u0149\u0166\u0167\u017f]|"
    "[^\\x00-\u017f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u20ac\u2122±↑↓])+"
)
_ONLY_UNICODE = r"\ifdefined\Umathcode"
_NEEDS = r"% Needs \usepackage{booktabs}, and in pdfLaTeX \usepackage[T1]{fontenc}."
_OTHER_SCRIPTS = (
    "% XeLaTeX and LuaLaTeX show all names, with a font that has their letters; pdfLaTeX shows the "
    "codes\n% of letters that it lacks, as in U+732B."
)

_MOST_ROWS = 25
_USUAL = r"\footnotesize\setlength{\tabcolsep}{3pt}"
_SMALL = r"\scriptsize\setlength{\tabcolsep}{2pt}"
_LONGEST_NAME, _LONGEST_NAME_OF_MANY, _MANY = 18, 14, 6
"""Cells of a system's name, fewer beside six columns: so that the table fits 3.2 inches."""
_WIDE_CODES = 4
"""Cells less for a name with codes, as these are capitals and digits."""


def render_latex(
    board: Leaderboard, columns: Sequence[str] = (), models: Sequence[str] = ()
) -> str:
    """The tables of the paper mode for a column of a two-column article; needs booktabs.

    Raises: SummbenchError, if there is no such metric or model.
    """
    tables = build_paper_tables(board, columns, models)
    if not tables:
        return f"% {board.primary} has no value, so there is no table.\n"
    body = "\n".join(_format_table(part) for table in tables for part in _split(table))
    notes = [_NEEDS, _OTHER_SCRIPTS] if _ONLY_UNICODE in body else [_NEEDS]
    return "\n".join([*notes, body])


def escape_latex(text: str) -> str:
    """The text with TeX's special characters escaped; two hyphens make no dash.

    Letters that pdfLaTeX lacks are for the other engines; it gets their codes.
    """
    return _offer(text, _to_codes(text))


def _offer(text: str, coded: str) -> str:
    """The text, and for pdfLaTeX what it shows of it."""
    escaped = _escape(text)
    return escaped if text == coded else rf"{{{_ONLY_UNICODE} {escaped}\else {_escape(coded)}\fi}}"


def _escape(text: str) -> str:
    text = unicodedata.normalize("NFC", show_controls(text)).translate(_SPECIAL)
    return text.replace("--", "-{}-").replace(r" \%", r"~\%")


def _to_codes(text: str) -> str:
    """The text; of letters in a row that pdfLaTeX lacks the codes of the first and the last."""

    def code(match: re.Match[str]) -> str:
        ends = dict.fromkeys((match[0][0], match[0][-1]))
        return f"U+{'..'.join(f'{ord(letter):04X}' for letter in ends)}"

    return _LACKING.sub(code, unicodedata.normalize("NFC", text))


def _name_systems(names: Sequence[str], longest: int) -> dict[str, str]:
    """Name -> the TeX that shows it, or a short form that no other has, in every engine."""
    short = shorten_all(names, longest)
    coded = list(map(_to_codes, short.values()))
    apart = [f"{c} {i}" if coded.count(c) > 1 else c for i, c in enumerate(coded, start=1)]
    fitted = shorten_all(apart, longest - _WIDE_CODES)
    return {
        name: _escape(text) if text == code else _offer(text, fitted[code])
        for (name, text), code in zip(short.items(), apart, strict=True)
    }


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
    names = [row[0] for row in rows]
    shown = _name_systems(names, longest)
    lines = [[shown[row[0]], *map(escape_latex, row[1:])] for row in rows]
    for i, j in table.bold:
        lines[i][j] = rf"\textbf{{{lines[i][j]}}}"
    body = ["  " + " & ".join(line) + r" \\" for line in lines]
    if table.bounds:
        body.insert(len(table.rows), r"  \midrule")
    headings = list(map(escape_latex, table.headings))
    short_names = shorten_all(names, longest)
    full = [f"{short}: {name}." for name, short in short_names.items() if short != name]
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
