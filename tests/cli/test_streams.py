"""What a command computed does not depend on whether it could be printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import MINE, TABLE, environment, jsonl, model_config, rows, run, started
from tests.simulation.kills import ARTICLES, count_stored, prepare

_NAMES = ("leaderboard.json", "run.json", "report/index.html")


def _run_to(folder: Path, stdout: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """The exit code and standard error of a run whose standard output is the shell's `stdout`."""
    done = subprocess.run(
        ["/bin/bash", "-c", f'set -o pipefail; "$@" {stdout}', "bash", sys.executable, "-m",
         "summbench", *arguments],
        cwd=folder, env={**environment(), **variables}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def regression(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...], int]:
    """A folder, a run in it that does not pass the gate, and the gate's code."""
    folder = tmp_path_factory.mktemp("gate")
    jsonl(folder / "news.jsonl", rows(40))
    command = ("run", *MINE, *TABLE, "model=[größe]", "metric=[rouge]", "columns=[]")
    model_config(folder, "größe", "tests.fakes.Echo", words=9)
    run(folder, *command, "name=good")
    run(folder, "report", "results/good", "--baseline", "baseline")
    model_config(folder, "größe", "tests.fakes.Silent")
    arguments = (*command, "baseline=baseline", "name=bad", "overwrite=true")
    code, _ = _run_to(folder, "> plain", *arguments)
    assert code in (2, 3, 4)
    return folder, arguments, code


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stdout", "encoding"),
    [
        ("> out", "utf-8"),
        ("> out", "ascii"),
        ("> out", "latin-1"),
        ("> out", "cp1252"),
        ("> out", "ascii:strict"),
        ("| true", "utf-8"),
        ("| head -n 1", "utf-8"),
        (">&-", "utf-8"),
        (">&- 2>&-", "utf-8"),
        ("> /dev/full", "utf-8"),
    ],
)
def test_the_gate_decides_whatever_standard_output_is(
    regression: tuple[Path, tuple[str, ...], int], stdout: str, encoding: str
) -> None:
    folder, arguments, expected_code = regression
    for name in _NAMES:
        (folder / "results" / "bad" / name).unlink(missing_ok=True)
    code, errors = _run_to(folder, stdout, *arguments, PYTHONIOENCODING=encoding)
    assert code == expected_code, errors
    assert "Traceback" not in errors and "Exception ignored" not in errors
    assert all((folder / "results" / "bad" / name).is_file() for name in _NAMES)
    said = "Standard output can't be written (No space left on device); what was computed is"
    assert (said in errors) == ("full" in stdout)
    if stdout == "> out":
        text = (folder / "out").read_text("utf-8" if encoding == "utf-8" else "latin-1")
        expected = {"utf-8": "größe", "ascii": "gr\\xf6\\xdfe"}.get(encoding[:5], "größe")
        assert expected in text


@pytest.mark.parametrize("stdout", ["| true", "> /dev/full", ">&-"])
def test_help_and_lists_end_well_too(tmp_path: Path, stdout: str) -> None:
    for arguments in (("--help",), ("list",), ("store", "list")):
        code, errors = _run_to(tmp_path, stdout, *arguments)
        assert (code, "Traceback" in errors, "Exception ignored" in errors) == (0, False, False)


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0.0, 0.01, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("executor", ["local", "processes"])
def test_a_second_interruption_is_quiet_and_loses_nothing(
    tmp_path: Path, executor: str, gap: float
) -> None:
    folder = prepare(tmp_path / "run", 0.12 if executor == "local" else 0.4)
    overrides = () if executor == "local" else ("executor=processes", "executor.workers=2")
    process = started(folder, "run", *MINE, *TABLE, "model=[lead1,slow]", *overrides)
    end = time.monotonic() + 60
    while not count_stored(folder) and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(1.0)  # rows that are predicted and not yet stored
    n_stored = count_stored(folder)
    process.send_signal(signal.SIGINT)
    time.sleep(gap)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    # While the interpreter ends it has no handlers any more; a shell shows both as 130.
    assert (process.returncode in (130, -signal.SIGINT), out) == (True, "")
    assert errors.count("interrupted; what was finished is kept") == 1
    assert "Traceback" not in errors and "Exception ignored" not in errors
    assert n_stored < count_stored(folder) < ARTICLES


def test_the_third_interruption_does_not_wait() -> None:
    code = (
        "import os, signal, time\n"
        "from summbench.cli.interruption import handle_interrupts\n"
        "handle_interrupts()\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "except KeyboardInterrupt:\n"
        "    os.kill(os.getpid(), signal.SIGTERM); print('quiet', flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGINT); time.sleep(5); print('never')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(), capture_output=True, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "quiet\n", "")


def test_a_signal_that_the_parent_switched_off_stays_off(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from summbench.cli.interruption import handle_interrupts\n"
        "handle_interrupts(); os.kill(os.getpid(), signal.SIGINT); print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(), capture_output=True, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN) and None,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "alive\n")
    assert os.environ.get("PYTHONIOENCODING") is None
