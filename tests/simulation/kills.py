"""`python -m tests.simulation.kills`: is a run that was killed at any moment as good as whole?"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
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


def prepared(folder: Path, seconds: float) -> Path:
    """A folder with articles, and a model that takes so many seconds for each."""
    folder.mkdir()
    jsonl(folder / "news.jsonl", rows(ARTICLES))
    model_config(folder, "slow", "tests.fakes.Slow", seconds=seconds)
    return folder


def stored(folder: Path) -> int:
    """Rows of the slow model in the store; more than there are articles were predicted twice."""
    parts = folder.glob("results/store/predictions/slow-*/*.parquet")
    return sum(pq.read_metadata(part).num_rows for part in parts)


def numbers(folder: Path) -> tuple[bytes | list[dict[str, object]], ...]:
    """Everything in the results that does not tell the time."""
    results = folder / "results" / "run"
    table = pq.read_table(results / "predictions.parquet").drop_columns(["seconds"])
    return (*((results / name).read_bytes() for name in _FILES), table.to_pylist())


def stopped(
    folder: Path,
    executor: str,
    how: signal.Signals = signal.SIGKILL,
    after: float | None = None,
    writers: int = 1,
) -> list[int]:
    """The exit codes of so many runs at once on one store, stopped `after` seconds, or (None) once
    a part is stored."""
    running = [started(folder, *_RUN, *EXECUTORS[executor]) for _ in range(writers)]
    end = time.monotonic() + (120 if after is None else after)
    while time.monotonic() < end and not (after is None and stored(folder)):
        time.sleep(0.02)
    for process in running:
        process.send_signal(how)
    for process in running:
        process.communicate(timeout=60)
    return [process.returncode for process in running]


def finish(folder: Path, executor: str) -> None:
    """The same command once more."""
    run(folder, *_RUN, *EXECUTORS[executor])


def table(names: Sequence[str], moments: int, longest: float, seed: int = 0) -> Iterator[str]:
    """The lines of a Markdown table."""
    chance = random.Random(seed)
    yield "| executor | writers | killed after | rows kept | rows at the end | same files |"
    yield "| --- | --: | --: | --: | --: | --- |"
    with tempfile.TemporaryDirectory() as place:
        whole = prepared(Path(place) / "whole", 0.0)
        finish(whole, "local")
        for name in names:
            for number in range(moments):
                folder = prepared(Path(place) / f"{name}{number}", 0.1)
                after, writers = chance.uniform(0.5, longest), 1 + number % 2
                stopped(folder, name, signal.SIGKILL, after, writers)
                kept = stored(folder)
                finish(folder, name)
                same = "yes" if numbers(folder) == numbers(whole) else "NO"
                yield (
                    f"| {name} | {writers} | {after:.1f} s | {kept} | {stored(folder)} | {same} |"
                )


def main(names: Sequence[str] = ("local", "processes", "ray"), moments: int = 30) -> None:
    """Print the table as it grows; about half a minute a line."""
    for line in table(names, moments, longest=15.0):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[2:] or list(EXECUTORS), int(sys.argv[1]) if sys.argv[1:] else 30)
