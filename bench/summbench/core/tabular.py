"""Rows of JSON, JSONL, CSV, TSV and Parquet files and lines of texts, with their numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pyarrow import ArrowException

from summbench.core.errors import SummbenchError
from summbench.core.json_rows import LINE, Row, read_json, read_json_lines
from summbench.core.parquet import iterate_rows, open_parquet
from summbench.core.text_encoding import read_lines

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_MAX_CELL_CHARACTERS = 2**30
_READERS = {".jsonl": read_json_lines, ".ndjson": read_json_lines, ".json": read_json}
LINE_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        "txt", "hypo", "hyp", "target", "tgt", "trg", "source", "src", "ref", "refs", "pred",
        "preds", "out", "summary", "summaries", "gold", "dec", "decoded", "candidate", "article",
        "doc",
    )
)  # fmt: skip
"""Files that have one text a line."""
_SUFFIXES = ".jsonl, .json, .csv, .tsv, .parquet, or .txt with a text a line; each also .gz"


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Read each row with its number from 1: that of its line, or of the row in a Parquet file.

    Raises: SummbenchError, if the file is missing, empty, of another format, or damaged.
    """
    check_file(path)
    suffix = get_suffix(path)
    if suffix in _READERS:
        return _READERS[suffix](path)
    if suffix in _DELIMITERS:
        return _read_csv(path, _DELIMITERS[suffix])
    if suffix == ".parquet":
        return _read_parquet(path)
    if suffix in LINE_SUFFIXES:
        return read_text_lines(path)
    raise SummbenchError(
        f"{path} ends in {path.suffix!r}; expected {_SUFFIXES}. A file of another name that has a "
        "text a line is read with --layout lines."
    )


def check_file(path: Path) -> None:
    """Raise SummbenchError, if the file is missing or empty."""
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "does not exist"
        raise SummbenchError(f"{path} {problem}; expected a file: {_SUFFIXES}.")
    if path.stat().st_size == 0:
        raise SummbenchError(f"{path} is empty; expected at least one row.")


def get_suffix(path: Path) -> str:
    """Return the suffix in lower case, without `.gz`."""
    stem = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return stem.suffix.lower()


def get_stem(path: Path) -> str:
    """Return the file's name without its suffix and without `.gz`."""
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def get_row_unit(path: Path) -> str:
    """Return what `read_rows` counts in this file, for messages."""
    suffix = get_suffix(path)
    return {".parquet": "row", ".json": "item"}.get(suffix, "line")


def read_text_lines(path: Path) -> Iterator[tuple[int, Row]]:
    """Read one text a line; an empty line is an empty text."""
    for number, line in read_lines(path):
        yield number, {LINE: line.rstrip("\r\n")}


def _read_csv(path: Path, delimiter: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    lines = (line for _, line in read_lines(path))
    first = next(lines, "")
    if delimiter == "," and ";" in first and "," not in first:  # a spreadsheet of most of Europe
        delimiter = ";"
    reader = csv.reader(_prepend(first, lines), delimiter=delimiter, strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            if not cells:
                continue
            if not header:
                header = cells
                _check_header(path, header)
            elif len(cells) != len(header):
                raise SummbenchError(
                    f"{path}: the row that ends on line {reader.line_num} has {len(cells)} cells, "
                    f"not {len(header)} as the header has."
                )
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise SummbenchError(f"{path}: line {reader.line_num} is not CSV ({error}).") from error


def _prepend(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _check_header(path: Path, header: list[str]) -> None:
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise SummbenchError(f"{path}: two columns are called {repeated[0]!r}; names must differ.")


def _read_parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        size = path.stat().st_size
        with open_parquet(path, size, str(path)) as file:
            _check_header(path, file.schema_arrow.names)
            yield from enumerate(iterate_rows(file, size, str(path)), start=1)
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise SummbenchError(f"{path} is not a readable Parquet file ({error}).") from error
