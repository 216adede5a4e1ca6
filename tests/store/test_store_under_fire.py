"""Kills, full disks, flipped bytes, rivals and wrong clocks: nothing twice, nothing lost."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.store.index import PartIndex
from summbench.store.maintenance import compact, list_entries
from summbench.store.shapes import SHAPES
from summbench.store.store import Store
from summbench.store.temporary_files import remove_stale_files
from tests.commands import CLONE, MINE, ROWS, TABLE, environment, jsonl, model_config, run

_WRITER = """
import sys
from pathlib import Path
from summbench.store.store import Store
store, first = Store(Path(sys.argv[1])), int(sys.argv[2])
for i in range(first, first + 1000):
    store.add_scores("m", "f", [str(i)], {"a": [float(i)]})
    print(i, flush=True)
"""


def _files(store: Path, pattern: str = "*.parquet") -> list[Path]:
    return sorted(store.rglob(pattern))


def _summbench(
    folder: Path, *arguments: str, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "summbench", *arguments],
        cwd=folder,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def _wait(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, " ".join(err.split())


@pytest.mark.parametrize("written", [0, 1, 7, 40])
def test_what_a_killed_writer_had_finished_is_read_and_nothing_else(
    tmp_path: Path, written: int
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path), "0"],
        cwd=CLONE, env=environment(), text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert writer.stdout is not None
    finished = [int(writer.stdout.readline()) for _ in range(written)]
    writer.send_signal(signal.SIGKILL)
    finished += [
        int(line) for line in writer.stdout
    ]  # communicate() forgets what readline() read ahead
    writer.stdout.close()
    writer.wait(60)
    scores = Store(tmp_path).load_scores("m", "f")
    # One part may have been finished and not yet printed.
    assert len(finished) <= len(scores) <= len(finished) + 1
    assert scores == {str(i): (float(i),) for i in range(len(scores))}
    assert len(_files(tmp_path)) == len(scores)


@pytest.mark.slow
def test_two_processes_that_fill_the_same_cells_end_with_the_same_numbers(tmp_path: Path) -> None:
    rows = [{**ROWS[i % 3], "id": f"{i}", "document": f"{i}. Rain fell."} for i in range(12)]
    jsonl(tmp_path / "news.jsonl", rows)
    model_config(tmp_path, "slow", "tests.fakes.Slow", seconds=0.05)
    both = [
        _summbench(tmp_path, "run", *MINE, *TABLE, "model=[slow]", f"name={name}")
        for name in ("one", "two")
    ]
    assert [_wait(process)[0] for process in both] == [0, 0]
    one, two = (tmp_path / "results" / name / "scores.parquet" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    [folder] = (tmp_path / "results" / "store" / "predictions").iterdir()
    tables = PartIndex(folder, SHAPES["predictions"]).read_tables()
    keys = {key for table in tables for key in table["key"].to_pylist()}
    assert len(keys) == len(rows)


def test_what_was_left_half_written_is_never_read_and_swept_after_a_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k"], {"a": [1.0]})
    [part] = _files(tmp_path)
    old, new, ahead = (part.with_name(f".{name}.tmp") for name in ("old", "new", "ahead"))
    for path, age in ((old, 90_000), (new, 60), (ahead, -90_000)):
        path.write_bytes(part.read_bytes()[:50])
        os.utime(path, (time.time() - age,) * 2)
    with caplog.at_level(logging.INFO, logger="summbench"):
        remove_stale_files(part.parent)
    said = f"Unfinished files of killed runs were removed from {part.parent}: 1."
    assert caplog.messages == [said]
    assert _files(tmp_path, ".*.tmp") == sorted([new, ahead])
    assert store.load_scores("m", "f") == {"k": (1.0,)}


def test_every_flipped_bit_of_a_part_is_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1", "k2"], {"a": [1.0, 2.0]})
    [part] = _files(tmp_path)
    data = part.read_bytes()
    for at in range(0, len(data), 7):
        part.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        assert store.load_scores("m", "f") == {}, f"byte {at}"
    part.write_bytes(data)
    assert store.load_scores("m", "f") == {"k1": (1.0,), "k2": (2.0,)}
    assert "its bytes are not those that were written" in caplog.text


@pytest.mark.slow
def test_a_damaged_part_costs_its_own_rows_only_and_is_made_again(tmp_path: Path) -> None:
    run(tmp_path, "run", "limit=3", "model=[lead1,lead3]")
    before = (tmp_path / "results/run/scores.parquet").read_bytes()
    [part] = (tmp_path / "results/store/predictions").glob("lead1-*/*.parquet")
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    message = " ".join(run(tmp_path, "run", "limit=3", "model=[lead1,lead3]").stderr.split())
    assert "is damaged and was set aside; its rows are computed again" in message
    assert (tmp_path / "results/run/scores.parquet").read_bytes() == before
    assert len(_files(tmp_path / "results/store/predictions")) == 2
    assert "damaged" not in run(tmp_path, "run", "limit=3", "model=[lead1,lead3]").stderr


def test_the_newest_wins_whatever_the_clock_says(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for value in range(12):
        store.add_scores("m", "f", ["k"], {"a": [float(value)]})
        newest = max(_files(tmp_path))
        os.utime(newest, (1_000_000_000 - value,) * 2)
    assert store.load_scores("m", "f") == {"k": (11.0,)}


def test_parts_without_a_number_are_older_than_those_with_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k"], {"a": [1.0]})
    [part] = _files(tmp_path)
    part.rename(part.with_name(f"{'f' * 32}.parquet"))
    assert store.load_scores("m", "f") == {"k": (1.0,)}
    store.add_scores("m", "f", ["k"], {"a": [2.0]})
    assert store.load_scores("m", "f") == {"k": (2.0,)}


def test_two_parts_of_one_number_are_ordered_by_their_content(tmp_path: Path) -> None:
    for folder, order in (("x", (1.0, 2.0)), ("y", (2.0, 1.0))):
        for i, value in enumerate(order):
            Store(tmp_path / f"{folder}{i}").add_scores("m", "f", ["k"], {"a": [value]})
        [first], [second] = (_files(tmp_path / f"{folder}{i}") for i in (0, 1))
        second.rename(first.with_name(second.name))
    scores = [Store(tmp_path / name).load_scores("m", "f")["k"] for name in ("x0", "y0")]
    assert scores[0] == scores[1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB that nobody else writes to."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if sys.platform != "linux" or not shutil.which("mount"):
        pytest.skip("only Linux has a tmpfs")
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        reason = mounted.stderr.strip()
        is_refused = "permi" in reason or "superuser" in reason or os.geteuid() != 0
        (pytest.skip if is_refused else pytest.fail)(f"no tmpfs can be mounted here: {reason}")
    try:
        yield disk
    finally:
        # A process that has just ended may still hold it; then it goes when that one has gone.
        if subprocess.run(["umount", str(disk)], capture_output=True).returncode:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_finished_parts_stay(
    tmp_path: Path, small_disk: Path
) -> None:
    rows = [
        {**ROWS[i % 3], "id": f"{i}", "document": f"{i} " + os.urandom(9000).hex()}
        for i in range(20)
    ]
    jsonl(tmp_path / "news.jsonl", rows)
    model_config(tmp_path, "echo", "tests.fakes.Echo", words=2)
    overrides = ("run", *MINE, *TABLE, "model=[lead1,echo]", f"store={small_disk}/store")
    run(
        tmp_path,
        *overrides,
        "limit=2",
        "metric=[length]",
        "primary=length.tokens",
        "allow_diagnostic_primary=true",
    )
    finished = _files(small_disk)
    assert finished
    code, out, message = _wait(_summbench(tmp_path, *overrides))
    assert (code, out) == (1, "")
    assert "could not be written (No space left on device); what was finished is kept" in message
    assert "Traceback" not in message
    assert set(finished) <= set(_files(small_disk))
    assert _files(small_disk, ".*.tmp") == []
    # Everything under a part's name can be read.
    assert all(pq.read_table(path).num_rows for path in _files(small_disk))


def test_a_file_that_may_not_grow_is_the_same_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k"], {"a": [1.0]})
    program = (
        "from pathlib import Path; from summbench.store.store import Store; import sys, os\n"
        "rows = [os.urandom(9).hex() for _ in range(9000)]\n"
        "Store(Path(sys.argv[1])).add_scores('m', 'f', rows, {'a': [0.5] * 9000})"
    )
    process = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=CLONE, env=environment(), text=True, capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert "SummbenchError" in process.stderr
    assert "could not be written (File too large); what was finished is kept" in process.stderr
    assert Store(tmp_path).load_scores("m", "f") == {"k": (1.0,)}
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".parquet"]


def test_readers_are_not_disturbed_by_a_compaction(tmp_path: Path) -> None:
    store, rows = Store(tmp_path), {str(i): (float(i),) for i in range(30)}
    for key, values in rows.items():
        store.add_scores("m", "f", [key], {"a": list(values)})
    [entry] = list_entries(tmp_path)
    with ThreadPoolExecutor(1) as other:
        compaction = other.submit(compact, entry)
        scores = [store.load_scores("m", "f")]
        while not compaction.done():
            scores.append(store.load_scores("m", "f"))
    scores.append(store.load_scores("m", "f"))
    assert all(read == rows for read in scores)
    assert compaction.result() == 1


def test_a_part_that_is_there_and_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    Store(tmp_path).add_scores("m", "f", ["k"], {"a": [1.0]})
    [part] = _files(tmp_path)
    part.with_name("dangling.parquet").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SummbenchError, match=r"can't be read: .*dangling"):
        Store(tmp_path).load_scores("m", "f")
    assert part.exists()


def _mortal() -> None:
    """Root without its right to write everywhere (capabilities 1 and 2 of Linux)."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)


@pytest.fixture
def readonly_store(tmp_path: Path) -> Iterator[Path]:
    """A store with two articles of lead1 that nobody may write to."""
    jsonl(tmp_path / "news.jsonl")
    run(tmp_path, "run", *TABLE, "model=[lead1]", "limit=2", "store=kept")
    folders = [tmp_path / "kept", *(p for p in (tmp_path / "kept").rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield tmp_path / "kept"
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="root is tamed by Linux's capabilities")
@pytest.mark.parametrize("name", ["run", "another"], ids=["same table", "new table"])
def test_a_cached_run_works_from_a_store_that_cannot_be_written_to(
    readonly_store: Path, name: str
) -> None:
    overrides = ("run", *TABLE, "model=[lead1]", "limit=2", "store=kept", f"name={name}")
    code, out, message = _wait(_summbench(readonly_store.parent, *overrides, before=_mortal))
    assert code == 0
    message, _, _ = message.partition(" comparing models")  # progress, where a second has passed
    assert message == (
        "INFO The store kept can't be written to: what is in it is used, and nothing is added. "
        "INFO news.jsonl: read 'id' as id, 'document' as article, 'references' as reference."
    )
    assert "lead1 (floor)" in out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="root is tamed by Linux's capabilities")
@pytest.mark.parametrize(
    ("override", "missing"),
    [
        ("limit=3", "predictions of 'lead1' (1 missing)"),
        ("metric=[rouge,chrf_pp]", "scores of 'chrf_pp' (2 missing)"),
        ("recompute=true", "predictions of 'lead1' (2 missing)"),
    ],
)
def test_a_run_that_has_to_write_says_so_before_it_computes(
    readonly_store: Path, override: str, missing: str
) -> None:
    overrides = ("run", *TABLE, "model=[lead1]", "limit=2", "store=kept", "name=more", override)
    code, out, message = _wait(_summbench(readonly_store.parent, *overrides, before=_mortal))
    assert (code, out) == (1, "")
    assert (
        f"error: The store lacks {missing}. The folder kept can't be written to (Permission denied)"
        in message
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="root is tamed by Linux's capabilities")
def test_nothing_can_be_pruned_from_a_store_that_cannot_be_written_to(readonly_store: Path) -> None:
    arguments = ("store", "prune", "--store", "kept", "--model", "lead1")
    code, _, message = _wait(_summbench(readonly_store.parent, *arguments, before=_mortal))
    assert code == 1
    assert message.endswith("can't be removed (Permission denied).")


def test_a_refused_store_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "store")
    assert store.load_predictions("m", "f").predictions == {}
    with pytest.raises(SummbenchError, match=r"^The store lacks two answers. The folder .*store"):
        store.check_writable("two answers")
