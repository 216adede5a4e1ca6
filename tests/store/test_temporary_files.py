"""What a killed process left is swept when it is dead, or old; a folder is swapped in one step."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.runs.run import RunData
from summbench.store import atomic_folder
from summbench.store.atomic_files import check_writable
from summbench.store.atomic_folder import write_folder
from summbench.store.temporary_files import build_temporary_path, remove_stale_files
from tests.commands import CLONE, MINE, TABLE, environment, run, started, written
from tests.simulation.kills import prepare

_TWO_DAYS = 172_800
_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


def _name_of_another_process(folder: Path, *, is_alive: bool) -> Path:
    code = (
        "import sys, pathlib\n"
        "from summbench.store.temporary_files import build_temporary_path\n"
        "print(build_temporary_path(pathlib.Path(sys.argv[1])), flush=True)\n"
        "sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "file")],
        cwd=CLONE, env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout and process.stdin
    path = Path(process.stdout.readline().strip())
    if not is_alive:
        process.communicate()
    else:
        _ALIVE.append(process)
    return path


_ALIVE: list[subprocess.Popen[str]] = []


@_LINUX
def test_what_a_dead_process_left_is_swept_at_once_and_of_a_living_one_never(
    tmp_path: Path,
) -> None:
    dead = _name_of_another_process(tmp_path, is_alive=False)
    folder = _name_of_another_process(tmp_path, is_alive=False)
    alive = _name_of_another_process(tmp_path, is_alive=True)
    own = build_temporary_path(tmp_path / "file")
    others = tmp_path / f".{'0' * 12}-1-{'0' * 32}.tmp"
    for path in (dead, alive, own, others, folder / "in" / "it"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    remove_stale_files(tmp_path)
    assert set(tmp_path.iterdir()) == {alive, own, others}
    for path in (alive, own, others):
        os.utime(path, (time.time() - _TWO_DAYS,) * 2)
    check_writable(tmp_path)
    assert set(tmp_path.iterdir()) == {alive, own}
    _ALIVE.pop().communicate()
    remove_stale_files(tmp_path)
    assert set(tmp_path.iterdir()) == {own}


def test_a_link_is_swept_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "file").write_text("x")
    link = tmp_path / ".1.tmp"
    link.symlink_to(target)
    os.utime(link, (time.time() - _TWO_DAYS,) * 2, follow_symlinks=False)
    remove_stale_files(tmp_path)
    assert not link.is_symlink()
    assert (target / "file").exists()


@_LINUX
@pytest.mark.slow
def test_the_next_run_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "run", 0.1)
    process = started(folder, "run", *MINE, *TABLE, "model=[lead1,slow]", "chunk_size=5")
    end = time.monotonic() + 60
    while not list(folder.glob("results/run/.*.tmp")) and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert list(folder.glob("results/run/.*.tmp"))
    run(folder, "run", *MINE, *TABLE, "model=[lead1,slow]", "chunk_size=5")
    assert list(folder.rglob(".*.tmp")) == []


def test_at_any_moment_the_old_folder_or_the_new_one_has_the_name(tmp_path: Path) -> None:
    folder, lacking, is_over = tmp_path / "report", [], threading.Event()
    if not _can_exchange(tmp_path):
        pytest.skip("this file system can't exchange two folders")
    write_folder(folder, [("page", b"0")])

    def look() -> None:
        while not is_over.is_set():
            if not (folder / "page").exists():
                lacking.append(1)

    reader = threading.Thread(target=look)
    reader.start()
    for i in range(300):
        write_folder(folder, [("page", str(i).encode())])
    is_over.set()
    reader.join()
    assert lacking == []
    assert (folder / "page").read_bytes() == b"299"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def _can_exchange(folder: Path) -> bool:
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    can = atomic_folder._exchange_at_once(first, second)
    first.rmdir()
    second.rmdir()
    return can


def test_without_an_exchange_the_old_folder_comes_back_when_the_new_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic_folder, "_exchange_at_once", lambda first, second: False)
    folder, replace = tmp_path / "report", Path.replace
    for text in (b"0", b"1"):
        write_folder(folder, [("page", text)])
        assert (folder / "page").read_bytes() == text
    assert [path.name for path in tmp_path.iterdir()] == ["report"]

    def fail(path: Path, target: Path) -> Path:
        if target == folder and path.joinpath("page").read_bytes() == b"2":
            raise OSError(5, "Input/output error")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(SummbenchError, match="could not be written"):
        write_folder(folder, [("page", b"2")])
    assert (folder / "page").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_run_that_is_stopped_at_any_file_leaves_advice_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the finished run of another config; then what the error says is done."""
    out, store = tmp_path / "run", tmp_path / "store"
    replace, n_files = Path.replace, [0]

    def evaluate(limit: int, overwrite: bool) -> None:
        articles = [{"id": f"{i}", "document": f"Rain {i}.", "references": "Rain."} for i in "abc"]
        summbench.evaluate(
            "lead1", {"news": articles}, "rouge", out=out, store=store, limit=limit,
            overwrite=overwrite,
        )  # fmt: skip

    def stop(path: Path, target: Path) -> Path:
        n_files[0] -= target.parent == out
        if n_files[0] < 0:
            raise KeyboardInterrupt
        return replace(path, target)

    sentences = set()
    for n in range(20):
        evaluate(3, overwrite=True)
        monkeypatch.setattr(Path, "replace", stop)
        n_files[0] = n
        try:
            evaluate(2, overwrite=True)
            break
        except KeyboardInterrupt:
            pass
        finally:
            monkeypatch.setattr(Path, "replace", replace)
        try:
            RunData.open(out).check()
        except SummbenchError as error:
            sentences.add(str(error))
            evaluate(2, overwrite=False)  # the command that made it, again
        RunData.open(out).check()
        assert list(out.glob(".*.tmp")) == []
    assert n > 8
    assert sentences == {
        f"{out} is of a run that was stopped while it wrote its files: it has no run.json. Give "
        "the command that made it again; what was computed is in the store."
    }


@pytest.mark.slow
def test_a_folder_of_files_of_two_runs_is_made_again_as_the_error_says(tmp_path: Path) -> None:
    command = ("run", "model=[lead1]", "metric=[rouge]", "columns=[]")
    run(tmp_path, *command, "limit=2")
    run(tmp_path, *command, "limit=3", "name=other")
    folder = tmp_path / "results" / "run"
    for damage in ("scores.parquet", "leaderboard.json", "run.json"):
        data = (folder.with_name("other") / damage).read_bytes()
        (folder / damage).write_bytes(data if damage != "run.json" else data[:-9])
        check = ("report", "results/run", "--baseline", f"baseline-of-{damage}")  # reads it all
        error = run(tmp_path, *check, code=1).stderr
        assert "with the command that made it and overwrite=true" in " ".join(error.split())
        run(tmp_path, *command, "limit=2", "overwrite=true")
        run(tmp_path, *check)
        assert written(tmp_path, "run.json")["config"]["limit"] == 2
    assert sorted(path.name for path in folder.parent.iterdir()) == ["other", "run", "store"]
