"""A folder of files that replaces another of the same name."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

from summbench.store.atomic_parquet import wrap_os_errors


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """The folder with these files and no others, complete under its name; its size in bytes."""
    part = folder.with_name(f".{uuid.uuid4().hex}.tmp")
    old = folder.with_name(f".{uuid.uuid4().hex}.old.tmp")
    size = 0
    try:
        with wrap_os_errors(folder):
            for name, data in files:
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                size += len(data)
            if folder.exists():
                folder.replace(old)
            part.replace(folder)
    finally:
        for remains in (part, old):
            shutil.rmtree(remains, ignore_errors=True)
    return size
