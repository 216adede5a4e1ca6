"""A number for each article, held in a temporary file: memory does not grow with the articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BufferedRandom
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import Generic, NamedTuple, TypeVar
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from summbench.store.atomic_parquet import wrap_os_errors

_WIDTH = 8
_Number = TypeVar("_Number", np.float64, np.int64)


class Slice(NamedTuple):
    """Where numbers that were appended together are: the position of the first, and how many."""

    start: int
    size: int


class SpillFile(Generic[_Number]):
    """Numbers appended chunk by chunk; the file has no name, and is gone with its process."""

    def __init__(self, dtype: type[_Number], folder: Path | None = None) -> None:
        """In the folder, or where the system keeps temporary files."""
        self._dtype: type[_Number] = dtype
        self._folder = folder or Path(gettempdir())
        self._file: BufferedRandom | None = None
        self._size = 0

    def append(self, values: Sequence[float] | NDArray[_Number]) -> Slice:
        """Write them after all others."""
        with wrap_os_errors(self._folder):
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by the next
                finalize(self, self._file.close)
            self._file.seek(self._size * _WIDTH)
            self._file.write(np.asarray(values, self._dtype).tobytes())
            self._file.flush()  # a full disk is noticed here
        start, self._size = self._size, self._size + len(values)
        return Slice(start, len(values))

    def read(self, slices: Sequence[Slice]) -> NDArray[_Number]:
        """The numbers of the slices, one slice after another."""
        numbers = np.empty(sum(s.size for s in slices), self._dtype)
        filled = 0
        for start, size in slices:
            assert self._file is not None
            self._file.seek(start * _WIDTH)
            self._file.readinto(numbers[filled : filled + size].view(np.uint8).data)
            filled += size
        return numbers


class SpilledColumns(Mapping[str, NDArray[np.float64]]):
    """Named columns in a spill file; each is read when it is asked for."""

    def __init__(self, file: SpillFile[np.float64]) -> None:
        self._file = file
        self._slices: dict[str, list[Slice]] = {}
        self._order: NDArray[np.intp] | None = None

    def reorder(self, order: NDArray[np.intp]) -> SpilledColumns:
        """The same columns, their numbers in the order of these positions."""
        columns = SpilledColumns(self._file)
        columns._slices, columns._order = self._slices, order
        return columns

    def extend(self, name: str, values: Sequence[float]) -> None:
        """Append values to the column, a new one if there is none of the name."""
        self._slices.setdefault(name, []).append(self._file.append(values))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        numbers = self._file.read(self._slices[name])
        return numbers if self._order is None else numbers[self._order]

    def __iter__(self) -> Iterator[str]:
        return iter(self._slices)

    def __len__(self) -> int:
        return len(self._slices)
