"""A number for each article, held in a file while a run goes on: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BufferedRandom
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import Generic, TypeVar
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from summbench.store.atomic_parquet import wrap_os_errors

_WIDTH = 8
_Number = TypeVar("_Number", np.float64, np.int64)
Piece = tuple[int, int]
"""Where numbers that were appended together stand: the first one's place and how many."""


class Spool(Generic[_Number]):
    """Numbers appended window by window; the file has no name, and is gone with its process."""

    def __init__(self, kind: type[_Number], folder: Path | None = None) -> None:
        """In the folder, or where the system keeps temporary files."""
        self._kind: type[_Number] = kind
        self._folder = folder or Path(gettempdir())
        self._file: BufferedRandom | None = None
        self._end = 0

    def append(self, values: Sequence[float] | NDArray[_Number]) -> Piece:
        """Write them behind all others."""
        with wrap_os_errors(self._folder):
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by the next
                finalize(self, self._file.close)
            self._file.seek(self._end * _WIDTH)
            self._file.write(np.asarray(values, self._kind).tobytes())
            self._file.flush()  # a full disk is noticed here
        start, self._end = self._end, self._end + len(values)
        return start, len(values)

    def read(self, pieces: Sequence[Piece]) -> NDArray[_Number]:
        """The pieces one after another."""
        found = np.empty(sum(size for _, size in pieces), self._kind)
        done = 0
        for start, size in pieces:
            assert self._file is not None
            self._file.seek(start * _WIDTH)
            self._file.readinto(found[done : done + size].view(np.uint8).data)
            done += size
        return found


class Columns(Mapping[str, NDArray[np.float64]]):
    """Named columns on a spool; each is read when it is asked for."""

    def __init__(self, spool: Spool[np.float64]) -> None:
        self._spool = spool
        self._pieces: dict[str, list[Piece]] = {}

    def extend(self, name: str, values: Sequence[float]) -> None:
        """More of the column, a new one if there is none of the name."""
        self._pieces.setdefault(name, []).append(self._spool.append(values))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self._spool.read(self._pieces[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)
