"""A Parquet file that grows table by table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError
from summbench.store.temporary_files import build_temporary_path, make_folder, publish


class AtomicParquetWriter:
    """Complete under its name once `finish` was called, or not there; without a table no file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = build_temporary_path(path)
        self._new_folders: list[Path] = []
        self._writer: pq.ParquetWriter | None = None
        self.has_rows = False

    def add(self, table: pa.Table) -> None:
        """Rows of the first table's columns, after those before."""
        with wrap_os_errors(self._path):
            if self._writer is None:
                self._new_folders = make_folder(self._part.parent)
                self._writer = pq.ParquetWriter(self._part, table.schema)
            self._writer.write_table(table)
        self.has_rows = True

    def finish(self) -> None:
        """Give the file its name."""
        if self._writer is None:
            return
        with wrap_os_errors(self._path):
            self._writer.close()
            with self._part.open("rb") as file:
                os.fsync(file.fileno())
            publish(self._part, self._path, self._new_folders)
            self._writer = None

    def abandon(self) -> None:
        """Leave nothing behind of what was not finished."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._writer = None
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


@contextmanager
def wrap_os_errors(path: Path) -> Iterator[None]:
    """What the system says of writing the file becomes a SummbenchError."""
    try:
        yield
    except OSError as error:
        raise SummbenchError(
            f"{path} could not be written ({error.strerror or error}); what was finished is kept, "
            "and the same command goes on from there."
        ) from error
