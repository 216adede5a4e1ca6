"""The files of a run, wherever they are: in a folder or in a bundle."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.whole_files import read_whole
from summbench.runs import files
from summbench.runs.bundle import open_bundle
from summbench.store.atomic_files import write_bytes


@dataclass(frozen=True, slots=True)
class RunFiles:
    """Reads files of a run by name; `members` are those of a bundle, None of a folder."""

    path: Path
    members: Mapping[str, bytes] | None = None

    @classmethod
    def open(cls, path: Path) -> RunFiles:
        """Open a results folder, a baseline or a bundle.

        Raises: SummbenchError if it has no run.json, or the bundle is damaged.
        """
        with explain_read_errors(path):
            source = cls(path, open_bundle(path) if path.is_file() else None)
            if source.members is None and not source.has(files.RUN):
                raise _describe_other_folder(path)
            if source.members is None:
                _refuse_special_files(path)
        return source

    def list_names(self) -> list[str]:
        """Return the names of all files, those in folders with the folder."""
        if self.members is not None:
            return sorted(self.members)
        paths = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in paths)

    def has(self, name: str) -> bool:
        """Return whether there is such a file."""
        if self.members is not None:
            return name in self.members
        return (self.path / name).is_file()

    def read(self, name: str, sha256: str | None = None) -> bytes:
        """Return a file's content.

        Raises: SummbenchError if it can't be read or has another SHA-256 than the one given.
        """
        data = self._read_file(name) if self.members is None else self._read_member(name)
        digest = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, digest):
            raise self.build_error(
                name,
                f"was changed or cut off: its SHA-256 is {digest[:12]}..., run.json says "
                f"{sha256[:12]}...",
            )
        return data

    def _read_file(self, name: str) -> bytes:
        path = self.path / name
        with explain_read_errors(path):  # nothing has to be made again where permission is missing
            try:
                return read_whole(path)
            except FileNotFoundError as error:
                raise self.build_error(name, f"can't be read ({error.strerror})") from error

    def _read_member(self, name: str) -> bytes:
        try:
            return (self.members or {})[name]
        except KeyError as error:
            raise self.build_error(name, "can't be read (the bundle has no such file)") from error

    def copy_to(self, folder: Path) -> None:
        """Write all files into a new folder.

        Raises: SummbenchError if the folder exists and is not empty, or can't be written.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SummbenchError(f"{folder} exists and is not empty. Give a new folder.")
        try:
            if self.members is None:
                shutil.copytree(self.path, folder, dirs_exist_ok=True)
        except OSError as error:
            raise SummbenchError(f"{folder} can't be written ({error.strerror}).") from error
        for name, data in (self.members or {}).items():
            write_bytes(data, folder / name)

    def build_error(self, name: str, reason: str) -> SummbenchError:
        """Return the error that a file is damaged, with what to do."""
        return SummbenchError(
            f"{self.path / name} {reason}. Make {self.path} again: a results folder with "
            "the command that made it and overwrite=true, a baseline with summbench report RUN "
            "--baseline FOLDER, a bundle with summbench bundle."
        )


def _refuse_special_files(folder: Path) -> None:
    """Refuse pipes and devices, which are read without an end."""
    for path in sorted(folder.iterdir()):
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SummbenchError(f"{path} is a pipe or a device, and a run has only files.")


def _describe_other_folder(path: Path) -> SummbenchError:
    if shards := sorted(path.glob(files.name_shard("*", "*"))):
        count = shards[0].stem.rpartition("-")[2]
        return SummbenchError(
            f"{path} has shards ({', '.join(shard.name for shard in shards)}) and no leaderboard "
            f"yet. When all {count} are finished, run with merge_shards={count}."
        )
    if any((path / name).is_file() for name in files.REQUIRED):
        return SummbenchError(
            f"{path} is of a run that was stopped while it wrote its files: it has no {files.RUN}. "
            "Give the command that made it again; what was computed is in the store."
        )
    return SummbenchError(
        f"{path} is no results folder, baseline or bundle: {files.RUN} can't be read (there is no "
        "such file)."
    )
