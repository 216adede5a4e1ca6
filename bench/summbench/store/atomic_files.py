"""Files that are complete under their names, or absent."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.store.atomic_parquet import wrap_os_errors
from summbench.store.parts import serialize_table
from summbench.store.temporary_files import (
    build_temporary_path,
    make_folder,
    publish,
    remove_stale_files,
)

_ATTEMPTS = 20


def check_writable(folder: Path, option: str = "") -> None:
    """Raise SummbenchError unless a file can be made in the folder, which is made first.

    `option` is how another folder is given, if there is a way. What killed processes left
    unfinished in the folder is removed.
    """
    try:
        make_folder(folder)
        probe = build_temporary_path(folder / "probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SummbenchError(
            f"The folder {folder} can't be written to ({error.strerror})"
            + (f"; give another with {option}." if option else ".")
        ) from error
    remove_stale_files(folder)


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
    with wrap_os_errors(path):
        for _ in range(_ATTEMPTS):  # `store prune` may remove a folder that is empty
            with suppress(FileNotFoundError):
                _write_once(data, path)
                return
        _write_once(data, path)


def _write_once(data: bytes, path: Path) -> None:
    part = build_temporary_path(path)
    try:
        new_folders = make_folder(path.parent)
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        publish(part, path, new_folders)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
