"""Many small parts made few, so that a folder holds what a command can list at once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.store import parts
from summbench.store.arrays import build_array
from summbench.store.atomic_files import write_bytes
from summbench.store.shapes import Shape

MAX_PARTS = 64
"""A folder with more parts is compacted by the command that lists it or writes to it."""
_LARGEST_UNION = 2_000_000
"""Bytes of the parts that are joined without being asked: it bounds the memory that this takes."""
_LOG = logging.getLogger("summbench")


def compact_newest(paths: Sequence[Path], shape: Shape) -> None:
    """Join neighbours of these parts, which are in order, into unions of at most 2 MB.

    Of each neighbourhood the newest parts are joined that together are as large as the one before
    them: a row is written again only when what was added since has doubled, so that the work grows
    with the rows, and no faster than with their logarithm times them. What can't be written or read
    is left as it is: nothing depends on it.
    """
    try:
        for group in plan_unions([(path, path.stat().st_size) for path in paths]):
            join_parts(group, shape)
    except (OSError, SummbenchError) as error:
        _LOG.debug("The parts were not joined: %s", error)


def plan_unions(sizes: Sequence[tuple[Path, int]]) -> list[list[Path]]:
    """Return which parts to join; each group is of neighbours, the oldest group first.

    A union has the number of its newest part: of neighbours alone it overrules no part that is
    newer than one of its rows.
    """
    groups: list[list[tuple[Path, int]]] = [[]]
    for path, size in sizes:
        if sum(s for _, s in groups[-1][-1:]) and _sum(groups[-1]) + size > _LARGEST_UNION:
            groups.append([])
        groups[-1].append((path, size))
    return [[path for path, _ in tail] for tail in map(_select_tail, groups) if len(tail) > 1]


def _sum(group: Sequence[tuple[Path, int]]) -> int:
    return sum(size for _, size in group)


def _select_tail(group: Sequence[tuple[Path, int]]) -> Sequence[tuple[Path, int]]:
    """The longest end of the group whose first part is no larger than all after it."""
    start, total = len(group), 0
    for i in range(len(group) - 1, -1, -1):
        if group[i][1] <= total:
            start = i
        total += group[i][1]
    return group[start:]


def join_parts(paths: Sequence[Path], shape: Shape) -> None:
    """Write the rows that count as one part for each schema and environment, then remove the parts
    that they were in.

    The union has the number of the newest part it replaces: it never overrules one that a run
    writes meanwhile, and as the oldest go first, a crash on the way changes no row. Parts of
    another version stay, and damaged ones are set aside.

    Raises: OSError, if another process was quicker.
    """
    tables = _read_tables(paths, shape)
    unions: dict[str, list[pa.Table]] = defaultdict(list)
    latest = _find_latest([table for _, table in tables])
    for (_, table), is_latest in zip(tables, latest, strict=True):
        if is_latest.any():
            flags = build_array(is_latest.tolist(), pa.bool_())
            rows = table if is_latest.all() else table.filter(flags)
            unions[str(table.schema.metadata) + str(table.schema)].append(rows)
    if len(unions) == len(tables):
        return
    generation = max(parts.parse_generation(path) for path, _ in tables)
    new_names = set()
    for union in unions.values():
        data = parts.serialize_table(pa.concat_tables(union), parts.ROW_GROUP)
        name = parts.build_part_name(data, generation)
        new_names.add(name)
        write_bytes(data, paths[0].with_name(name))
    for path, _ in tables:
        if path.name not in new_names:
            remove_part(path)


def _find_latest(tables: Sequence[pa.Table]) -> Iterator[NDArray[np.bool_]]:
    """Yield for each table which of its rows are the last ones of their keys."""
    keys = pa.chunked_array((chunk for t in tables for chunk in t["key"].chunks), pa.string())
    encoded = keys.dictionary_encode(null_encoding="encode").chunks
    numbers = np.concatenate([np.empty(0, np.int64), *(np.from_dlpack(c.indices) for c in encoded)])
    rows = np.arange(len(numbers))
    last = np.empty_like(rows)
    last[numbers] = rows  # of several rows of a key numpy keeps the last
    is_last, start = last[numbers] == rows, 0
    for table in tables:
        yield is_last[start : start + table.num_rows]
        start += table.num_rows


def _read_tables(paths: Sequence[Path], shape: Shape) -> list[tuple[Path, pa.Table]]:
    tables = []
    for path in paths:
        try:
            table = parts.read_part(path, shape)
        except parts.DamagedPartError as error:
            _LOG.warning("%s", error)
            continue
        if table is not None:
            tables.append((path, table))
    return tables


def remove_part(path: Path) -> None:
    """Remove the file; it does not matter who did.

    Raises: SummbenchError, if it can't be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SummbenchError(f"{path} can't be removed ({error.strerror or error}).") from error
