"""Distributes batches over workers, and replaces workers that die."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Protocol

from summbench.core.records import BatchResult, Example, Prediction
from summbench.core.redaction import redact_secrets

_LOG = logging.getLogger("summbench")
_IN_FLIGHT = 2
# That many deaths in a row are not caused by single articles; before a batch they never are.
_MAX_DEATHS_IN_A_ROW = 50
_MAX_DEATHS_AT_THE_START = 5


class Worker(Protocol):
    """One copy of the model somewhere; it predicts in the order of the calls."""

    def predict(self, examples: Sequence[Example]) -> Future[BatchResult]:
        """A future of the result; with no examples it only waits for the model to be built."""
        ...

    def shut_down(self) -> None:
        """Stop at once, whatever is under way."""
        ...


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch, or one article of it, and how many workers died on it."""

    batch: Sequence[int]
    deaths: int = 0


_WARM_UP = _Work(())
"""No article: the worker builds its model."""


@dataclass(slots=True)
class _WorkerState:
    """A worker and its unfinished work, the oldest first; it gets no batch until it is ready."""

    worker: Worker
    submitted: deque[tuple[Future[BatchResult], _Work]] = field(default_factory=deque)
    ready: bool = False


class WorkerPool:
    """At most `size` workers; one that dies is replaced.

    An article whose worker died is predicted alone, `retries` times more. `death_errors` are the
    exceptions that mean that a worker died.
    """

    def __init__(
        self,
        spawn: Callable[[], Worker],
        death_errors: tuple[type[Exception], ...],
        size: int,
        retries: int,
        examples: Sequence[Example],
    ) -> None:
        self._spawn, self._death_errors = spawn, death_errors
        self._size, self._retries = size, retries
        self._examples = examples
        self._workers: list[_WorkerState] = []
        self._waiting: deque[_Work] = deque()
        self._deaths_in_a_row = 0

    def iterate_results(
        self, batches: Sequence[Sequence[int]]
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Yield batches or parts of batches with their results, as they come."""
        self._waiting.extend(map(_Work, batches))
        try:
            while unfinished := len(self._waiting) + sum(map(_count_batches, self._workers)):
                self._assign_batches(unfinished)
                oldest = {s.submitted[0][0]: s for s in self._workers if s.submitted}
                finished, _ = wait(oldest, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from self._receive(oldest[future])
        finally:
            for state in self._workers:
                state.worker.shut_down()

    def _assign_batches(self, unfinished: int) -> None:
        while len(self._workers) < min(self._size, unfinished):
            state = _WorkerState(self._spawn())
            self._workers.append(state)
            self._submit(state, _WARM_UP)
        for queue_length in range(_IN_FLIGHT):
            for state in self._workers:
                if (
                    len(state.submitted) == queue_length
                    and self._waiting
                    and _may_take(state, self._waiting[0])
                ):
                    self._submit(state, self._waiting.popleft())

    def _submit(self, state: _WorkerState, work: _Work) -> None:
        future = state.worker.predict([self._examples[i] for i in work.batch])
        state.submitted.append((future, work))

    def _receive(
        self, state: _WorkerState
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        future, work = state.submitted.popleft()
        try:
            result = future.result()
        except self._death_errors as error:
            yield from self._on_worker_lost(state, work, _format_reason(error))
        else:
            state.ready = True
            self._deaths_in_a_row = 0
            if work.batch or result.fatal_error is not None:
                yield work.batch, result

    def _on_worker_lost(
        self, state: _WorkerState, work: _Work, reason: str
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """The oldest batch is the suspected cause; what the worker had not begun waits again."""
        state.worker.shut_down()
        self._workers.remove(state)
        self._waiting.extendleft(other for _, other in reversed(state.submitted))
        self._deaths_in_a_row += 1
        deaths = work.deaths + 1
        if self._deaths_in_a_row >= (
            _MAX_DEATHS_IN_A_ROW if state.ready else _MAX_DEATHS_AT_THE_START
        ):
            fatal_error = f"{self._deaths_in_a_row} workers in a row died: {reason}"
            yield work.batch, BatchResult(fatal_error=fatal_error)
        elif len(work.batch) == 1 and deaths > self._retries:
            [article] = (self._examples[i].article for i in work.batch)
            error = f"the worker process died {deaths} times on it: {reason}"
            yield work.batch, BatchResult([Prediction(article.id, error=error)])
        else:
            _LOG.warning(
                "a worker died (%s) and is replaced; %d articles are predicted again",
                reason, len(work.batch),
            )  # fmt: skip
            self._waiting.extendleft(_Work([i], deaths) for i in reversed(work.batch))


def _may_take(state: _WorkerState, work: _Work) -> bool:
    """An article on which a worker died is predicted alone: no other can be the cause then."""
    suspected = work.deaths or any(other.deaths for _, other in state.submitted)
    return state.ready and not (state.submitted and suspected)


def _count_batches(state: _WorkerState) -> int:
    return sum(bool(work.batch) for _, work in state.submitted)


def _format_reason(error: Exception) -> str:
    """The first line says what died, the last one why."""
    text = redact_secrets(str(error), os.environ)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ... ".join(shorten(line, 120) for line in dict.fromkeys([*lines[:1], *lines[-1:]]))
