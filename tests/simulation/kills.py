"""`python -m tests.simulation.kills`: is a run that was killed at any moment as good as whole?"""

from __future__ import annotations

import math
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from tests.commands import MINE, TABLE, jsonl, model_config, rows, run, started

ARTICLES = 40
_FILES = ("scores.parquet", "leaderboard.csv")
_RUN = ("run", *MINE, *TABLE, "model=[lead1,slow]")
EXECUTORS = {
    "local": (),
    "processes": ("executor=processes", "executor.workers=2"),
    "ray": ("executor=ray", "executor.workers=2"),
}


def prepare(folder: Path, seconds: float) -> Path:
    """A folder with articles, and a model that takes so many seconds for each."""
    folder.mkdir()
    jsonl(folder / "news.jsonl", rows(ARTICLES))
    model_config(folder, "slow", "tests.fakes.Slow", seconds=seconds)
    return folder


def count_stored(folder: Path) -> int:
    """Rows of the slow model in the store; more than there are articles were predicted twice."""
    parts = folder.glob("results/store/predictions/slow-*/*.parquet")
    return sum(pq.read_metadata(part).num_rows for part in parts)


def read_numbers(folder: Path) -> tuple[bytes | list[dict[str, object]], ...]:
    """Everything in the results that does not tell the time."""
    results = folder / "results" / "run"
    table = pq.read_table(results / "predictions.parquet").drop_columns(["seconds"])
    return (*((results / name).read_bytes() for name in _FILES), table.to_pylist())


@dataclass(frozen=True)
class Moment:
    """When a run is stopped: so many seconds after so many rows are in the store."""

    rows: int = 1
    seconds: float = 0.0

    @classmethod
    def draw(cls, chance: random.Random) -> Moment:
        """A fifth of them while the run scores, writes and ends; before it rows are on disk."""
        share = chance.uniform(0, 1.25)
        if share <= 1:
            return cls(max(1, math.ceil(share * ARTICLES)), chance.uniform(0, 0.3))
        return cls(ARTICLES, chance.uniform(0, 4))

    def wait(self, folder: Path, running: Sequence[subprocess.Popen[str]]) -> None:
        """Until then, or until nothing runs any more."""
        end = time.monotonic() + 120
        while count_stored(folder) < self.rows and time.monotonic() < end and _any_alive(running):
            time.sleep(0.02)
        end = time.monotonic() + self.seconds
        while time.monotonic() < end and _any_alive(running):
            time.sleep(0.02)


def _any_alive(running: Sequence[subprocess.Popen[str]]) -> bool:
    return any(process.poll() is None for process in running)


def run_and_stop(
    folder: Path,
    executor: str,
    sent_signal: signal.Signals = signal.SIGKILL,
    moment: Moment = Moment(),
    writers: int = 1,
) -> list[int]:
    """The exit codes of so many runs at once on one store, stopped at the moment."""
    running = [started(folder, *_RUN, *EXECUTORS[executor]) for _ in range(writers)]
    moment.wait(folder, running)
    for process in running:
        process.send_signal(sent_signal)
    for process in running:
        process.communicate(timeout=60)
    return [process.returncode for process in running]


def finish(folder: Path, executor: str) -> None:
    """The same command once more."""
    run(folder, *_RUN, *EXECUTORS[executor])


def table(names: Sequence[str], moments: int, seed: int = 0) -> Iterator[str]:
    """The lines of a Markdown table."""
    chance = random.Random(seed)
    yield "| executor | killed at | exit codes | rows kept | rows at the end | same files |"
    yield "| --- | --- | --- | --: | --: | --- |"
    with tempfile.TemporaryDirectory() as place:
        whole = prepare(Path(place) / "whole", 0.0)
        finish(whole, "local")
        for name in names:
            for number in range(moments):
                folder = prepare(Path(place) / f"{name}{number}", 0.15)
                moment = Moment.draw(chance)
                codes = run_and_stop(folder, name, moment=moment, writers=2)
                n_stored = count_stored(folder)
                assert n_stored >= moment.rows > 0
                finish(folder, name)
                same = "yes" if read_numbers(folder) == read_numbers(whole) else "NO"
                yield (
                    f"| {name} | {moment.rows} rows + {moment.seconds:.1f} s | "
                    f"{', '.join(map(str, codes))} | {n_stored} | {count_stored(folder)} | {same} |"
                )


def main(names: Sequence[str] = ("local", "ray"), moments: int = 30) -> None:
    """Print the table as it grows; about half a minute a line."""
    for line in table(names, moments):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[2:] or ("local", "ray"), int(sys.argv[1]) if sys.argv[1:] else 30)
