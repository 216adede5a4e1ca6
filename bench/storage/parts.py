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

from bench.errors import BenchError

_LOG = logging.getLogger("summbench")
_SCHEMA = b"1"
_NAME = re.compile(r"(\d{8})-([0-9a-f]{64})\.parquet")


class Part(NamedTuple):
    """A part that is whole and of this schema."""

    path: Path
    table: pa.Table


class _Damaged(Exception):
    """Why a file is no part any more."""


def table_of(data: bytes) -> pa.Table:
    """The table of a Parquet file's bytes.

    Read without Arrow's threads: one that lets go of a Python buffer while the interpreter ends
    aborts the process, and its exit code is lost.
    """
    with pq.ParquetFile(pa.BufferReader(data), pre_buffer=False) as file:
        return file.read(use_threads=False)


def parquet(table: pa.Table) -> bytes:
    """The table as the content of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def sealed(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """The content of a part: the table under this schema's mark."""
    known = {"summbench_schema": _SCHEMA, **{k: v.encode() for k, v in metadata.items()}}
    return parquet(table.replace_schema_metadata(known))


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
    listed = _listed(folder)
    while True:
        try:
            return _read(folder, listed)
        except OSError as error:
            before, listed = listed, _listed(folder)
            if listed == before:  # otherwise it was compacted or pruned meanwhile
                raise BenchError(f"A part of the store can't be read: {error}.") from error


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"), key=lambda path: (generation(path), path.name))


def _read(folder: Path, listed: Sequence[Path]) -> list[Part]:
    found, foreign = [], 0
    for path in listed:
        try:
            table = _table(path)
        except _Damaged as error:
            _set_aside(path, str(error))
        else:
            if (table.schema.metadata or {}).get(b"summbench_schema") == _SCHEMA:
                found.append(Part(path, table))
            else:
                foreign += 1
    if foreign:
        _say_once(
            f"{folder} has parts of another version of summbench ({foreign}); they are kept but "
            "not read, and their rows are made again."
        )
    return found


def _table(path: Path) -> pa.Table:
    data = path.read_bytes()
    match = _NAME.fullmatch(path.name)
    if match and hashlib.sha256(data).hexdigest() != match[2]:
        raise _Damaged("its bytes are not those that were written")
    try:
        return table_of(data)
    except (pa.ArrowException, OSError) as error:
        raise _Damaged(" ".join(str(error).split())) from error


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
