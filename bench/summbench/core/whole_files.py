"""Files that are read at once: neither pipes and devices, which may not end, nor enormous ones."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

LARGEST = 1 << 30
"""Bytes that a file may have that is read at once."""


def read_whole(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises: OSError, as any reading, and for what is no file or has more than `LARGEST` bytes.
    """
    status = path.stat()
    if problem := describe_special(status.st_mode):
        raise OSError(errno.EINVAL, problem, str(path))
    if status.st_size > LARGEST:
        raise OSError(errno.EFBIG, f"it has over {LARGEST:,} bytes", str(path))
    return path.read_bytes()


def describe_special(mode: int) -> str:
    """Return what is wrong with a path of this mode in place of a file; empty for a file."""
    if stat.S_ISREG(mode):
        return ""
    return "it is a folder" if stat.S_ISDIR(mode) else "it is a pipe or a device, and no file"
