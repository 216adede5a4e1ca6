"""Plain text of a given width: wrapped sentences, tables that fit, and shortened names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from summbench.core.control_characters import show_controls

_GAP = "  "
_SHORTEST_NAME = 16
_LONGEST_NAME = 32
_ELLIPSIS = "..."
_LONGEST_LINE = 100
"""Cells of a line of text on a wide terminal; only tables are wider."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and a cell for each row.

    `is_name` cells are flush left and may be shortened in the middle; the others are flush right.
    """

    heading: str
    cells: Sequence[str]
    is_name: bool = False

    @property
    def heading_lines(self) -> list[str]:
        """The heading on two lines if it has a family: "rouge." over "rouge1_f"."""
        family, dot, name = self.heading.partition(".")
        return [family + dot, name] if dot and name and " " not in family else ["", self.heading]

    @property
    def width(self) -> int:
        """The cells that its widest line takes."""
        return max(map(cell_len, (*self.heading_lines, *self.cells)))


@dataclass(frozen=True, slots=True)
class FittedTable:
    """A table's lines, the headings of columns that did not fit, and whether names were cut."""

    lines: Sequence[str]
    omitted: Sequence[str]
    has_short_names: bool


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most `width` cells, and of 100, after `first` or `rest`.

    Only a word that is wider by itself is wider, such as a path; a signature is broken after a bar,
    scripts without spaces anywhere.
    """
    width = min(width, _LONGEST_LINE)
    lines, line = [], first
    for gap, word in _split_words(show_controls(text), width - cell_len(rest)):
        is_first = not line.strip() or line in (first, rest)
        gap = "" if is_first else gap
        if not is_first and cell_len(line + gap + word) > width:
            lines.append(line)
            line, gap = rest, ""
        line += gap + word
        while cell_len(line) > width and cell_len(line) > len(line):
            head = set_cell_size(line, width).rstrip()
            lines.append(head)
            line = rest + line[len(head) :].lstrip()
    return [*lines, line] if line.strip() else lines


def _split_words(text: str, width: int) -> Iterator[tuple[str, str]]:
    """Each word after its gap; a wider word with bars in it in parts that have no gap between."""
    for word in text.split():
        parts = word.split("|") if cell_len(word) > width else [word]
        for i, part in enumerate(parts):
            yield "" if i else " ", part + "|" * (i < len(parts) - 1)


def list_items(items: Iterable[str], width: int) -> list[str]:
    """Each item after a hyphen, its further lines indented."""
    return [line for item in items for line in wrap(item, width, "- ", "  ")]


def shorten(name: str, width: int) -> str:
    """The name with its middle left out if it is wider; its beginning and end stay."""
    if cell_len(name) <= width:
        return name
    head = (width - len(_ELLIPSIS)) // 2
    tail = width - len(_ELLIPSIS) - head
    end = name
    while cell_len(end) > tail:
        end = end[1:]
    return f"{set_cell_size(name, head)}{_ELLIPSIS}{end}"


def shorten_all(names: Sequence[str], width: int) -> dict[str, str]:
    """Name -> its short form; where two would look alike, the place among the names is added."""
    short = {name: shorten(name, width) for name in names}
    forms = list(short.values())
    return {
        name: f"{shorten(name, width - len(f'#{i}'))}#{i}" if forms.count(form) > 1 else form
        for i, (name, form) in enumerate(short.items(), start=1)
    }


def fit_table(columns: Sequence[Column], width: int, n_fixed: int) -> FittedTable:
    """The table of these columns at this width.

    The first `n_fixed` columns are always there, and names in them give way first; of the others
    those that fit, one after another.
    """
    names = [column for column in columns[:n_fixed] if column.is_name]
    rest = [column for column in columns[:n_fixed] if not column.is_name]
    used = sum(column.width + len(_GAP) for column in rest)
    room = (width - used + len(_GAP)) // max(1, len(names)) - len(_GAP)
    cap = max(_SHORTEST_NAME, min(room, _LONGEST_NAME))
    used += sum(min(column.width, cap) + len(_GAP) for column in names)
    shown = list(columns[:n_fixed])
    for column in columns[n_fixed:]:
        if used + column.width <= width:
            shown.append(column)
            used += column.width + len(_GAP)
    spare = max(0, width - used + len(_GAP)) // max(1, len(names))
    fitted = [_shorten_cells(c, cap + spare) if c.is_name else c for c in shown]
    return FittedTable(
        _draw(fitted),
        [column.heading for column in columns if column not in shown],
        any(a.cells != b.cells for a, b in zip(fitted, shown, strict=True)),
    )


def _shorten_cells(column: Column, width: int) -> Column:
    short = shorten_all(list(dict.fromkeys(column.cells)), width)
    return Column(column.heading, [short[cell] for cell in column.cells], is_name=True)


def _draw(columns: Sequence[Column]) -> list[str]:
    headings = [column.heading_lines for column in columns]
    rows = [
        [heading[0] for heading in headings],
        [heading[1] for heading in headings],
        ["-" * column.width for column in columns],
        *map(list, zip(*(column.cells for column in columns), strict=True)),
    ]
    lines = [
        _GAP.join(
            _pad(cell, c.width, c.is_name) for cell, c in zip(row, columns, strict=True)
        ).rstrip()
        for row in rows
    ]
    return lines if lines[0] else lines[1:]


def _pad(cell: str, width: int, is_left: bool) -> str:
    blank = " " * (width - cell_len(cell))
    return cell + blank if is_left else blank + cell


def list_commands(commands: Mapping[str, str], width: int) -> list[str]:
    """Each command with what it does, beside it if all fit, else below it."""
    longest = max(map(cell_len, commands))
    is_beside = all(longest + cell_len(text) + 6 <= width for text in commands.values())
    lines = []
    for command, text in commands.items():
        if is_beside:
            lines.append(f"  {_pad(command, longest, True)}  {text}")
        else:
            lines += [f"  {command}", *wrap(text, width, "      ", "      ")]
    return lines
