"""In several processes of this machine, by joblib's loky."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.backend import get_context
from joblib.externals.loky.process_executor import BrokenProcessPool

from summbench.core.errors import require_at_least_one
from summbench.core.records import BatchResult, Example
from summbench.evaluation.executors.worker import ModelWorker
from summbench.evaluation.executors.worker_pool import Receive, WorkerPool

_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
_RETRIES = 1


class Processes:
    """`workers` processes (None: one a core), each with a copy of the model.

    Each has `threads` threads for BLAS and torch: a core each, where sixteen would fight for one.
    Extractive models choose the same sentences with any number of threads; the sums of a torch
    model may differ in their last bits.
    """

    builds_models = True  # the one of this process is not used

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
        """As predictions come; if a process dies, its articles that have none are predicted
        one by one, and an article that kills a process once more has failed."""
        pool = WorkerPool(
            lambda: _Process(build, self._threads),
            (BrokenProcessPool,),
            self._workers,
            _RETRIES,
            examples,
        )
        return pool.iterate_results(batches)


class _Process:
    """A pool of one: if it breaks, the batch that broke it is known.

    Predictions come through a pipe, each when it is there. If the process dies, the pipe's end here
    is closed too, so that the reader comes to the end of what was sent.
    """

    def __init__(self, build: Callable[[], Any], threads: int) -> None:
        self._reader, self._writer = get_context("loky").Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            1,
            env={f"{name}_NUM_THREADS": str(threads) for name in _THREADS},
            initializer=_start_worker,
            initargs=(build, os.getpid(), self._writer),
        )
        self._reading = ThreadPoolExecutor(1)
        self._latest: Future[None] = Future()

    def predict(self, examples: Sequence[Example], receive: Receive) -> Future[None]:
        try:
            sending = self._pool.submit(_predict, examples)
        except BrokenProcessPool as error:
            sending = Future()
            sending.set_exception(error)
        sending.add_done_callback(self._close_if_broken)
        self._latest = self._reading.submit(self._receive_parts, sending, receive)
        return self._latest

    def shut_down(self) -> None:
        """At once; a process that has nothing to do closes its model and cleans up after itself."""
        if is_idle := self._latest.done():
            with suppress(BrokenProcessPool):
                self._pool.submit(_close)
        self._pool.shutdown(wait=True, kill_workers=not is_idle)
        self._writer.close()
        self._reading.shutdown(wait=True, cancel_futures=True)
        self._reader.close()

    def _receive_parts(self, sending: Future[None], receive: Receive) -> None:
        with suppress(EOFError, OSError):
            while (part := self._reader.recv()) is not None:
                receive(*part)
        sending.result()

    def _close_if_broken(self, sending: Future[None]) -> None:
        if not sending.cancelled() and isinstance(sending.exception(), BrokenProcessPool):
            self._writer.close()


_worker: ModelWorker  # these two are set in the worker's process only, which has no other
_connection: Any


def _start_worker(build: Callable[[], Any], parent: int, connection: Any) -> None:
    """In the worker's process: Ctrl-C is the parent's business, and nothing outlives the parent."""
    global _worker, _connection
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()
    _worker, _connection = ModelWorker(build), connection


def _exit_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _predict(examples: Sequence[Example]) -> None:
    try:
        for part in _worker.predict(examples):
            _connection.send(part)
    finally:
        _connection.send(None)


def _close() -> None:
    _worker.close()
