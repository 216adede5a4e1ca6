"""`python -m tests.performance.overhead`: what the harness costs where the model costs nothing."""

from __future__ import annotations

import cProfile
import pstats
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time

from summbench.core.records import Example
from summbench.evaluation.executors.local import Local
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.store.store import Store
from tests.commands import MINE, TABLE, jsonl, model_config, python
from tests.performance.free import Free
from tests.performance.texts import examples

_COUNT = 10_000


def _run(store: Path, found: Sequence[Example]) -> tuple[float, float]:
    """Milliseconds an article of this process's time, and seconds on the clock."""
    begun, clock = process_time(), perf_counter()
    datasets = {"d": found}
    spec = ModelSpec("free", "system", Free, "f" * 64)
    state = prepare(ModelSession(spec), datasets, Store(store))
    predict(state, datasets, Store(store), lambda *told: None, Local())
    return 1000 * (process_time() - begun) / len(found), perf_counter() - clock


def _commands() -> None:
    """`summbench run` as a process of its own, which loads no torch."""
    print("\n| articles | run | first article (processor) | all (processor) | all (clock) |")
    print("| --: | --- | --: | --: | --: |")
    for count in (1, _COUNT):
        with tempfile.TemporaryDirectory() as place:
            _command(Path(place), count)


def _command(folder: Path, count: int) -> None:
    rows = [
        {"id": e.article.id, "document": e.article.text, "references": list(e.references)}
        for e in examples(count)[0]
    ]
    jsonl(folder / "news.jsonl", rows)
    model_config(folder, "free", "tests.performance.free.Free", tells=True)
    for label in ("first", "again"):
        begun, busy = perf_counter(), _of_children()
        metric = (
            "metric=[length]",
            "primary=length.tokens",
            "allow_diagnostic_primary=true",
            "columns=[]",
        )
        done = python(folder, "-m", "summbench", "run", *MINE, *TABLE, "model=[free]", *metric)
        assert done.returncode == 0, done.stderr
        busy, clock = _of_children() - busy, perf_counter() - begun
        found = re.search(r"first article after ([\d.]+) s", done.stderr)
        first = f"{float(found[1]):.2f} s" if found else "-"
        print(f"| {count:,} | {label} | {first} | {busy:.1f} s | {clock:.1f} s |", flush=True)


def _of_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table; with the argument `profile` where the time goes."""
    found = examples(_COUNT)[0]
    print("| free model | ms an article (processor) | seconds (clock) |\n| --- | --: | --: |")
    with tempfile.TemporaryDirectory() as place:
        for label in ("predicted", "found in the store"):
            each, clock = _run(Path(place), found)
            print(f"| {_COUNT:,} {label} | {each:.4f} | {clock:.2f} |", flush=True)
    if sys.argv[1:] == ["profile"]:
        with tempfile.TemporaryDirectory() as place, cProfile.Profile() as profile:
            _run(Path(place), found)
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)
    _commands()


if __name__ == "__main__":
    main()
