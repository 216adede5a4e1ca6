"""A history.jsonl: read, and appended to by one run at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from filelock import lock_descriptor

from summbench.core.errors import SummbenchError
from summbench.core.whole_files import read_whole
from summbench.gate.history.line import HistoryLine, decode_line, encode_line
from summbench.leaderboard.board import shorten_signature


def read_history(path: Path) -> list[HistoryLine]:
    """Return the runs of a file, in the order of its lines.

    Raises: SummbenchError if it can't be read or a line of it is damaged.
    """
    try:
        data = read_whole(path)
    except OSError as error:
        raise SummbenchError(f"{path} can't be read ({error.strerror}).") from error
    return _parse(data, path)


def append_line(line: HistoryLine, path: Path) -> bool:
    """Append a run unless the file has it: the same clean commit with the same scores.

    The file is locked meanwhile, so that two runs that finish together have a line each; a line
    that can't be written whole is taken back.

    Raises: SummbenchError if the file can't be written, is damaged, or has other signatures.
    """
    data = encode_line(line)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            lock_descriptor(file.fileno())  # closing the file lets it go
            file.seek(0)
            lines = _parse(file.read(), path)
            check_signatures(
                {metric: info.signature for metric, info in line.metrics.items()}, lines, path
            )
            if any(_is_same(line, other) for other in lines):
                return False
            _write(file, data)
    except OSError as error:
        raise SummbenchError(f"{path} can't be written ({error.strerror}).") from error
    return True


def check_signatures(signatures: Mapping[str, str], lines: list[HistoryLine], path: Path) -> None:
    """Refuse metrics whose scores a file has with another signature.

    Raises: SummbenchError.
    """
    for number, line in enumerate(lines, start=1):
        for metric, info in line.metrics.items():
            new = signatures.get(metric, info.signature)
            if new != info.signature:
                raise SummbenchError(
                    f"{path} has scores of {metric} with another signature, in line {number}: "
                    f"{info.signature} ({shorten_signature(info.signature)}) there, {new} "
                    f"({shorten_signature(new)}) here. Such scores are no history. Begin a new "
                    "file, as in history=history-2.jsonl."
                )


def check_history(signatures: Mapping[str, str], path: Path) -> None:
    """Check before anything is computed that a run with these metrics can be appended.

    Raises: SummbenchError as `append_line`.
    """
    if path.exists():
        check_signatures(signatures, read_history(path), path)


def _parse(data: bytes, path: Path) -> list[HistoryLine]:
    lines = []
    for number, content in enumerate(data.split(b"\n"), start=1):
        if not content.strip():
            continue
        try:
            lines.append(decode_line(content))
        except ValueError as error:
            raise SummbenchError(
                f"{path}: line {number} {error}. Take the file from git again, or delete the line."
            ) from error
    if data and not data.endswith(b"\n"):
        raise SummbenchError(
            f"{path}: the last line has no end, so it may be cut off. Take the file from git "
            "again, or end the line."
        )
    return lines


def _is_same(line: HistoryLine, other: HistoryLine) -> bool:
    """Whether both are of one clean commit and have the same scores on the same articles."""
    is_clean = line.project is not None and not line.project.dirty
    same = msgspec.structs.replace(other, finished=line.finished, name=line.name)
    return line == (same if is_clean else other)


def _write(file: Any, data: bytes) -> None:
    end = file.seek(0, os.SEEK_END)
    try:
        while data:
            data = data[file.write(data) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(end)
        raise
