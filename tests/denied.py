"""Files without permission, for tests that root runs, too: it reads everything."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_VERSION = 0x20080522  # of the structures of capget and capset, see capabilities(7)
_OVERRIDES = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def denied(*paths: Path) -> Iterator[None]:
    """Take all permissions of the files and folders away, and root's right to pass over them."""
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(0)
    try:
        with _without_privilege():
            yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder one that can be read, and not written to."""
    mode = folder.stat().st_mode
    folder.chmod(0o555)
    try:
        with _without_privilege():
            yield
    finally:
        folder.chmod(mode)


@contextmanager
def _without_privilege() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("root reads everything, and only Linux lets it drop that right")
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    assert libc.capget(header, sets) == 0, os.strerror(ctypes.get_errno())
    before = sets[0]
    sets[0] = before & ~_OVERRIDES
    assert libc.capset(header, sets) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        sets[0] = before
        assert libc.capset(header, sets) == 0, os.strerror(ctypes.get_errno())
