"""Parts: Parquet files whose names tell their order, and whether a byte of them has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError

_SCHEMA = b"2"

ROW_GROUP = 10_000
"""Rows of a large part that are read together."""

_NAME = re.compile(r"(\d{8})-([0-9a-f]{64})\.parquet")


class DamagedPartError(Exception):
    """A part whose bytes are not those that were written; it says what was done about it."""


def parse_table(data: bytes) -> pa.Table:
    """Read the table of a Parquet file's bytes.

    Arrow's threads are not used: one that frees a Python buffer while the interpreter ends
    aborts the process, and its exit code is lost.
    """
    with pq.ParquetFile(pa.BufferReader(data), pre_buffer=False) as file:
        return file.read(use_threads=False)


def serialize_table(table: pa.Table, row_group: int | None = None) -> bytes:
    """Write the table as the content of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=row_group)
    return bytes(sink.getvalue())


def serialize_part(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """Write the table as the content of a part, with the version of the schema."""
    marks = {"summbench_schema": _SCHEMA, **{k: v.encode() for k, v in metadata.items()}}
    return serialize_table(table.replace_schema_metadata(marks), ROW_GROUP)


def build_part_name(data: bytes, generation: int) -> str:
    """The generation, then the SHA-256 of all bytes: Parquet's own checksums spare the footer."""
    return f"{generation:08d}-{hashlib.sha256(data).hexdigest()}.parquet"


def parse_generation(path: Path) -> int:
    """The number in a part's name; 0 if it has none."""
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else 0


def get_latest_generation(folder: Path) -> int:
    """The highest generation in the folder, whatever the clock says; 0 if it has no parts."""
    return max(map(parse_generation, folder.glob("*.parquet")), default=0)


def list_parts(folder: Path) -> list[Path]:
    """The files of the parts, each after those that it overrules."""
    return sorted(folder.glob("*.parquet"), key=get_order)


def get_order(path: Path) -> tuple[int, str]:
    """The sort key that puts a part before those that overrule it."""
    return parse_generation(path), path.name


def open_part(path: Path) -> pq.ParquetFile:
    """Open a part after its bytes are checked.

    Raises: DamagedPartError, when it was renamed to `.damaged`, or could not be.
    """
    match = _NAME.fullmatch(path.name)
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    if match and digest != match[2]:
        raise _set_aside(path, "its bytes are not those that were written")
    try:
        file = pq.ParquetFile(path, pre_buffer=False)
        if not match:
            file.read(use_threads=False)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise _set_aside(path, " ".join(str(error).split())) from error
    return file


def read_row_groups(path: Path, groups: Sequence[int]) -> pa.Table:
    """Read some row groups of a part that `open_part` has checked."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read_row_groups(groups, use_threads=False)


def has_current_schema(file: pq.ParquetFile) -> bool:
    """Whether this version of summbench can read the part."""
    return bool((file.schema_arrow.metadata or {}).get(b"summbench_schema") == _SCHEMA)


def build_read_error(error: OSError) -> SummbenchError:
    """What to say of a part that exists and can't be read."""
    return SummbenchError(f"A part of the store can't be read: {error}.")


def _set_aside(path: Path, reason: str) -> DamagedPartError:
    try:
        with suppress(FileNotFoundError):  # another process was quicker
            path.replace(path.with_suffix(".damaged"))
        action = "was set aside"
    except OSError:
        action = "is not read"
    return DamagedPartError(
        f"{path} is damaged and {action}; its rows are computed again ({reason})."
    )
