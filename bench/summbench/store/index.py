"""The rows of some keys, found among many parts without reading them all again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from summbench.store import parts
from summbench.store.spill import Piece, Spool


class Lookup:
    """In which row groups of a folder's parts keys stand: eight bytes a row on a spool, and no row.

    Each part is checked and its keys read when it is first seen; what is asked for is then read by
    row groups.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forget()

    def _forget(self) -> None:
        self._known: set[Path] = set()
        self._groups: list[tuple[Path, int, Piece]] = []
        self._hashes = Spool(np.int64)

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
        foreign = 0
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
                    hashes = self._hashes.append(_hashes(keys.to_pylist()))
                    self._groups.append((path, group, hashes))
        parts.mention_foreign(self._folder, foreign)

    def _read(self, wanted: list[str]) -> list[pa.Table]:
        hashes = _hashes(wanted)
        groups: dict[Path, list[int]] = {}
        for path, group, there in self._groups:
            if _have_one_in_common(hashes, self._hashes.read([there])):
                groups.setdefault(path, []).append(group)
        if not groups:
            return []
        import pyarrow.compute as pc  # noqa: PLC0415 - 60 ms, and a first run finds nothing

        keys = pa.array(wanted, pa.string())  # the first of these imports pandas, 0.3 s
        tables = (parts.row_groups(path, groups[path]) for path in sorted(groups, key=parts.order))
        return [table.filter(pc.is_in(table["key"], value_set=keys)) for table in tables]


def _hashes(keys: Sequence[str]) -> NDArray[np.int64]:
    """Sorted; two keys of one hash only cost a row group that is read in vain."""
    return np.sort(np.fromiter(map(hash, keys), np.int64, len(keys)))


def _have_one_in_common(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    few, many = sorted((one, other), key=len)
    if not len(few):
        return False
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return bool((many[places] == few).any())
