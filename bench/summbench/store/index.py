"""The rows of some keys, read from many parts without reading them all again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from summbench.store import parts
from summbench.store.arrays import build_array
from summbench.store.spill import Slice, SpillFile

_LOG = logging.getLogger("summbench")


class _RowGroup(NamedTuple):
    path: Path
    number: int
    hashes: Slice


class PartIndex:
    """The parts of one folder: each is checked, and its keys are read, when it is first seen.

    It holds eight bytes a row in a temporary file, and no row: what is asked for is read by row
    groups. Threads take turns.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._messages: set[str] = set()
        self._forget()

    def _forget(self) -> None:
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
            paths = parts.list_parts(self._folder)
            while True:
                if not self._indexed.issubset(paths):
                    self._forget()
                try:
                    self._add_parts(paths)
                    return self._read(keys)
                except OSError as error:
                    previous, paths = paths, parts.list_parts(self._folder)
                    if paths == previous:  # otherwise it was compacted or pruned meanwhile
                        raise parts.build_read_error(error) from error

    def _add_parts(self, paths: Sequence[Path]) -> None:
        foreign = 0
        for path in paths:
            if path in self._indexed:
                continue
            try:
                file = parts.open_part(path)
            except parts.DamagedPartError as error:
                self._warn_once(str(error))
                continue
            self._indexed.add(path)
            with file:
                is_current = parts.has_current_schema(file)
                foreign += not is_current
                for number in range(file.num_row_groups if is_current else 0):
                    keys = file.read_row_group(number, ["key"], use_threads=False)["key"]
                    hashes = self._hashes.append(_hash_keys(keys.to_pylist()))
                    self._groups.append(_RowGroup(path, number, hashes))
        if foreign:
            self._warn_once(
                f"{self._folder} has parts of another version of summbench ({foreign}); they are "
                "kept but not read, and their rows are computed again."
            )

    def _read(self, keys: list[str] | None) -> list[tuple[Path, pa.Table]]:
        hashes = None if keys is None else _hash_keys(keys)
        groups: dict[Path, list[int]] = {}
        for group in self._groups:
            if hashes is None or _overlap(hashes, self._hashes.read([group.hashes])):
                groups.setdefault(group.path, []).append(group.number)
        tables = [
            (path, parts.read_row_groups(path, groups[path]))
            for path in sorted(groups, key=parts.get_order)
        ]
        if keys is None or not tables:
            return tables
        values = build_array(keys, pa.string())
        return [(path, t.filter(pc.is_in(t["key"], value_set=values))) for path, t in tables]

    def _warn_once(self, message: str) -> None:
        if message not in self._messages:
            self._messages.add(message)
            _LOG.warning("%s", message)


def _hash_keys(keys: Sequence[str]) -> NDArray[np.int64]:
    """Sorted; two keys of one hash only cost a row group that is read in vain."""
    return np.sort(np.fromiter(map(hash, keys), np.int64, len(keys)))


def _overlap(first: NDArray[np.int64], second: NDArray[np.int64]) -> bool:
    few, many = sorted((first, second), key=len)
    if not len(few):
        return False
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return bool((many[places] == few).any())
