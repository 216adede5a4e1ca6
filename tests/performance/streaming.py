"""`python -m tests.performance.streaming 10000 100000 1000000`: runs of large files, their memory.

The articles have 60 words and the references 15, drawn by lot: real news is some ten times as long,
and takes longer to read and to score, but no more memory where it is not held.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from tests.commands import MINE, TABLE, environment, model_config

_METRIC = ("metric=[rouge]", "primary=rouge.rouge2_f", "columns=[]")
_SYSTEMS = 5
_CACHED = 100_000
_WORDS = [
    f"{first}{last}" for first in "bdfgklmnprst" for last in ("ank", "ell", "in", "ost", "um")
]


def _write(path: Path, count: int) -> None:
    chance = random.Random(0)
    with path.open("w", encoding="utf-8") as out:
        for i in range(count):
            sentences = [" ".join(chance.choices(_WORDS, k=12)) for _ in range(5)]
            row = {
                "id": str(i),
                "document": f"{i} " + " ".join(f"{s.capitalize()}." for s in sentences),
                "references": " ".join(chance.choices(_WORDS, k=15)),
            }
            out.write(json.dumps(row) + "\n")


def _measured(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak GB of one run, in a process of its own."""
    command = [sys.executable, "-m", "tests.performance.streaming", "run", str(folder), *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, gigabytes = re.findall(r"[\d.]+", done.stdout)
    return float(seconds), float(gigabytes)


def _run(folder: Path, arguments: list[str]) -> None:
    """What the only child of this process took."""
    begun = perf_counter()
    command = [sys.executable, "-m", "summbench", "run", *arguments, *_METRIC]
    subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    kilobytes = getrusage(RUSAGE_CHILDREN).ru_maxrss
    print(f"{perf_counter() - begun} {kilobytes * 1024 / 1e9}")


def _row(what: str, count: int, seconds: float, gigabytes: float) -> None:
    each = f"{count / seconds:,.0f}"
    print(f"| {what} | {count:,} | {seconds / 60:.2f} | {each} | {gigabytes:.2f} |", flush=True)


def _growth(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "news.jsonl", count)
        _row("lead3, nothing stored", count, *_measured(folder, *TABLE, "model=[lead3]"))
        _row("lead3, all stored", count, *_measured(folder, *TABLE, "model=[lead3]"))


def _cached(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "news.jsonl", count)
        for k in range(1, _SYSTEMS + 1):
            model_config(folder, f"lead_{k}", "summbench.models.lead.Lead", sentences=k)
        models = ",".join(f"lead_{k}" for k in range(1, _SYSTEMS + 1))
        arguments = (*MINE, *TABLE, f"model=[{models}]")
        _row(f"{_SYSTEMS} systems, nothing stored", count, *_measured(folder, *arguments))
        _row(f"{_SYSTEMS} systems, all stored", count, *_measured(folder, *arguments))


def main() -> None:
    """The table: a line for each number of articles, then five systems on 100,000."""
    if sys.argv[1:2] == ["run"]:
        _run(Path(sys.argv[2]), sys.argv[3:])
        return
    print("| run, metric=[rouge] | articles | minutes | articles/s | peak GB |")
    print("| --- | --: | --: | --: | --: |", flush=True)
    for count in map(int, sys.argv[1:]):
        _growth(count)
    _cached(_CACHED)


if __name__ == "__main__":
    main()
