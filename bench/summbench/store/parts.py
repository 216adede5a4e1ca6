"""Parts: Parquet files whose names tell their order, and whether a byte of them has changed."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError

_LOG = logging.getLogger("summbench")
_SCHEMA = b"1"

ROW_GROUP = 10_000
"""Rows of a large part that are read together."""

_NAME = re.compile(r"(\d{8})-([0-9a-f]{64})\.parquet")


class Part(NamedTuple):
    """A part that is whole and of this schema."""

    path: Path
    table: pa.Table


def table_of(data: bytes) -> pa.Table:
    """The table of a Parquet file's bytes.

    Read without Arrow's threads: one that lets go of a Python buffer while the interpreter ends
    aborts the process, and its exit code is lost.
    """
    with pq.ParquetFile(pa.BufferReader(data), pre_buffer=False) as file:
        return file.read(use_threads=False)


def parquet(table: pa.Table, row_group: int | None = None) -> bytes:
    """The table as the content of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=row_group)
    return bytes(sink.getvalue())


def sealed(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """The content of a part: the table under this schema's mark."""
    known = {"summbench_schema": _SCHEMA, **{k: v.encode() for k, v in metadata.items()}}
    return parquet(table.replace_schema_metadata(known), ROW_GROUP)


def name(data: bytes, generation: int) -> str:
    """The generation, then the SHA-256 of all bytes: Parquet's own checksums spare the footer."""
    return f"{generation:08d}-{hashlib.sha256(data).hexdigest()}.parquet"


def generation(path: Path) -> int:
    """The number that a part was given; 0 if its name has none."""
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else 0


def newest(folder: Path) -> int:
    """The highest generation in the folder, whatever the clock says; 0 if it has no parts."""
    return max(map(generation, folder.glob("*.parquet")), default=0)


def read(folder: Path) -> list[Part]:
    """Every part, a later one after those that it overrules.

    What is damaged is set aside and what another version wrote is left alone; each is said once.
    """
    found = listed(folder)
    while True:
        try:
            return _read(folder, found)
        except OSError as error:
            before, found = found, listed(folder)
            if found == before:  # otherwise it was compacted or pruned meanwhile
                raise unreadable(error) from error


def listed(folder: Path) -> list[Path]:
    """The files of the parts, in the order of `read`."""
    return sorted(folder.glob("*.parquet"), key=order)


def order(path: Path) -> tuple[int, str]:
    """What sorts a part before those that overrule it."""
    return generation(path), path.name


def unreadable(error: OSError) -> SummbenchError:
    """What to say of a part that is there and can't be read."""
    return SummbenchError(f"A part of the store can't be read: {error}.")


def _read(folder: Path, paths: Sequence[Path]) -> list[Part]:
    found, foreign = [], 0
    for path in paths:
        file = opened(path)
        if file is None:
            continue
        with file:
            if is_ours(file):
                found.append(Part(path, file.read(use_threads=False)))
            else:
                foreign += 1
    mention_foreign(folder, foreign)
    return found


def opened(path: Path) -> pq.ParquetFile | None:
    """The part to be read piece by piece, its bytes checked; None if it had to be set aside."""
    match = _NAME.fullmatch(path.name)
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    if match and digest != match[2]:
        _set_aside(path, "its bytes are not those that were written")
        return None
    try:
        file = pq.ParquetFile(path, pre_buffer=False)
        if not match:
            file.read(use_threads=False)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        _set_aside(path, " ".join(str(error).split()))
        return None
    return file


def row_groups(path: Path, groups: Sequence[int]) -> pa.Table:
    """Some row groups of a part that was once `opened`."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read_row_groups(groups, use_threads=False)


def is_ours(file: pq.ParquetFile) -> bool:
    """Whether the part is of this schema."""
    return bool((file.schema_arrow.metadata or {}).get(b"summbench_schema") == _SCHEMA)


def mention_foreign(folder: Path, count: int) -> None:
    """Say once that so many parts are not read."""
    if count:
        _say_once(
            f"{folder} has parts of another version of summbench ({count}); they are kept but "
            "not read, and their rows are made again."
        )


def _set_aside(path: Path, why: str) -> None:
    try:
        with suppress(FileNotFoundError):  # another process was quicker
            path.replace(path.with_suffix(".damaged"))
        done = "was set aside"
    except OSError:
        done = "is not read"
    _say_once(f"{path} is damaged and {done}; its rows are made again ({why}).")


@cache
def _say_once(text: str) -> None:
    _LOG.warning("%s", text)
