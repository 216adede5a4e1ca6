"""Chunks shared out among workers that may be lost; what was lost is asked for again."""

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
from summbench.core.redaction import without_secrets

_LOG = logging.getLogger("summbench")
_IN_FLIGHT = 2
_LOST_IN_A_ROW = 50  # then it is not this or that article; while they start, it never is
_LOST_AT_THE_START = 5


class Worker(Protocol):
    """One copy of the model somewhere; what it is asked, it answers in order."""

    def ask(self, examples: Sequence[Example]) -> Future[BatchResult]:
        """The answers to come; to no examples they are empty, once the model is built."""
        ...

    def end(self) -> None:
        """Stop at once, whatever is under way."""
        ...


@dataclass(frozen=True, slots=True)
class _Piece:
    """A chunk or an article of one, and how many workers were lost over it."""

    chunk: Sequence[int]
    lost: int = 0


@dataclass(slots=True)
class _WorkerState:
    """A worker and what it was asked, the oldest first; no chunk before it is ready."""

    worker: Worker
    asked: deque[tuple[Future[BatchResult], _Piece]] = field(default_factory=deque)
    ready: bool = False


class WorkerPool:
    """At most `size` workers; a lost one is replaced, and an article is asked for `retries` times
    more when its worker was lost, alone. `losses` are the exceptions that mean a lost worker."""

    def __init__(
        self,
        hire: Callable[[], Worker],
        losses: tuple[type[Exception], ...],
        size: int,
        retries: int,
        examples: Sequence[Example],
    ) -> None:
        self._hire, self._losses = hire, losses
        self._size, self._retries = size, retries
        self._examples = examples
        self._posts: list[_WorkerState] = []
        self._waiting: deque[_Piece] = deque()
        self._lost_in_a_row = 0

    def answers(
        self, chunks: Sequence[Sequence[int]]
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Chunks or parts of chunks with their answers, as they come."""
        self._waiting.extend(map(_Piece, chunks))
        try:
            while unfinished := len(self._waiting) + sum(map(_chunks_of, self._posts)):
                self._share_out(unfinished)
                oldest = {post.asked[0][0]: post for post in self._posts if post.asked}
                done, _ = wait(oldest, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from self._received(oldest[future])
        finally:
            for post in self._posts:
                post.worker.end()

    def _share_out(self, unfinished: int) -> None:
        while len(self._posts) < min(self._size, unfinished):
            post = _WorkerState(self._hire())
            self._posts.append(post)
            self._hand(post, _Piece(()))
        for room in range(_IN_FLIGHT):
            for post in self._posts:
                if len(post.asked) == room and self._waiting and _may_take(post, self._waiting[0]):
                    self._hand(post, self._waiting.popleft())

    def _hand(self, post: _WorkerState, piece: _Piece) -> None:
        future = post.worker.ask([self._examples[i] for i in piece.chunk])
        post.asked.append((future, piece))

    def _received(
        self, post: _WorkerState
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        future, piece = post.asked.popleft()
        try:
            answers = future.result()
        except self._losses as error:
            yield from self._lost(post, piece, _reason(error))
        else:
            post.ready = True
            self._lost_in_a_row = 0
            if piece.chunk or answers.broken is not None:
                yield piece.chunk, answers

    def _lost(
        self, post: _WorkerState, piece: _Piece, reason: str
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """The oldest chunk is suspected; what the worker had not begun goes back as it was."""
        post.worker.end()
        self._posts.remove(post)
        self._waiting.extendleft(other for _, other in reversed(post.asked))
        self._lost_in_a_row += 1
        lost = piece.lost + 1
        if self._lost_in_a_row >= (_LOST_IN_A_ROW if post.ready else _LOST_AT_THE_START):
            broken = f"{self._lost_in_a_row} workers in a row were lost: {reason}"
            yield piece.chunk, BatchResult(broken=broken)
        elif len(piece.chunk) == 1 and lost > self._retries:
            [article] = (self._examples[i].article for i in piece.chunk)
            error = f"its worker was lost {lost} times: {reason}"
            yield piece.chunk, BatchResult([Prediction(article.id, error=error)])
        else:
            _LOG.warning(
                "a worker was lost (%s) and is replaced; %d articles are asked for again",
                reason, len(piece.chunk),
            )  # fmt: skip
            self._waiting.extendleft(_Piece([i], lost) for i in reversed(piece.chunk))


def _may_take(post: _WorkerState, piece: _Piece) -> bool:
    """An article that a worker was lost over is asked for alone: no other can be blamed for it."""
    suspected = piece.lost or any(other.lost for _, other in post.asked)
    return post.ready and not (post.asked and suspected)


def _chunks_of(post: _WorkerState) -> int:
    return sum(bool(piece.chunk) for _, piece in post.asked)


def _reason(error: Exception) -> str:
    """The first line says what was lost, the last one why."""
    text = without_secrets(str(error), os.environ)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ... ".join(shorten(line, 120) for line in dict.fromkeys([*lines[:1], *lines[-1:]]))
