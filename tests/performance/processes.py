"""What a command takes as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import perf_counter

from tests.commands import environment


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
    begun = perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=folder, env=env or environment(), stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
        timer = Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().split("\n")[-1][:200]
            over = f"not done in {limit:,.0f} s" if perf_counter() - begun >= limit else last
            raise FailedError(over)
    return Cost(used.ru_utime + used.ru_stime, perf_counter() - begun, used.ru_maxrss / 1e3)


def measure_summbench(
    folder: Path, *arguments: str, clone: Path | None = None, limit: float = 3_600
) -> Cost:
    """Run `summbench ARGUMENTS`, of another clone if one is given."""
    env = environment()
    if clone is not None:
        env["PYTHONPATH"] = f"{clone / 'bench'}{os.pathsep}{env['PYTHONPATH']}"
    return measure([sys.executable, "-m", "summbench", *arguments], folder, env, limit)
