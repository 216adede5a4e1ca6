"""Lines of text files, and rows of JSONL, CSV, TSV and Parquet files, with their numbers."""

import codecs
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyarrow import ArrowException

from summbench.core.errors import SummbenchError
from summbench.core.text import replace_surrogates

Row = dict[str, Any]

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_MAX_CELL_CHARACTERS = 2**30


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Read each row with its number from 1: that of its line, or of the row in a Parquet file.

    Raises: SummbenchError, if the file is missing, empty, of another format, or damaged.
    """
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "does not exist"
        raise SummbenchError(f"{path} {problem}; expected a JSONL, CSV, TSV or Parquet file.")
    if path.stat().st_size == 0:
        raise SummbenchError(f"{path} is empty; expected at least one row.")
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        return _read_json_lines(path)
    if suffix in _DELIMITERS:
        return _read_csv(path, _DELIMITERS[suffix])
    if suffix == ".parquet":
        return _read_parquet(path)
    raise SummbenchError(f"{path} ends in {suffix!r}; expected .jsonl, .csv, .tsv or .parquet.")


def get_row_unit(path: Path) -> str:
    """Return what `read_rows` counts in this file, for messages."""
    return "row" if path.suffix.lower() == ".parquet" else "line"


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read each line of a UTF-8 file with its number from 1; it keeps its line break.

    A byte order mark is left out. Raises: SummbenchError, if a line is not UTF-8.
    """
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            skipped = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) and number == 1 else 0
            try:
                yield number, raw[skipped:].decode()
            except UnicodeDecodeError as error:
                at = error.start + skipped
                raise SummbenchError(
                    f"{path}: line {number}, byte {at + 1} is 0x{raw[at]:02x}, "
                    "which is not UTF-8; convert the file (iconv -f LATIN1 -t UTF-8)."
                ) from error


def parse_id(value: Any, where: str) -> str:
    """Return an id as text: any integer, or any text that is not blank.

    Raises: SummbenchError, which begins with `where`, for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise SummbenchError(f"{where} holds {format_value(value)}, not an id.")
    return replace_surrogates(str(value))


def format_value(value: Any) -> str:
    """Format a cell for a message, at most 80 characters."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, str | list | dict) and not value:
        return f"an empty {type(value).__name__}"
    return "only white space" if isinstance(value, str) and not value.strip() else repr(value)[:80]


def _read_json_lines(path: Path) -> Iterator[tuple[int, Row]]:
    for number, line in read_lines(path):
        if not line or line.isspace():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SummbenchError(
                f"{path}: line {number} is not JSON ({error}); every line must be one JSON object."
            ) from error
        if not isinstance(row, dict):
            raise SummbenchError(
                f"{path}: line {number} is a JSON {type(row).__name__}; "
                "every line must be one JSON object."
            )
        yield number, row


def _read_csv(path: Path, delimiter: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    reader = csv.reader((line for _, line in read_lines(path)), delimiter=delimiter, strict=True)
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


def _check_header(path: Path, header: list[str]) -> None:
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise SummbenchError(f"{path}: two columns are called {repeated[0]!r}; names must differ.")


def _read_parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1000, use_threads=False):
                for row in batch.to_pylist(maps_as_pydicts="strict"):
                    number += 1
                    yield number, row
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise SummbenchError(f"{path} is not a readable Parquet file ({error}).") from error
