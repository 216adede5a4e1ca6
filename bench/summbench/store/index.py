"""The rows of some keys, read from many parts without reading them all again."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from summbench.store import parts
from summbench.store.arrays import build_array
from summbench.store.atomic_files import write_bytes
from summbench.store.compaction import MAX_PARTS, compact_newest
from summbench.store.shapes import Shape
from summbench.store.spill import Slice, SpillFile
from summbench.store.temporary_files import remove_stale_files

_LOG = logging.getLogger("summbench")


class _RowGroup(NamedTuple):
    path: Path
    number: int
    hashes: Slice


class PartIndex:
    """The parts of one folder: each is checked, and its keys are read, when it is first needed.

    The folder is listed once, and again only if another process changed it. It holds eight bytes a
    row in a temporary file, and no row: what is asked for is read by row groups. Threads take
    turns.
    """

    def __init__(self, folder: Path, shape: Shape) -> None:
        self._folder, self._shape = folder, shape
        self._lock = Lock()
        self._messages: set[str] = set()
        self._paths: list[Path] = []
        self._used_at: int | None = None
        self._generation = 0
        self._latest = folder
        self._compact_above = MAX_PARTS
        self._indexed: set[Path] = set()
        self._groups: list[_RowGroup] = []
        self._hashes = SpillFile(np.int64)

    def read_tables(self, keys: Iterable[str] | None = None) -> list[pa.Table]:
        """The rows of these keys (None: of all), a later part's after those that it overrules."""
        return [table for _, table in self.read_parts(keys)]

    def read_parts(self, keys: Iterable[str] | None = None) -> list[tuple[Path, pa.Table]]:
        """As `read_tables`, with the part of each table.

        Damaged parts are renamed, and parts of another version are left alone; each is logged
        once. Raises: SummbenchError, if a part exists and can't be read.
        """
        keys = None if keys is None else list(keys)
        with self._lock:
            is_stale, failed_on = self._is_stale(), None
            while True:
                try:
                    if is_stale:
                        self._list()
                    self._add_parts()
                    return self._read(keys)
                except OSError as error:
                    if failed_on == self._paths:  # else it was compacted or pruned meanwhile
                        raise parts.build_read_error(error) from error
                    is_stale, failed_on = True, self._paths

    def write(self, table: pa.Table, metadata: Mapping[str, str]) -> None:
        """Write the table as the newest part, without listing the folder again."""
        table = parts.add_mark(table, self._shape, metadata)
        data = parts.serialize_table(table, parts.ROW_GROUP)
        with self._lock:
            if self._used_at is None:
                self._list()
            if self._generation >= parts.LAST_GENERATION:
                parts.renumber_parts(self._folder)
                self._generation = 0
                self._list()
            self._generation += 1
            path = self._folder / parts.build_part_name(data, self._generation)
            if parts.have_same_content(path, self._latest) and self._latest.exists():
                return  # an interruption came after it was written: its rows are handed in again
            self._latest = path
            is_stale = self._is_stale()
            write_bytes(data, path)
            self._paths.append(path)
            if not is_stale:
                self._used_at = _touch(self._folder)
            if len(self._paths) > self._compact_above:
                self._list()

    def forget(self, path: Path, reason: str) -> None:
        """Set aside a part whose rows turned out to be unusable."""
        self.warn_once(str(parts.set_aside(path, reason)))

    def warn_once(self, message: str) -> None:
        """Log a warning that was not logged before."""
        if message not in self._messages:
            self._messages.add(message)
            _LOG.warning("%s", message)

    def _is_stale(self) -> bool:
        """Whether the folder changed since it was listed, other than by this index."""
        return self._used_at is None or self._used_at != _get_change_time(self._folder)

    def _list(self) -> None:
        """List the parts; more than a command should have to open are joined first."""
        if self._used_at is None:
            remove_stale_files(self._folder)
        self._used_at = _touch(self._folder)
        paths = parts.list_parts(self._folder)
        if len(paths) > self._compact_above:
            compact_newest(paths, self._shape)
            self._used_at = _touch(self._folder)
            paths = parts.list_parts(self._folder)
            self._compact_above = max(MAX_PARTS, 2 * len(paths))
        self._paths = paths
        self._generation = max(self._generation, *map(parts.parse_generation, paths), 0)
        self._indexed.intersection_update(paths)
        self._groups = [group for group in self._groups if group.path in self._indexed]

    def _add_parts(self) -> None:
        foreign = 0
        for path in [path for path in self._paths if path not in self._indexed]:
            try:
                foreign += not self._add_part(path)
            except parts.DamagedPartError as error:
                self._paths.remove(path)
                self.warn_once(str(error))
        if foreign:
            self.warn_once(
                f"{self._folder} has parts of another version of summbench ({foreign}); they are "
                "kept but not read, and their rows are computed again."
            )

    def _add_part(self, path: Path) -> bool:
        """Index its keys; False if it is of another version."""
        file = parts.open_part(path, self._shape)
        if file is not None:
            with file:
                numbers = range(file.num_row_groups)
                keys = [parts.read_groups(file, path, [n], ["key"])["key"] for n in numbers]
            for number, of_group in zip(numbers, keys, strict=True):
                hashes = self._hashes.append(_hash_keys(of_group.to_pylist()))
                self._groups.append(_RowGroup(path, number, hashes))
        self._indexed.add(path)
        return file is not None

    def _read(self, keys: list[str] | None) -> list[tuple[Path, pa.Table]]:
        hashes = None if keys is None else _hash_keys(keys)
        groups: dict[Path, list[int]] = {}
        for group in self._groups:
            if hashes is None or _overlap(hashes, self._hashes.read([group.hashes])):
                groups.setdefault(group.path, []).append(group.number)
        values = None if keys is None else build_array(keys, pa.string())
        tables = []
        for path in sorted(groups, key=parts.get_order):
            try:
                table = parts.read_row_groups(path, groups[path])
            except parts.DamagedPartError as error:
                self.warn_once(str(error))
                continue
            if values is not None:
                table = table.filter(pc.is_in(table["key"], value_set=values))
            tables.append((path, table))
        return tables


def _touch(folder: Path) -> int:
    """Set the folder's time of change, by which `store prune` knows when it was last used.

    The nanoseconds are those of no other change, so that the next one is always noticed.
    """
    with suppress(OSError):
        now = time.time_ns()
        os.utime(folder, ns=(now, now))
    return _get_change_time(folder)


def _get_change_time(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _hash_keys(keys: Sequence[str]) -> NDArray[np.int64]:
    """Sorted; two keys of one hash only cost a row group that is read in vain."""
    return np.sort(np.fromiter(map(hash, keys), np.int64, len(keys)))


def _overlap(first: NDArray[np.int64], second: NDArray[np.int64]) -> bool:
    few, many = sorted((first, second), key=len)
    if not len(few):
        return False
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return bool((many[places] == few).any())
