"""In several processes of this machine, by joblib's loky."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import BrokenProcessPool

from summbench.core.errors import require_at_least_one
from summbench.core.records import BatchResult, Example
from summbench.evaluation.executors.worker import ModelWorker
from summbench.evaluation.executors.worker_pool import WorkerPool

_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
_RETRIES = 1


class Processes:
    """`workers` processes (None: one a core), each with a copy of the model.

    Each has `threads` threads for BLAS and torch: a core each, where sixteen would fight for one.
    Extractive models choose the same sentences with any number of threads; the sums of a torch
    model may differ in their last bits.
    """

    def __init__(self, workers: int | None = None, threads: int = 1) -> None:
        require_at_least_one(workers=workers, threads=threads)
        self._workers, self._threads = workers or cpu_count(), threads

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """As batches are finished; if a process dies, its articles are predicted one by one, and an
        article that kills a process once more has failed."""
        pool = WorkerPool(
            lambda: _Process(build, self._threads),
            (BrokenProcessPool,),
            self._workers,
            _RETRIES,
            examples,
        )
        return pool.iterate_results(batches)


class _Process:
    """A pool of one: if it breaks, the batch that broke it is known."""

    def __init__(self, build: Callable[[], Any], threads: int) -> None:
        self._pool = ProcessPoolExecutor(
            1,
            env={f"{name}_NUM_THREADS": str(threads) for name in _THREADS},
            initializer=_start_worker,
            initargs=(build, os.getpid()),
        )
        self._latest: Future[BatchResult] = Future()

    def predict(self, examples: Sequence[Example]) -> Future[BatchResult]:
        self._latest = Future()
        try:
            self._latest = self._pool.submit(_predict, examples)
        except BrokenProcessPool as error:
            self._latest.set_exception(error)
        return self._latest

    def shut_down(self) -> None:
        """At once; a process that has nothing to do closes its model and cleans up after itself."""
        if is_idle := self._latest.done():
            with suppress(BrokenProcessPool):
                self._pool.submit(_close)
        self._pool.shutdown(wait=True, kill_workers=not is_idle)


_worker: ModelWorker  # set in the worker's process only, which has no other


def _start_worker(build: Callable[[], Any], parent: int) -> None:
    """In the worker's process: Ctrl-C is the parent's business, and nothing outlives the parent."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()
    _worker = ModelWorker(build)


def _exit_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _predict(examples: Sequence[Example]) -> BatchResult:
    return _worker.predict(examples)


def _close() -> None:
    _worker.close()
