"""A run that is stopped in the middle loses nothing that was finished."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import MINE, TABLE, environment, jsonl, model_config, started
from tests.simulation.kills import (
    ARTICLES,
    count_stored,
    finish,
    prepare,
    read_numbers,
    run_and_stop,
)

_NEEDS_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra [ray]")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("executor", "kill"),
    [
        ("local", signal.SIGKILL),
        ("local", signal.SIGINT),
        ("local", signal.SIGTERM),
        ("processes", signal.SIGKILL),
        ("processes", signal.SIGINT),
        pytest.param("ray", signal.SIGKILL, marks=_NEEDS_RAY),
    ],
    ids=str,
)
def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_files(
    tmp_path: Path, executor: str, kill: signal.Signals
) -> None:
    folder, whole = prepare(tmp_path / "killed", 0.12), prepare(tmp_path / "whole", 0.0)
    [code] = run_and_stop(folder, executor, kill)
    assert code == (-signal.SIGKILL if kill is signal.SIGKILL else 130)
    assert not (folder / "results" / "run" / "leaderboard.md").exists()
    assert 0 < count_stored(folder) < ARTICLES

    finish(folder, executor)
    finish(whole, "local")
    # One row an article: what was kept was not predicted a second time.
    assert count_stored(folder) == ARTICLES
    assert read_numbers(folder) == read_numbers(whole)


@pytest.mark.slow
def test_an_interruption_is_said_in_a_sentence(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    model_config(tmp_path, "slow", "tests.fakes.Slow", seconds=3.0)
    process = started(tmp_path, "run", *MINE, *TABLE, "model=[slow]")
    end = time.monotonic() + 60
    while not list(tmp_path.glob("results/store/predictions/slow-*/*.parquet")):
        assert time.monotonic() < end, "no part was written within a minute"
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(r"slow: interrupted; [1-9]\d* new predictions are stored\.", said)
    assert "what was finished is kept, and the same command goes on from there" in said
    assert "Traceback" not in said


_DESTRUCTOR = """
import os, signal, time
from summbench.cli.interruption import handle_interrupts

class Dropping:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
handle_interrupts()
try:
    dropping = Dropping()
    del dropping
    time.sleep(30)
except KeyboardInterrupt:
    print("interrupted")
"""
_LATE = """
import atexit, os, signal
from summbench.cli.interruption import handle_interrupts

atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))  # runs last: it is registered first
signal.signal(signal.SIGINT, signal.default_int_handler)
handle_interrupts()
raise SystemExit(3)
"""


@pytest.mark.parametrize(
    ("program", "code", "printed"),
    [(_DESTRUCTOR, 0, "interrupted\n"), (_LATE, 3, "")],
    ids=["in a destructor", "when the command is over"],
)
def test_an_interruption_at_an_odd_moment_is_neither_lost_nor_too_late(
    program: str, code: int, printed: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (code, printed, "")
