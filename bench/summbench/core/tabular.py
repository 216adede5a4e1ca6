"""Rows of JSON, JSONL, CSV, TSV and Parquet files and lines of texts, with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyarrow import ArrowException

from summbench.core.column_names import require_few_columns
from summbench.core.compressed_files import strip_compression
from summbench.core.delimited import check_header, read_delimited
from summbench.core.errors import SummbenchError
from summbench.core.file_kinds import READABLE, check_file
from summbench.core.json_rows import LINE, Row, read_json, read_json_lines
from summbench.core.parquet import iterate_rows, open_parquet
from summbench.core.text_encoding import read_lines

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
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


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Read each row with its number from 1: that of its line, or of the row in a Parquet file.

    Raises: SummbenchError, if the file is missing, empty, of another format, or damaged.
    """
    check_file(path)
    suffix = get_suffix(path)
    if suffix in _READERS:
        return _check_keys(path, _READERS[suffix](path))
    if suffix in _DELIMITERS:
        return read_delimited(path, _DELIMITERS[suffix])
    if suffix == ".parquet":
        return _read_parquet(path)
    if suffix in LINE_SUFFIXES:
        return read_text_lines(path)
    raise SummbenchError(
        f"{path} ends in {path.suffix!r}; expected {READABLE}. A file of another name that has a "
        "text a line is read with --layout lines."
    )


def get_suffix(path: Path) -> str:
    """Return the suffix in lower case, without that of a compressed file."""
    return Path(strip_compression(path.name)).suffix.lower()


def get_stem(path: Path) -> str:
    """Return the file's name without its suffix and without that of a compressed file."""
    return Path(strip_compression(path.name)).stem


def get_row_unit(path: Path) -> str:
    """Return what `read_rows` counts in this file, for messages."""
    suffix = get_suffix(path)
    return {".parquet": "row", ".json": "item"}.get(suffix, "line")


def read_text_lines(path: Path) -> Iterator[tuple[int, Row]]:
    """Read one text a line; an empty line is an empty text."""
    for number, line in read_lines(path):
        yield number, {LINE: line.rstrip("\r\n")}


def _check_keys(path: Path, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Refuse a row of too many keys, those of the objects in it included."""
    for number, row in rows:
        inner = sum(len(cell) for cell in row.values() if isinstance(cell, dict))
        require_few_columns(f"{path}, {get_row_unit(path)} {number}", len(row) + inner)
        yield number, row


def _read_parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        size = path.stat().st_size
        with open_parquet(path, size, str(path)) as file:
            check_header(path, file.schema_arrow.names)
            yield from enumerate(iterate_rows(file, size, str(path)), start=1)
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise SummbenchError(f"{path} is not a readable Parquet file ({error}).") from error
