"""Batches shared out among workers that may be lost; what was lost is predicted again."""

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
_LOSSES_IN_A_ROW = 50  # then it is not this or that article; while they start, it never is
_LOSSES_AT_THE_START = 5


class Worker(Protocol):
    """One copy of the model somewhere; it predicts in the order of the calls."""

    def predict(self, examples: Sequence[Example]) -> Future[BatchResult]:
        """The result to come; of no examples it is empty, once the model is built."""
        ...

    def shut_down(self) -> None:
        """Stop at once, whatever is under way."""
        ...


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch or an article of one, and how many workers were lost over it."""

    batch: Sequence[int]
    losses: int = 0


@dataclass(slots=True)
class _WorkerState:
    """A worker and its unfinished work, the oldest first; no batch before it is ready."""

    worker: Worker
    submitted: deque[tuple[Future[BatchResult], _Work]] = field(default_factory=deque)
    ready: bool = False


class WorkerPool:
    """At most `size` workers; a lost one is replaced.

    An article whose worker was lost is predicted alone, `retries` times more. `losses` are the
    exceptions that mean a lost worker.
    """

    def __init__(
        self,
        spawn: Callable[[], Worker],
        losses: tuple[type[Exception], ...],
        size: int,
        retries: int,
        examples: Sequence[Example],
    ) -> None:
        self._spawn, self._losses = spawn, losses
        self._size, self._retries = size, retries
        self._examples = examples
        self._workers: list[_WorkerState] = []
        self._waiting: deque[_Work] = deque()
        self._losses_in_a_row = 0

    def iterate_results(
        self, batches: Sequence[Sequence[int]]
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Yield batches or parts of batches with their results, as they come."""
        self._waiting.extend(map(_Work, batches))
        try:
            while unfinished := len(self._waiting) + sum(map(_count_batches, self._workers)):
                self._share_out(unfinished)
                oldest = {s.submitted[0][0]: s for s in self._workers if s.submitted}
                finished, _ = wait(oldest, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from self._receive(oldest[future])
        finally:
            for state in self._workers:
                state.worker.shut_down()

    def _share_out(self, unfinished: int) -> None:
        while len(self._workers) < min(self._size, unfinished):
            state = _WorkerState(self._spawn())
            self._workers.append(state)
            self._submit(state, _Work(()))
        for depth in range(_IN_FLIGHT):
            for state in self._workers:
                if (
                    len(state.submitted) == depth
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
        except self._losses as error:
            yield from self._on_worker_lost(state, work, _format_reason(error))
        else:
            state.ready = True
            self._losses_in_a_row = 0
            if work.batch or result.fatal_error is not None:
                yield work.batch, result

    def _on_worker_lost(
        self, state: _WorkerState, work: _Work, reason: str
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """The oldest batch is suspected; what the worker had not begun goes back as it was."""
        state.worker.shut_down()
        self._workers.remove(state)
        self._waiting.extendleft(other for _, other in reversed(state.submitted))
        self._losses_in_a_row += 1
        losses = work.losses + 1
        if self._losses_in_a_row >= (_LOSSES_IN_A_ROW if state.ready else _LOSSES_AT_THE_START):
            fatal_error = f"{self._losses_in_a_row} workers in a row were lost: {reason}"
            yield work.batch, BatchResult(fatal_error=fatal_error)
        elif len(work.batch) == 1 and losses > self._retries:
            [article] = (self._examples[i].article for i in work.batch)
            error = f"its worker was lost {losses} times: {reason}"
            yield work.batch, BatchResult([Prediction(article.id, error=error)])
        else:
            _LOG.warning(
                "a worker was lost (%s) and is replaced; %d articles are predicted again",
                reason, len(work.batch),
            )  # fmt: skip
            self._waiting.extendleft(_Work([i], losses) for i in reversed(work.batch))


def _may_take(state: _WorkerState, work: _Work) -> bool:
    """An article that a worker was lost over is predicted alone: no other can be blamed for it."""
    suspected = work.losses or any(other.losses for _, other in state.submitted)
    return state.ready and not (state.submitted and suspected)


def _count_batches(state: _WorkerState) -> int:
    return sum(bool(work.batch) for _, work in state.submitted)


def _format_reason(error: Exception) -> str:
    """The first line says what was lost, the last one why."""
    text = redact_secrets(str(error), os.environ)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ... ".join(shorten(line, 120) for line in dict.fromkeys([*lines[:1], *lines[-1:]]))
