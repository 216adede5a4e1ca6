"""Scores of all articles, held in a file while a run goes on: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from bench.storage.growing import as_mistake

_WIDTH = 8


class Spool:
    """Numbers appended window by window; the file has no name, and is gone with its process."""

    def __init__(self, folder: Path | None = None) -> None:
        """In the folder, or where the system keeps temporary files."""
        self._folder = folder or Path(gettempdir())
        self._file: IO[bytes] | None = None
        self._end = 0

    def append(self, values: Sequence[float]) -> tuple[int, int]:
        """Where they stand: the first number's place and how many."""
        with as_mistake(self._folder):
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by the next
                finalize(self, self._file.close)
            self._file.seek(self._end * _WIDTH)
            self._file.write(np.asarray(values, float).tobytes())
            self._file.flush()  # a full disk is noticed here
        start, self._end = self._end, self._end + len(values)
        return start, len(values)

    def read(self, pieces: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """The pieces one after another."""
        found = [np.empty(0)]
        for start, size in pieces:
            assert self._file is not None
            self._file.seek(start * _WIDTH)
            found.append(np.frombuffer(self._file.read(size * _WIDTH)))
        return np.concatenate(found)


class Columns(Mapping[str, NDArray[np.float64]]):
    """Named columns on a spool; each is read when it is asked for."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._pieces: dict[str, list[tuple[int, int]]] = {}

    def extend(self, name: str, values: Sequence[float]) -> None:
        """More of the column, a new one if there is none of the name."""
        self._pieces.setdefault(name, []).append(self._spool.append(values))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self._spool.read(self._pieces[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)
