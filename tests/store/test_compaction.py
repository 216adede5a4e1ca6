"""A folder of many parts is joined by itself, listed once, and races with whoever removes files."""

from __future__ import annotations

import errno
import math
import os
import random
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.store import compaction, index, parts
from summbench.store.atomic_files import write_bytes
from summbench.store.compaction import MAX_PARTS, compact_newest, plan_unions
from summbench.store.maintenance import compact, list_entries, remove_entry
from summbench.store.shapes import SHAPES
from summbench.store.store import Store
from tests.commands import CLONE, environment, rows

_WRITE = """
import sys
from pathlib import Path
from summbench.store.store import Store
store, name = Store(Path(sys.argv[1])), sys.argv[2]
for i in range(int(sys.argv[3])):
    store.add_scores("m", "f", [f"{name}{i}"], {"a": [float(i)]})
"""
_TIDY = """
import sys
from pathlib import Path
from summbench.store.maintenance import compact, list_entries, remove_entry
while True:
    for entry in list_entries(Path(sys.argv[1])):
        (compact if sys.argv[2] == "compact" else remove_entry)(entry)
"""


def _write(folder: Path, count: int) -> None:
    """So many parts of a row, each by a process of its own as it were: nobody joins them."""
    for i in range(count):
        Store(folder).add_scores("m", "f", [f"k{i % 90}"], {"a": [float(i)]})


def _list_parts(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.parquet"))


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each folder was listed."""
    counts: Counter[str] = Counter()
    list_parts = parts.list_parts

    def count(folder: Path) -> list[Path]:
        counts[folder.name] += 1
        return list_parts(folder)

    monkeypatch.setattr(parts, "list_parts", count)
    return counts


def test_writing_does_not_list_the_folder_and_a_command_lists_it_once(
    tmp_path: Path, listings: Counter[str]
) -> None:
    _write(tmp_path, 5)
    listings.clear()
    store = Store(tmp_path)
    for i in range(30):
        store.add_scores("m", "f", [f"new{i}"], {"a": [1.0]})
        assert len(store.load_scores("m", "f", [f"new{i}", "k1"])) == 2
        store.load_evidence("m", "f")
    assert listings == {"m-f": 1}


def test_a_run_lists_each_folder_once(tmp_path: Path, listings: Counter[str]) -> None:
    for models in (["lead1"], ["lead1", "lead3"], ["lead1", "lead3"]):
        listings.clear()
        summbench.evaluate(models, {"news": rows(6)}, ["rouge"], store=tmp_path, chunk_size=2)
        of_store = {name: n for name, n in listings.items() if not name.startswith("summbench-")}
        assert set(of_store.values()) == {1}, of_store


def test_many_parts_are_joined_when_they_are_listed_and_no_row_changes(tmp_path: Path) -> None:
    folder = tmp_path / "scores" / "m-f"
    _write(tmp_path, MAX_PARTS)
    assert len(_list_parts(tmp_path)) == MAX_PARTS
    truth = Store(tmp_path).load_scores("m", "f")
    assert len(_list_parts(tmp_path)) == MAX_PARTS
    for part in _list_parts(tmp_path):  # as another process may write them, without a listing
        data = part.read_bytes()
        (folder / parts.build_part_name(data, 500)).write_bytes(data)
    expected = Store(tmp_path).load_scores("m", "f")
    assert expected.keys() == truth.keys()
    assert len(_list_parts(tmp_path)) == 1
    assert Store(tmp_path).load_scores("m", "f") == expected


def test_a_writer_never_leaves_more_parts_than_the_rule_says(tmp_path: Path) -> None:
    store, truth = Store(tmp_path), {}
    chance = random.Random(0)
    for i in range(200):
        key = f"k{chance.randrange(300)}"
        truth[key] = (float(i),)
        store.add_scores("m", "f", [key], {"a": [float(i)]})
        assert len(_list_parts(tmp_path)) <= MAX_PARTS
    assert store.load_scores("m", "f") == truth == Store(tmp_path).load_scores("m", "f")


def test_what_is_written_again_grows_with_the_logarithm_of_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row goes into a union as large as all before it: its bytes are written log2(n) times."""
    first, again = _note_sizes(monkeypatch, index), _note_sizes(monkeypatch, compaction)
    store, count = Store(tmp_path), 300
    for i in range(count):
        store.add_scores("m", "f", [f"k{i}"], {"a": [float(i)]})
    assert len(first) == count
    assert 0 < sum(again) < sum(first) * math.log2(count)
    assert len(again) < 3 * count / MAX_PARTS


def _note_sizes(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> list[int]:
    sizes: list[int] = []

    def write(data: bytes, path: Path) -> None:
        sizes.append(len(data))
        write_bytes(data, path)

    monkeypatch.setattr(module, "write_bytes", write)
    return sizes


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([5], []),
        ([5, 5], [[0, 1]]),
        ([9, 5], []),
        ([9, 5, 4], [[0, 1, 2]]),
        ([10, 5, 4], []),
        ([100, 3, 2, 1], [[1, 2, 3]]),
        ([1_250_000, 1_250_000], []),
        ([2_250_000, 1, 1], [[1, 2]]),
        ([1, 1, 2_250_000, 1, 1], [[0, 1], [3, 4]]),
        ([1_000_000] * 4, [[0, 1], [2, 3]]),
    ],
    ids=str,
)  # fmt: skip
def test_the_newest_neighbours_of_one_size_are_joined(
    sizes: list[int], expected: list[list[int]]
) -> None:
    """By hand: what is added must be as large as what is written again; 2 MB at most."""
    paths = [Path(str(i)) for i in range(len(sizes))]
    groups = plan_unions(list(zip(paths, sizes, strict=True)))
    assert [[int(path.name) for path in group] for group in groups] == expected


def test_joining_makes_no_object_of_a_row(tmp_path: Path) -> None:
    """A row costs a few numbers, and its share of the file's bytes, which are in memory at once."""
    store, n_parts, n_rows = Store(tmp_path), 20, 1_000
    for part in range(n_parts):
        keys = [f"{part:032x}{row:032x}" for row in range(n_rows)]
        store.add_scores("m", "f", keys, {"a": [float(part)] * n_rows})
    paths = parts.list_parts(tmp_path / "scores" / "m-f")
    size = sum(path.stat().st_size for path in paths)
    del keys
    tracemalloc.start()
    try:
        compaction.join_parts(paths, SHAPES["scores"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(_list_parts(tmp_path)) == 1
    assert peak < 2 * size + 64 * n_parts * n_rows  # a key alone is an object of 113 bytes


def test_a_union_does_not_overrule_what_is_newer_than_its_rows(tmp_path: Path) -> None:
    """A large part between small ones stays where it is in the order."""
    large = {f"k{i}": [os.urandom(30).hex()] for i in range(2_000)}
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1"], {"a": [1.0]})
    store.add_scores("m", "f", ["k2"], {"a": [1.0]})
    evidence = [text for [text] in large.values()]
    store.add_scores("m", "f", list(large), {"a": [2.0] * 2_000}, evidence)
    for value in (3.0, 4.0):
        store.add_scores("m", "f", ["k3"], {"a": [value]})
    truth = store.load_scores("m", "f")
    compact_newest(parts.list_parts(tmp_path / "scores" / "m-f"), SHAPES["scores"])
    assert Store(tmp_path).load_scores("m", "f") == truth
    assert (truth["k1"], truth["k3"]) == ((2.0,), (4.0,))


def test_a_store_that_cannot_be_written_to_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, MAX_PARTS)
    for part in _list_parts(tmp_path):
        data = part.read_bytes()
        part.with_name(parts.build_part_name(data, 500)).write_bytes(data)
    before = _list_parts(tmp_path)

    def refuse(data: bytes, path: Path) -> None:
        raise SummbenchError("read-only")

    monkeypatch.setattr(compaction, "write_bytes", refuse)
    assert len(Store(tmp_path).load_scores("m", "f")) == MAX_PARTS
    assert _list_parts(tmp_path) == before


def _remove_all(folder: Path) -> None:
    """As `prune` by another process."""
    for path in folder.glob("*.parquet"):
        path.unlink()
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _replace_all(folder: Path) -> None:
    """As `compact` by another process."""
    for entry in list_entries(folder.parents[1]):
        compact(entry)


class _Rival:
    """Does its work once, before the n-th call that touches the folder."""

    _CALLS = ("open", "stat", "replace", "unlink", "glob", "iterdir", "is_file", "mkdir", "rmdir")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, work: Callable[[Path], None]) -> None:
        self._work = work
        self._folder = Path()
        self._calls_to_come: int | None = None
        for name in self._CALLS:
            monkeypatch.setattr(Path, name, self._intercept(getattr(Path, name)))

    def arm(self, folder: Path, n: int) -> None:
        self._folder, self._calls_to_come = folder, n

    def disarm(self) -> bool:
        """Whether it never came to its work."""
        is_armed, self._calls_to_come = self._calls_to_come is not None, None
        return is_armed

    def _intercept(self, original: Callable[..., object]) -> Callable[..., object]:
        def call(path: Path, *arguments: object, **options: object) -> object:
            if self._calls_to_come is not None and str(path).startswith(str(self._folder)):
                self._calls_to_come -= 1
                if self._calls_to_come < 0:
                    self._calls_to_come = None
                    self._work(self._folder)
            return original(path, *arguments, **options)

        return call


def _read(store: Store, folder: Path) -> None:
    truth = {f"k{i}": (float(i),) for i in range(3)}
    assert store.load_scores("m", "f").items() <= truth.items()


def _add(store: Store, folder: Path) -> None:
    store.add_scores("m", "f", ["new"], {"a": [9.0]})


def _compact(store: Store, folder: Path) -> None:
    for entry in list_entries(folder):
        compact(entry)


def _prune(store: Store, folder: Path) -> None:
    for entry in list_entries(folder):
        remove_entry(entry)


@pytest.mark.parametrize("work", [_remove_all, _replace_all], ids=["pruned", "compacted"])
@pytest.mark.parametrize("action", [_read, _add, _compact, _prune])
def test_a_rival_at_every_step_is_no_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: Callable[[Store, Path], None],
    work: Callable[[Path], None],
) -> None:
    rival = _Rival(monkeypatch, work)
    for n in range(500):
        _write(tmp_path / str(n), 3)
        rival.arm(tmp_path / str(n) / "scores" / "m-f", n)
        action(Store(tmp_path / str(n)), tmp_path / str(n))
        if rival.disarm():
            break
        scores = Store(tmp_path / str(n)).load_scores("m", "f")
        if work is _replace_all and action is not _prune:
            assert {f"k{i}": (float(i),) for i in range(3)}.items() <= scores.items()
    assert 3 < n < 499


@pytest.mark.slow
@pytest.mark.parametrize("tidy", ["compact", "prune"])
def test_runs_race_with_a_process_that_compacts_or_prunes(tmp_path: Path, tidy: str) -> None:
    """Two writers, and a rival that never stops; nothing of a compaction is lost."""
    start = [sys.executable, "-c"]
    rival = subprocess.Popen(
        [*start, _TIDY, str(tmp_path), tidy],
        cwd=CLONE, env=environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    writers = [
        subprocess.Popen(
            [*start, _WRITE, str(tmp_path), name, "150"],
            cwd=CLONE, env=environment(), stderr=subprocess.PIPE, text=True,
        )
        for name in ("x", "y")
    ]  # fmt: skip
    results = []
    while any(writer.poll() is None for writer in writers):
        results.append(len(Store(tmp_path).load_scores("m", "f")))
    errors = [writer.communicate()[1] for writer in writers]
    assert rival.poll() is None, rival.communicate()[1]
    rival.kill()
    rival.communicate()
    assert errors == ["", ""]
    if tidy == "compact":
        assert results == sorted(results)
        expected = {f"{name}{i}": (float(i),) for name in "xy" for i in range(150)}
        assert Store(tmp_path).load_scores("m", "f") == expected


@pytest.mark.slow
@pytest.mark.parametrize("tidy", ["compact", "prune"])
def test_a_run_ends_with_the_same_scores_beside_a_rival(tmp_path: Path, tidy: str) -> None:
    def evaluate(store: Path) -> object:
        models = ["lead1", "lead3", "textrank"]
        run = summbench.evaluate(
            models, {"news": rows(60)}, ["rouge", "chrf_pp"], store=store, chunk_size=7
        )
        return run.data.scores.to_pylist()

    expected = evaluate(tmp_path / "alone")
    rival = subprocess.Popen(
        [sys.executable, "-c", _TIDY, str(tmp_path / "both"), tidy],
        cwd=CLONE, env=environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        (tmp_path / "both").mkdir()
        for _ in range(3):
            assert evaluate(tmp_path / "both") == expected
        assert rival.poll() is None, rival.communicate()[1]
    finally:
        rival.kill()
        rival.communicate()


def test_the_folder_of_a_name_is_synced_where_the_system_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unsupported sync is none; a failing disk is an error."""
    sync = os.fsync

    def fail_with(number: int) -> None:
        def fail(descriptor: int) -> None:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
                raise OSError(number, os.strerror(number))
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", fail)

    prediction = [("k", Prediction("a", "x"))]
    fail_with(errno.EINVAL)
    Store(tmp_path).add_predictions("m", "f", prediction, {})
    assert len(Store(tmp_path).load_predictions("m", "f").predictions) == 1
    fail_with(errno.EIO)
    with pytest.raises(SummbenchError, match="could not be written"):
        Store(tmp_path).add_predictions("m", "f", prediction, {})
