"""A real Ray cluster of three small nodes: the same files, also when a node is lost in mid-run."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.commands import (
    MINE,
    TABLE,
    environment,
    jsonl,
    model_config,
    rows,
    run,
    started,
    written,
)
from tests.evaluation.test_paid_answers import interrupt_and_finish
from tests.forked import forks
from tests.simulation.kills import count_stored

RAY = "summbench.evaluation.executors.ray.Ray"

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra [ray]")
_ARTICLES = 180
_FILES = ("scores.parquet", "leaderboard.csv")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address, and the file whose appearance costs a node."""
    with start_cluster(tmp_path_factory.mktemp("cluster") / "fatal") as started_cluster:
        yield started_cluster


@contextmanager
def start_cluster(fatal: Path) -> Iterator[tuple[str, Path]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.nodes", str(fatal)],
        env=environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin and process.stdout
    yield next(filter(None, map(str.strip, process.stdout))), fatal
    process.communicate(timeout=120)


def _folder(folder: Path, count: int, seconds: float = 0.2) -> Path:
    folder.mkdir()
    jsonl(folder / "news.jsonl", rows(count))
    model_config(folder, "slow", "tests.fakes.Slow", seconds=seconds)
    model_config(folder, "broken", "tests.fakes.Broken", on="Item 5.")
    model_config(folder, "killed", "tests.fakes.Killed", on="Item 5.")
    return folder


def _bytes(folder: Path) -> list[bytes]:
    return [(folder / "results" / "run" / name).read_bytes() for name in _FILES]


def test_the_files_of_a_run_are_the_same(tmp_path: Path, cluster: tuple[str, Path]) -> None:
    arguments = (*MINE, *TABLE, "model=[lead3,textrank,oracle,broken]")
    where = ("executor=ray", f"executor.address={cluster[0]}", "executor.workers=2")
    here, there = _folder(tmp_path / "here", 11), _folder(tmp_path / "there", 11)
    run(here, "run", *arguments, code=1)
    run(there, "run", *arguments, *where, code=1)
    assert _bytes(there) == _bytes(here)


def test_an_article_that_kills_its_worker_has_failed_and_the_others_are_kept(
    tmp_path: Path, cluster: tuple[str, Path]
) -> None:
    folder = _folder(tmp_path / "killed", 11)
    where = ("executor=ray", f"executor.address={cluster[0]}", "executor.retries=1")
    done = run(folder, "run", *MINE, *TABLE, "model=[killed]", *where, code=1)
    assert re.search(r"\d+ articles are predicted again", done.stderr)
    table = pq.read_table(folder / "results" / "run" / "predictions.parquet").to_pylist()
    [failed] = [row for row in table if row["error"] is not None]
    assert failed["article_id"] == "5"
    assert failed["error"].startswith("the worker process died 2 times on it: ")
    assert all(row["summary"] for row in table if row is not failed)


def test_a_node_lost_in_mid_run_costs_nothing_and_is_mentioned(
    tmp_path: Path, cluster: tuple[str, Path]
) -> None:
    address, fatal = cluster
    arguments = (*MINE, *TABLE, "model=[slow,lead3]")
    here, there = _folder(tmp_path / "here", _ARTICLES, 0), _folder(tmp_path / "there", _ARTICLES)
    process = started(there, "run", *arguments, "executor=ray", f"executor.address={address}")
    end = time.monotonic() + 120
    while not list(there.glob("results/store/predictions/slow-*/*.parquet")):
        assert time.monotonic() < end, "no part was written within two minutes"
        time.sleep(0.05)
    fatal.touch()
    _, complaints = process.communicate(timeout=300)
    assert process.returncode == 0, complaints
    assert "a worker died" in complaints
    run(here, "run", *arguments)
    assert _bytes(there) == _bytes(here)


def test_a_dead_head_ends_the_run_and_costs_nothing_that_was_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray ends a process that has lost its head, here after ten seconds; we end it after five.

    What was predicted is stored, and the same command without Ray goes on from it.
    """
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "10")
    here, there = _folder(tmp_path / "here", 60, 0), _folder(tmp_path / "there", 60, 0.5)
    arguments = (*MINE, *TABLE, "model=[slow,lead3]")
    with start_cluster(tmp_path / "fatal") as (address, fatal):
        process = started(there, "run", *arguments, "executor=ray", f"executor.address={address}")
        end = time.monotonic() + 120
        while not count_stored(there):
            assert time.monotonic() < end, "no part was written within two minutes"
            time.sleep(0.05)
        fatal.write_text("head")
        out, complaints = process.communicate(timeout=300)
    assert (process.returncode, out.strip()) == (1, "")
    assert "Traceback" not in complaints
    assert complaints.count("error: ") == 1
    assert "error: The head of the Ray cluster" in complaints
    assert "it goes on from there" in complaints
    n_stored = count_stored(there)
    assert 0 < n_stored < 60
    run(there, "run", *arguments)
    assert count_stored(there) == 60
    run(here, "run", *arguments)
    assert _bytes(there) == _bytes(here)


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "nowhere", 3)
    where = ("executor=ray", "executor.address=127.0.0.1:1")
    done = run(folder, "run", *TABLE, *where, code=1)
    assert "The Ray cluster at '127.0.0.1:1' can't be used" in done.stderr


def test_a_run_starts_a_cluster_of_its_own_and_refuses_what_it_has_not(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "own", 3)
    run(folder, "run", *TABLE, "executor=ray", "executor.workers=1")
    done = run(folder, "run", *TABLE, "executor=ray", "executor.num_gpus=99", "limit=2")
    assert "Ray" not in done.stderr  # everything was in the store
    done = run(
        folder, "run", *TABLE, "executor=ray", "executor.num_gpus=99", "recompute=true", code=1
    )
    assert "A worker needs {'CPU': 1, 'GPU': 99} of the Ray cluster, which has" in done.stderr


def test_what_a_cluster_answers_is_verified(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "verified", 6)
    run(folder, "run", *MINE, *TABLE, "model=[lead3]")
    done = run(folder, "verify", "results/run", "--ray")
    certificate = written(folder, "run.json")["certificate"]["models"]["lead3"]
    assert list(certificate)[-2:] == ["2 processes", "ray"]
    assert set(certificate.values()) == {"exact"}
    assert "Exact: the same predictions in every variation" in done.stdout


@pytest.mark.parametrize("number", [0, 2], ids=["SIGINT", "SIGKILL"])
def test_an_interrupted_run_loses_less_than_two_seconds(
    tmp_path: Path, cluster: tuple[str, Path], number: int
) -> None:
    with forks() as forked:
        options = {"address": cluster[0], "workers": 2}
        interrupt_and_finish(tmp_path / "run", forked, RAY, number, None, **options)
