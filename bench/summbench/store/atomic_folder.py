"""A folder of files that replaces another of the same name."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from summbench.store.atomic_parquet import wrap_os_errors
from summbench.store.temporary_files import build_temporary_path, publish, sync_folder

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # Linux
_RENAME_SWAP = 2  # macOS


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """The folder with these files and no others, complete under its name; its size in bytes.

    At any moment the old folder or the new one has the name. Where the system can't exchange two
    folders in one step, there is none between two steps.
    """
    part = build_temporary_path(folder)
    size = 0
    try:
        with wrap_os_errors(folder):
            for name, data in files:
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                size += len(data)
            if folder.exists():
                _exchange(part, folder)
            else:
                publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return size


def _exchange(new: Path, folder: Path) -> None:
    """Swap the two; in three renames where there is no call for it, and back if one fails."""
    if not _exchange_at_once(new, folder):
        old = build_temporary_path(folder)
        folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            old.replace(folder)
            raise
        old.replace(new)
    sync_folder(folder.parent)


def _exchange_at_once(first: Path, second: Path) -> bool:
    """Whether the system could; an old kernel, and some network file systems, can't."""
    if os.name != "posix":
        return False
    libc = ctypes.CDLL(None)
    paths = os.fsencode(first), os.fsencode(second)
    if hasattr(libc, "renameat2"):
        code = libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        code = libc.renamex_np(*paths, _RENAME_SWAP)
    else:
        return False
    return bool(code == 0)
