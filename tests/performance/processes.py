"""What a command takes as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from time import perf_counter

from tests.commands import CLONE, environment

# A child's memory counts that of the process it was forked from, so that a small one starts it.
_LAUNCHER = """
import os, sys
child = os.fork()
if not child:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
figures = used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3
os.write(int(os.environ["SUMMBENCH_FIGURES"]), " ".join(map(str, figures)).encode())
os._exit(os.waitstatus_to_exitcode(status) & 255)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds with those of its children, seconds on the clock, and MB at most."""

    busy: float
    seconds: float
    megabytes: float


class FailedError(Exception):
    """A command that did not exit with 0, or not in time."""


def measure(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 3_600,
) -> Cost:
    """Run the command in the folder, with its own group of processes, for `limit` seconds at most.

    Raises: FailedError.
    """
    code, printed, cost = run_measured(command, folder, env, limit)
    if code:
        last = printed.strip().split("\n")[-1][:200]
        raise FailedError(f"not done in {limit:,.0f} s" if cost.seconds >= limit else last)
    return cost


def run_measured(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 3_600,
) -> tuple[int, str, Cost]:
    """Run the command as `measure`, and return its exit code, what it printed, and its cost."""
    begun = perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as figures:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", _LAUNCHER, *command],
            cwd=folder,
            env={**(env or environment()), "SUMMBENCH_FIGURES": str(figures.fileno())},
            stdout=output,
            stderr=output,
            pass_fds=[figures.fileno()],
            start_new_session=True,
        )
        timer = Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        process.wait()
        timer.cancel()
        seconds = perf_counter() - begun
        output.seek(0)
        figures.seek(0)
        busy, megabytes = map(float, figures.read().split() or (seconds, 0.0))
        printed = output.read().decode(errors="replace")
    return process.returncode, printed, Cost(busy, seconds, megabytes)


@cache
def _compile(clone: Path) -> None:
    subprocess.run([sys.executable, "-m", "compileall", "-q", clone / "bench"], check=True)


def measure_summbench(
    folder: Path, *arguments: str, clone: Path | None = None, limit: float = 3_600
) -> Cost:
    """Run `summbench ARGUMENTS`, of another clone if one is given; compiled, as pip installs it."""
    env = environment()
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if clone is not None:
        env["PYTHONPATH"] = f"{clone / 'bench'}{os.pathsep}{env['PYTHONPATH']}"
    _compile(clone or CLONE)
    return measure([sys.executable, "-m", "summbench", *arguments], folder, env, limit)
