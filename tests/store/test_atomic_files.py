"""A file has its name only once its bytes are on the disk, and a failed write leaves nothing."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.store.atomic_files import (
    check_writable,
    write_bytes,
    write_table,
    write_text,
)
from summbench.store.atomic_folder import write_folder
from summbench.store.atomic_parquet import AtomicParquetWriter
from summbench.store.store import Store
from summbench.store.temporary_files import remove_stale_files


def _write_parquet(path: Path) -> None:
    writer = AtomicParquetWriter(path)
    writer.add(pa.table({"a": [1]}))
    writer.finish()


_WRITERS: dict[str, Callable[[Path], object]] = {
    "bytes": lambda path: write_bytes(b"data", path),
    "text": lambda path: write_text("data", path),
    "table": lambda path: write_table(pa.table({"a": [1]}), path),
    "growing table": _write_parquet,
    "part": lambda path: Store(path.parent).add_scores("m", "f", ["k"], {"a": [1.0]}),
}


class _Disk:
    """Notes what is synced and renamed, with the size that the file has at that time, or 0."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, int]] = []
        sync, replace = os.fsync, Path.replace

        def record_sync(descriptor: int) -> None:
            status = os.fstat(descriptor)
            is_folder = stat.S_ISDIR(status.st_mode)
            self.events.append(("folder", 0) if is_folder else ("sync", status.st_size))
            sync(descriptor)

        def record_replace(path: Path, target: Path) -> Path:
            self.events.append(("rename", path.stat().st_size))
            return replace(path, target)

        monkeypatch.setattr(os, "fsync", record_sync)
        monkeypatch.setattr(Path, "replace", record_replace)


@pytest.mark.parametrize("kind", _WRITERS)
def test_all_bytes_are_on_the_disk_before_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    disk = _Disk(monkeypatch)
    _WRITERS[kind](tmp_path / "file")
    [written] = [path for path in tmp_path.rglob("*") if path.is_file()]
    size = written.stat().st_size
    assert size > 0
    # Then the folder, for the name, and above each new folder the one that has its name.
    n_folders = len(written.relative_to(tmp_path).parts)
    assert disk.events == [("sync", size), ("rename", size), *[("folder", 0)] * n_folders]


@pytest.mark.parametrize("kind", _WRITERS)
def test_a_sync_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SummbenchError, match=r"could not be written \(Input/output error\)"):
        _WRITERS[kind](tmp_path / "file")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if not path.name.endswith(".tmp")] == []
    if kind != "growing table":  # its owner abandons it
        assert files == []


def test_an_abandoned_writer_leaves_nothing(tmp_path: Path) -> None:
    writer = AtomicParquetWriter(tmp_path / "t.parquet")
    writer.add(pa.table({"a": [1]}))
    assert len(list(tmp_path.iterdir())) == 1
    writer.abandon()
    assert list(tmp_path.iterdir()) == []
    writer.abandon()
    writer.finish()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_growing_table_is_made(tmp_path: Path) -> None:
    _write_parquet(tmp_path / "a" / "b" / "t.parquet")
    assert pq.read_table(tmp_path / "a" / "b" / "t.parquet").to_pydict() == {"a": [1]}


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    first, second = (AtomicParquetWriter(tmp_path / "t.parquet") for _ in range(2))
    first.add(pa.table({"a": [1]}))
    second.add(pa.table({"a": [2, 3]}))
    assert len(list(tmp_path.iterdir())) == 2
    first.finish()
    second.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
    assert pq.read_table(tmp_path / "t.parquet").to_pydict() == {"a": [2, 3]}


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text("Æ\r\n\n", tmp_path / "a" / "b.txt")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"\xc3\x86\r\n\n"


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert write_folder(folder, [("a.txt", b"12"), ("b/c.txt", b"345")]) == 5
    assert write_folder(folder, [("d.txt", b"6")]) == 1
    assert [path.name for path in folder.iterdir()] == ["d.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_whose_files_fail_is_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_folder(folder, [("a.txt", b"12")])
    with pytest.raises(SummbenchError, match="could not be written"):
        write_folder(folder, [("a.txt", b"3"), ("a.txt/b.txt", b"4")])
    assert (folder / "a.txt").read_bytes() == b"12"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize(("age", "is_removed"), [(86_400 - 60, False), (86_400 + 60, True)])
def test_an_unfinished_file_is_stale_after_a_day(
    tmp_path: Path, age: int, is_removed: bool
) -> None:
    path = tmp_path / "deep" / ".x.tmp"
    write_bytes(b"", path)
    os.utime(path, (time.time() - age,) * 2)
    remove_stale_files(path.parent)
    assert path.exists() != is_removed


def test_a_folder_that_can_be_written_to_is_made_and_left_empty(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
