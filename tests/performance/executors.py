"""`python -m tests.performance.executors`: two workers against one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from summbench.core.records import Example, Executor
from summbench.evaluation.executors.local import Local
from summbench.evaluation.executors.processes import Processes
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.extractive import Extractive
from summbench.store.store import Store
from tests.fakes import Burning, Slow
from tests.performance.texts import examples

_TIMES = 3


class _Clock:
    """When the first chunk came and when the last: starting a process is not counted."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None
        self.each = float("nan")

    def __call__(self, label: str, done: int, total: int) -> None:
        now = perf_counter()
        if done and self._first is None:
            self._first = now, done
        elif done == total and self._first:
            begun, before = self._first
            self.each = (now - begun) / (total - before)


def _run(
    build: Callable[[], Any], executor: Executor, found: Sequence[Example]
) -> tuple[float, float]:
    """Seconds an article: on the clock, from the first chunk on, and of this process's own time."""
    clock, begun = _Clock(), process_time()
    with tempfile.TemporaryDirectory() as place:
        datasets = {"d": found}
        attempt = prepare(
            ModelSession(ModelSpec("m", "system", build, "f" * 64)), datasets, Store(Path(place))
        )
        predict(attempt, datasets, Store(Path(place)), clock, executor)
    return clock.each, (process_time() - begun) / len(found)


def main() -> None:
    """The best of several, as the machine may have other work; waiting needs no core of its own."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before\n")
    print("| model | local | 1 worker | 2 workers | 2 against 1 | the driver's own |")
    print("| --- | --: | --: | --: | --: | --: |")
    models: dict[str, tuple[Callable[[], Any], int]] = {
        "waiting 50 ms": (partial(Slow, 0.05), 120),
        "burning 50 ms": (Burning, 120),
        "textrank": (partial(Extractive, "textrank"), 400),
    }
    for name, (build, count) in models.items():
        found = examples(count)[0]
        best = [
            min(_run(build, executor, found) for _ in range(_TIMES))
            for executor in (Local(), Processes(1), Processes(2))
        ]
        (_, one, two), (*_, own) = zip(*best, strict=True)
        cells = " | ".join(f"{1000 * clock:.1f} ms" for clock, _ in best)
        print(f"| {name} | {cells} | {one / two:.2f}x | {1000 * own:.2f} ms |", flush=True)
    print(f"\nLoad {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
