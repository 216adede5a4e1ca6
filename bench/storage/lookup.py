"""The rows of some keys, found among many parts without reading them all again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.storage import parts


class Lookup:
    """Where the keys of a folder's parts stand: twelve bytes a row are held, and no row.

    Each part is checked and its keys read when it is first seen; what is asked for is then read by
    row groups.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forget()

    def _forget(self) -> None:
        self._known: set[Path] = set()
        self._groups: list[tuple[Path, int]] = []
        self._hashes = np.empty(0, np.int64)
        self._owners = np.empty(0, np.int32)

    def tables(self, keys: Iterable[str]) -> list[pa.Table]:
        """The rows of these keys, a later part's after those that it overrules."""
        wanted = list(keys)
        listed = parts.listed(self._folder)
        while True:
            if not self._known.issubset(listed):
                self._forget()
            try:
                self._index(listed)
                return self._read(wanted)
            except OSError as error:
                before, listed = listed, parts.listed(self._folder)
                if listed == before:  # otherwise it was compacted or pruned meanwhile
                    raise parts.unreadable(error) from error

    def _index(self, listed: Sequence[Path]) -> None:
        hashes, owners, foreign = [self._hashes], [self._owners], 0
        for path in listed:
            file = None if path in self._known else parts.opened(path)
            if file is None:
                continue
            self._known.add(path)
            with file:
                ours = parts.is_ours(file)
                foreign += not ours
                for group in range(file.num_row_groups if ours else 0):
                    keys = file.read_row_group(group, ["key"], use_threads=False)["key"]
                    owners.append(np.full(len(keys), len(self._groups), np.int32))
                    hashes.append(np.fromiter(map(hash, keys.to_pylist()), np.int64, len(keys)))
                    self._groups.append((path, group))
        if len(hashes) > 1:
            joined = np.concatenate(hashes)
            order = np.argsort(joined, kind="stable")
            self._hashes, self._owners = joined[order], np.concatenate(owners)[order]
        parts.mention_foreign(self._folder, foreign)

    def _read(self, wanted: list[str]) -> list[pa.Table]:
        hashes = np.fromiter(map(hash, wanted), np.int64, len(wanted))
        first = np.searchsorted(self._hashes, hashes, "left")
        last = np.searchsorted(self._hashes, hashes, "right")
        found: set[int] = set()
        while len(first):  # once, unless a key stands in several parts
            there = first < last
            first, last = first[there], last[there]
            found.update(np.unique(self._owners[first]).tolist())
            first = first + 1
        groups: dict[Path, list[int]] = {}
        for path, group in (self._groups[i] for i in sorted(found)):
            groups.setdefault(path, []).append(group)
        if not groups:
            return []
        import pyarrow.compute as pc  # noqa: PLC0415 - 60 ms, and a first run finds nothing

        keys = pa.array(wanted, pa.string())  # the first of these imports pandas, 0.3 s
        tables = (parts.row_groups(path, groups[path]) for path in sorted(groups, key=parts.order))
        return [table.filter(pc.is_in(table["key"], value_set=keys)) for table in tables]
