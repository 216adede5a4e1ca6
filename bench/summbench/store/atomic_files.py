"""Files that are complete under their names, or absent."""

from __future__ import annotations

import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.store.atomic_parquet import wrap_os_errors
from summbench.store.parts import serialize_table

_LOG = logging.getLogger("summbench")
_SECONDS_OF_A_DAY = 86_400


def check_writable(folder: Path) -> None:
    """Raise SummbenchError unless a file can be made in the folder, which is made first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{uuid.uuid4().hex}.tmp"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SummbenchError(
            f"The folder {folder} can't be written to ({error.strerror}); give another with "
            "results=FOLDER or store=FOLDER."
        ) from error


def remove_stale_files(folder: Path) -> None:
    """Remove unfinished files that are older than a day: no write takes that long."""
    stale = [path for path in folder.rglob(".*.tmp") if _get_age(path) > _SECONDS_OF_A_DAY]
    for path in stale:
        path.unlink(missing_ok=True)
    if stale:
        _LOG.info("Unfinished files of killed runs were removed from %s: %d.", folder, len(stale))


def _get_age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet file that is complete under its name, or absent."""
    write_bytes(serialize_table(table), path)


def write_text(text: str, path: Path) -> None:
    """Write a UTF-8 file that is complete under its name, or absent.

    Control characters are written as their codes, as `show_controls` has them.
    """
    write_bytes(show_controls(text).encode("utf-8"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file that is complete under its name, or absent."""
    part = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with wrap_os_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
