"""Distributes batches over workers, and replaces workers that die."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from textwrap import shorten
from typing import NamedTuple, Protocol

from summbench.core.records import BatchResult, Example, Prediction
from summbench.core.redaction import redact_secrets

_LOG = logging.getLogger("summbench")
_IN_FLIGHT = 2
_SECONDS_BETWEEN_CHECKS = 1.0
# That many deaths in a row are not caused by single articles; before a batch they never are.
_MAX_DEATHS_IN_A_ROW = 50
_MAX_DEATHS_AT_THE_START = 5


Receive = Callable[[Sequence[int], BatchResult], None]
"""Called with positions in a batch and what came of them, from any thread."""


class Worker(Protocol):
    """One copy of the model somewhere; it predicts in the order of the calls."""

    def predict(self, examples: Sequence[Example], receive: Receive) -> Future[None]:
        """Hand over predictions as they come; with no examples the model is only built.

        The future ends after the last is handed over, or with what the worker died of.
        """
        ...

    def shut_down(self) -> None:
        """Stop at once, whatever is under way."""
        ...


@dataclass(slots=True, eq=False)
class _Work:
    """A batch, or one article of it, and how many workers died on it.

    `missing` are those of the batch that have no prediction yet.
    """

    batch: Sequence[int]
    deaths: int = 0
    missing: dict[int, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.missing = dict.fromkeys(self.batch)


@dataclass(slots=True, eq=False)
class _WorkerState:
    """A worker and its unfinished work, the oldest first; it gets no batch until it is ready."""

    worker: Worker
    submitted: deque[_Work] = field(default_factory=deque)
    ready: bool = False


class _Event(NamedTuple):
    """A part of some work, or its end, which is a future."""

    state: _WorkerState
    work: _Work
    content: tuple[Sequence[int], BatchResult] | Future[None]


class WorkerPool:
    """At most `size` workers; one that dies is replaced.

    What a worker has handed over before it died is kept. An article whose worker died is predicted
    alone, `retries` times more. `death_errors` are the exceptions that mean that a worker died.
    `check` says whether a worker could be spawned now, and raises what ends the work.
    """

    def __init__(
        self,
        spawn: Callable[[], Worker],
        death_errors: tuple[type[Exception], ...],
        size: int,
        retries: int,
        examples: Sequence[Example],
        check: Callable[[], bool] = lambda: True,
    ) -> None:
        self._spawn, self._death_errors, self._check = spawn, death_errors, check
        self._size, self._retries = size, retries
        self._examples = examples
        self._workers: list[_WorkerState] = []
        self._waiting: deque[_Work] = deque()
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._deaths_in_a_row = 0

    def iterate_results(
        self, batches: Sequence[Sequence[int]]
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Yield batches or parts of batches with their results, as they come."""
        self._waiting.extend(map(_Work, batches))
        try:
            while unfinished := len(self._waiting) + sum(map(_count_batches, self._workers)):
                self._assign_batches(unfinished)
                event = self._wait_for_event()
                if event.state in self._workers:  # otherwise it was lost and is replaced
                    yield from self._receive(event)
        finally:
            for state in self._workers:
                state.worker.shut_down()

    def _wait_for_event(self) -> _Event:
        """The next part or end; a death waits while none can be asked for a new worker."""
        while True:
            can_spawn = self._check()
            with suppress(Empty):
                event = self._events.get(timeout=_SECONDS_BETWEEN_CHECKS)
                if can_spawn or not self._is_death(event):
                    return event
                self._events.put(event)
                time.sleep(_SECONDS_BETWEEN_CHECKS / 20)

    def _is_death(self, event: _Event) -> bool:
        content = event.content
        return isinstance(content, Future) and isinstance(content.exception(), self._death_errors)

    def _assign_batches(self, unfinished: int) -> None:
        while len(self._workers) < min(self._size, unfinished):
            state = _WorkerState(self._spawn())
            self._workers.append(state)
            self._submit(state, _Work(()))  # no article: the worker builds its model
        for queue_length in range(_IN_FLIGHT):
            for state in self._workers:
                if (
                    len(state.submitted) == queue_length
                    and self._waiting
                    and _may_take(state, self._waiting[0])
                ):
                    self._submit(state, self._waiting.popleft())

    def _submit(self, state: _WorkerState, work: _Work) -> None:
        def receive(positions: Sequence[int], result: BatchResult) -> None:
            self._events.put(_Event(state, work, (positions, result)))

        state.submitted.append(work)
        examples = [self._examples[i] for i in work.batch]
        future = state.worker.predict(examples, receive)
        future.add_done_callback(lambda ended: self._events.put(_Event(state, work, ended)))

    def _receive(self, event: _Event) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        state, work, content = event
        if isinstance(content, tuple):
            positions, result = content
            numbers = [work.batch[position] for position in positions]
            for number in numbers:
                del work.missing[number]
            yield numbers, result
            return
        state.submitted.remove(work)
        try:
            content.result()
        except self._death_errors as error:
            yield from self._on_worker_lost(state, work, _format_reason(error))
        else:
            state.ready = True
            self._deaths_in_a_row = 0

    def _on_worker_lost(
        self, state: _WorkerState, work: _Work, reason: str
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """The oldest batch is the suspected cause; what the worker had not begun waits again."""
        state.worker.shut_down()
        self._workers.remove(state)
        self._waiting.extendleft(reversed(state.submitted))
        self._deaths_in_a_row += 1
        missing, deaths = list(work.missing), work.deaths + 1
        if self._deaths_in_a_row >= (
            _MAX_DEATHS_IN_A_ROW if state.ready else _MAX_DEATHS_AT_THE_START
        ):
            fatal_error = f"{self._deaths_in_a_row} workers in a row died: {reason}"
            yield (), BatchResult(fatal_error=fatal_error)
        elif len(work.batch) == 1 and missing and deaths > self._retries:
            [article] = (self._examples[i].article for i in missing)
            error = f"the worker process died {deaths} times on it: {reason}"
            yield missing, BatchResult([Prediction(article.id, error=error)])
        else:
            _LOG.warning(
                "a worker died (%s) and is replaced; %d articles are predicted again",
                reason, len(missing),
            )  # fmt: skip
            self._waiting.extendleft(_Work([i], deaths) for i in reversed(missing))


def _may_take(state: _WorkerState, work: _Work) -> bool:
    """An article on which a worker died is predicted alone: no other can be the cause then."""
    suspected = work.deaths or any(other.deaths for other in state.submitted)
    return state.ready and not (state.submitted and suspected)


def _count_batches(state: _WorkerState) -> int:
    return sum(bool(work.batch) for work in state.submitted)


def _format_reason(error: Exception) -> str:
    """The first line says what died, the last one why."""
    text = redact_secrets(str(error), os.environ)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ... ".join(shorten(line, 120) for line in dict.fromkeys([*lines[:1], *lines[-1:]]))
