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
from summbench.core.whole_files import describe_special
from summbench.store.shapes import Shape

ROW_GROUP = 2_048
"""Rows of a large part that are read together."""

_MARK = b"summbench_schema"
_NAME = re.compile(r"(\d{8,18})-([0-9a-f]{64})\.parquet")
LAST_GENERATION = 10**12
"""No run counts so far: a part with a larger number is older than all others."""


class DamagedPartError(Exception):
    """A part that can't be used; it says why, and what was done about it."""


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


def add_mark(table: pa.Table, shape: Shape, metadata: Mapping[str, str]) -> pa.Table:
    """Return the table with the mark of its shape, and the metadata, as a part has them.

    Raises: ValueError, if the table is not of the shape.
    """
    if problem := shape.find_problem(table.schema):
        raise ValueError(f"A part can't be written: {problem}.")
    texts = {key.encode(): value.encode() for key, value in metadata.items()}
    return table.replace_schema_metadata({_MARK: shape.mark, **texts})


def build_part_name(data: bytes, generation: int) -> str:
    """The generation, then the SHA-256 of all bytes: Parquet's own checksums spare the footer."""
    return f"{generation:08d}-{hashlib.sha256(data).hexdigest()}.parquet"


def parse_generation(path: Path) -> int:
    """The number in a part's name; 0 if it has none, or one that no run reaches."""
    match = _NAME.fullmatch(path.name)
    number = int(match[1]) if match else 0
    return number if number <= LAST_GENERATION else 0


def have_same_content(first: Path, second: Path) -> bool:
    """Whether the names of two parts say that their bytes are the same."""
    match, other = _NAME.fullmatch(first.name), _NAME.fullmatch(second.name)
    return match is not None and other is not None and match[2] == other[2]


def list_parts(folder: Path) -> list[Path]:
    """The files of the parts, each after those that it overrules."""
    return sorted(folder.glob("*.parquet"), key=get_order)


def renumber_parts(folder: Path) -> None:
    """Number the parts from 1, in their order, which they have at any moment of it."""
    for number, path in enumerate(list_parts(folder), 1):
        if match := _NAME.fullmatch(path.name):
            with suppress(FileNotFoundError):
                path.replace(path.with_name(f"{number:08d}-{match[2]}.parquet"))


def get_order(path: Path) -> tuple[int, str]:
    """The sort key that puts a part before those that overrule it."""
    return parse_generation(path), path.name


def open_part(path: Path, shape: Shape) -> pq.ParquetFile | None:
    """Open a part after its bytes and its columns are checked; None if it is of another version.

    Raises: DamagedPartError, when it was renamed to `.damaged`, or could not be.
    """
    match = _NAME.fullmatch(path.name)
    if kind := describe_special(path.stat().st_mode):
        raise set_aside(path, kind)
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    if match and digest != match[2]:
        raise set_aside(path, "its bytes are not those that were written")
    try:
        file = pq.ParquetFile(path, pre_buffer=False)
        if not match:
            file.read(use_threads=False)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise set_aside(path, " ".join(str(error).split())) from error
    if (file.schema_arrow.metadata or {}).get(_MARK) != shape.mark:
        file.close()
        return None
    if problem := shape.find_problem(file.schema_arrow):
        file.close()
        raise set_aside(path, problem)
    return file


def read_part(path: Path, shape: Shape) -> pa.Table | None:
    """Read a part after it is checked as by `open_part`."""
    file = open_part(path, shape)
    if file is None:
        return None
    with file:
        return read_groups(file, path, range(file.num_row_groups))


def read_row_groups(path: Path, groups: Sequence[int]) -> pa.Table:
    """Read some row groups of a part that `open_part` has checked."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return read_groups(file, path, groups)


def read_groups(
    file: pq.ParquetFile, path: Path, groups: Sequence[int], columns: list[str] | None = None
) -> pa.Table:
    """Read some row groups of an open part.

    Raises: DamagedPartError, when it was renamed to `.damaged`, or could not be.
    """
    try:
        return file.read_row_groups(groups, columns, use_threads=False)
    except pa.ArrowException as error:
        raise set_aside(path, " ".join(str(error).split())) from error
    except OSError as error:
        if error.errno is not None:  # of the disk, not of the content
            raise
        raise set_aside(path, " ".join(str(error).split())) from error


def build_read_error(error: OSError) -> SummbenchError:
    """What to say of a part that exists and can't be read."""
    return SummbenchError(f"A part of the store can't be read: {error}.")


def set_aside(path: Path, reason: str) -> DamagedPartError:
    """Rename the part to `.damaged`, if that is possible; return the error that says so."""
    try:
        with suppress(FileNotFoundError):  # another process was quicker
            path.replace(path.with_suffix(".damaged"))
        action = "was set aside"
    except OSError:
        action = "is not read"
    return DamagedPartError(
        f"{path} is damaged and {action}; its rows are computed again ({reason})."
    )
