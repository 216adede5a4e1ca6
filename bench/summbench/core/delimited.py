"""CSV and TSV files as rows, whichever sign parts their cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from summbench.core.column_names import require_few_columns
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.text_encoding import read_lines

_MAX_CELL_CHARACTERS = 2**26
_DELIMITERS = ",;\t|"
_DECLARED = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # as Excel writes and reads it
_QUOTED = re.compile(r'"[^"]*"')
_CELL_IN_QUOTES = re.compile(r'"((?:[^"]|"")*)"')

NumberedCells = Iterator[tuple[int, list[str]]]


def read_delimited(path: Path, delimiter: str) -> Iterator[tuple[int, Row]]:
    """Read each row with the number of the line on which it ends.

    The cells are parted by `delimiter`, unless the header has more of another sign. Rows at the end
    in which every cell is empty, as spreadsheets leave them, are none.

    Raises: SummbenchError, for a row that is not as long as the header, and quotes that do not
    match.
    """
    delimiter, n_skipped = _find_delimiter(path, delimiter)
    is_plain = delimiter == "\t" and _has_row_a_line(path)
    rows = _read_plain(path) if is_plain else _read_quoted(path, delimiter, n_skipped)
    header: list[str] = []
    empty: list[tuple[int, Row]] = []
    for number, cells in rows:
        if not header:
            header = cells
            check_header(path, header)
            continue
        if len(cells) != len(header):
            raise SummbenchError(
                f"{path}: the row that ends on line {number} has {len(cells)} cells, not "
                f"{len(header)} as the header has."
            )
        row = dict(zip(header, cells, strict=True))
        if len(header) > 1 and not any(map(str.strip, cells)):
            empty.append((number, row))
            continue
        yield from empty
        empty = []
        yield number, row


def check_header(path: Path, header: Sequence[str]) -> None:
    """Raise SummbenchError, if two columns have one name, or the header is no row of names."""
    require_few_columns(str(path), len(header))
    if repeated := sorted(name for name, count in Counter(header).items() if count > 1):
        raise SummbenchError(f"{path}: two columns are called {repeated[0]!r}; names must differ.")
    if header and header[0].lstrip().startswith('{"'):
        raise SummbenchError(
            f"{path} begins with a JSON object, not a header; rename it to .jsonl."
        )


def _find_delimiter(path: Path, delimiter: str) -> tuple[str, int]:
    """The sign between cells, and the number of lines before the header."""
    _, first = next(read_lines(path), (1, ""))
    if declared := _DECLARED.fullmatch(first):
        return declared[1], 1
    header = _QUOTED.sub("", first)
    most = max(_DELIMITERS, key=header.count)
    return (most if header.count(most) > header.count(delimiter) else delimiter), 0


def _has_row_a_line(path: Path) -> bool:
    """Whether each line has as many tabs as the header, as where quotes are a part of the texts."""
    counts = {line.count("\t") for _, line in read_lines(path) if line.strip("\r\n")}
    return len(counts) == 1 and 0 not in counts


def _read_plain(path: Path) -> NumberedCells:
    for number, line in read_lines(path):
        if text := line.rstrip("\r\n"):
            yield number, [_unquote(cell) for cell in text.split("\t")]


def _unquote(cell: str) -> str:
    match = _CELL_IN_QUOTES.fullmatch(cell)
    return match[1].replace('""', '"') if match else cell


def _read_quoted(path: Path, delimiter: str, n_skipped: int) -> NumberedCells:
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    lines = (line for _, line in islice(read_lines(path), n_skipped, None))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    end = n_skipped
    try:
        for cells in reader:
            end = reader.line_num + n_skipped
            if cells:
                yield end, cells
    except csv.Error as error:
        raise SummbenchError(
            f"{path}: line {reader.line_num + n_skipped} is not CSV ({error}) in the row that "
            f'begins on line {end + 1}. Within a cell in quotes each quote is written twice (""); '
            "the last one closes the cell."
        ) from error
