"""Lines of a text file, and rows of a JSONL, CSV or Parquet file, each with where it stands."""

import codecs
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyarrow import ArrowException
from summbench.core.errors import SummbenchError

Row = dict[str, Any]

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_LONGEST_CELL = 2**30


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with its line (a Parquet file: its row), counted from 1."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise SummbenchError(f"{path} {what}; a JSONL, CSV, TSV or Parquet file is wanted.")
    if path.stat().st_size == 0:
        raise SummbenchError(f"{path} is empty; at least one row is wanted.")
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        return _json_lines(path)
    if suffix in _DELIMITERS:
        return _delimited(path, _DELIMITERS[suffix])
    if suffix == ".parquet":
        return _parquet(path)
    raise SummbenchError(f"{path} ends in {suffix!r}; .jsonl, .csv, .tsv and .parquet can be read.")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line of a UTF-8 file, its break kept, with its number; a byte order mark is no text."""
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


def shown(value: Any) -> str:
    """A cell as messages name it."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, str | list | dict) and not value:
        return f"an empty {type(value).__name__}"
    return "only white space" if isinstance(value, str) and not value.strip() else repr(value)[:80]


def _json_lines(path: Path) -> Iterator[tuple[int, Row]]:
    for number, line in lines(path):
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


def _delimited(path: Path, delimiter: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader((line for _, line in lines(path)), delimiter=delimiter, strict=True)
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
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise SummbenchError(f"{path}: two columns are called {twice[0]!r}; names must differ.")


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1000, use_threads=False):
                for row in batch.to_pylist(maps_as_pydicts="strict"):
                    number += 1
                    yield number, row
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise SummbenchError(f"{path} is not a readable Parquet file ({error}).") from error
