"""Files on their way to their names: whose they are, and names that outlive a power cut."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

_LOG = logging.getLogger("summbench")
_SECONDS_OF_A_DAY = 86_400
_NAME = re.compile(r"\.([0-9a-f]{12})-(\d+)-[0-9a-f]{32}\.tmp")
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EISDIR}


def build_temporary_path(path: Path) -> Path:
    """Return a new hidden name beside the path, which tells what process it belongs to."""
    return path.with_name(f".{_identify_system()}-{os.getpid()}-{uuid.uuid4().hex}.tmp")


@cache
def _identify_system() -> str:
    """Hash the boot and the process namespace: where they are equal, so is what a number means."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        text = boot + str(Path("/proc/self/ns/pid").readlink())
    except OSError:  # not Linux
        text = uuid.uuid4().hex
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def publish(temporary: Path, path: Path, new_folders: Iterable[Path] = ()) -> None:
    """Give a finished file its name, and sync its folder: the name outlives a power cut.

    So do the names of the folders that were made for it.
    """
    temporary.replace(path)
    for folder in (path.parent, *(folder.parent for folder in new_folders)):
        sync_folder(folder)


def make_folder(folder: Path) -> list[Path]:
    """Make the folder and those above it; return those that were not there."""
    new = [path for path in (folder, *folder.parents) if not path.is_dir()]
    if new:
        folder.mkdir(parents=True, exist_ok=True)
    return new


def sync_folder(folder: Path) -> None:
    """Write the folder's names to the disk, where the system can do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def remove_stale_files(folder: Path) -> None:
    """Remove what killed processes did not finish in the folder; in folders below it stays.

    That is what belongs to a process of this system that has ended, and what another system left
    over a day ago.
    """
    with suppress(OSError):  # a folder that can't be listed, or is not there
        stale = [path for path in folder.glob(".*.tmp") if _is_stale(path)]
        for path in stale:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if stale:
            _LOG.info(
                "Unfinished files of killed runs were removed from %s: %d.", folder, len(stale)
            )


def _is_stale(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    if match and match[1] == _identify_system():
        return int(match[2]) != os.getpid() and not _is_alive(int(match[2]))
    try:
        return time.time() - path.lstat().st_mtime > _SECONDS_OF_A_DAY
    except FileNotFoundError:
        return False


def _is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
