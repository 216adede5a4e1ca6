"""Rows of a JSONL, CSV or Parquet file, each with the line it stands on."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyarrow import ArrowException

from bench.errors import BenchError

Row = dict[str, Any]

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_LONGEST_CELL = 2**30


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with its line (a Parquet file: its row), counted from 1."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BenchError(f"{path} {what}; a JSONL, CSV, TSV or Parquet file is wanted.")
    if path.stat().st_size == 0:
        raise BenchError(f"{path} is empty; at least one row is wanted.")
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        return _json_lines(path)
    if suffix in _DELIMITERS:
        return _delimited(path, _DELIMITERS[suffix])
    if suffix == ".parquet":
        return _parquet(path)
    raise BenchError(f"{path} ends in {suffix!r}; .jsonl, .csv, .tsv and .parquet can be read.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise BenchError(
                    f"{path}: line {number}, byte {error.start + 1} is 0x{raw[error.start]:02x}, "
                    "which is not UTF-8; convert the file (iconv -f LATIN1 -t UTF-8)."
                ) from error


def _json_lines(path: Path) -> Iterator[tuple[int, Row]]:
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise BenchError(
                f"{path}: line {number} is not JSON ({error}); every line must be one JSON object."
            ) from error
        if not isinstance(row, dict):
            raise BenchError(
                f"{path}: line {number} is a JSON {type(row).__name__}; "
                "every line must be one JSON object."
            )
        yield number, row


def _delimited(path: Path, delimiter: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader((line for _, line in _lines(path)), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise BenchError(
                    f"{path}: the row that ends on line {reader.line_num} has not "
                    f"{len(reader.fieldnames or ())} cells as the header has."
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise BenchError(f"{path}: line {reader.line_num} is not CSV ({error}).") from error


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1000):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (ArrowException, OSError) as error:
        raise BenchError(f"{path} is not a readable Parquet file ({error}).") from error
