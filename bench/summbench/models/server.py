"""An OpenAI-compatible server: several requests at a time, with a key that stays secret."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from httpx2 import ConnectError, ConnectTimeout, Limits
from huggingface_hub.constants import HF_HUB_OFFLINE
from openai import APIError, APIStatusError, AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import sha256
from summbench.core.redaction import format_error
from summbench.core.text import replace_surrogates
from summbench.models.answer_ids import AnswerIds
from summbench.models.bounded_answers import bound_answers
from summbench.models.event_loop import iterate
from summbench.models.server_address import check_address, is_local_address
from summbench.models.server_errors import explain_mistake, is_transient, read_retry_after, to_text

_SECONDS_TO_CONNECT = 10.0
_LONGEST_ERROR = 500
_LONGEST_PAUSE, _LONGEST_RETRY_AFTER = 30.0, 120.0  # seconds
_SHORTEST_SECRET = 8  # EMPTY, none and ollama are placeholders, and words of articles


class _StrayAnswerError(Exception):
    """The answer has the id of an earlier one, which was for another request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of one answer, or why there is none; `seconds` is that one request's wall time."""

    body: str = ""
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """Where requests go. `timeout` and `backoff` (the first pause before a retry) are seconds."""

    base_url: str
    key_variable: str
    max_concurrent: int
    timeout: float
    retries: int
    backoff: float
    offline: bool = False
    max_answer_bytes: int = 20_000_000
    answer_ids: AnswerIds = field(default_factory=AnswerIds, init=False, compare=False)

    def check(self) -> None:
        """Raise SummbenchError for what is wrong without a request: the address and the numbers."""
        check_address(self.base_url, self.key_variable)
        require_at_least_one(max_concurrent=self.max_concurrent)
        require_at_least_one(max_answer_bytes=self.max_answer_bytes)
        if self.retries < 0 or self.timeout <= 0 or self.backoff < 0:
            raise SummbenchError(
                f"retries={self.retries}, timeout={self.timeout}, backoff={self.backoff}: at least "
                "0, above 0, and at least 0."
            )

    def check_allowed(self) -> None:
        """Raise SummbenchError if the server is on the network and that may not be used."""
        if (self.offline or HF_HUB_OFFLINE) and not self.is_local:
            raise SummbenchError(
                f"base_url={self.base_url!r} is on the network, which may not be used "
                "(offline=true, or HF_HUB_OFFLINE=1); only a server on this machine is allowed."
            )

    @property
    def is_local(self) -> bool:
        """Whether the address is this machine's own."""
        return is_local_address(self.base_url)

    def ask(
        self, requests: Sequence[Mapping[str, Any]], *, one_first: bool = False
    ) -> Iterator[tuple[int, Reply]]:
        """Yield the position of each chat completion with its reply, as soon as it is there.

        With `one_first` the others wait for what becomes of the first. Once the server turns out
        to be of no use, nothing more is sent; that is a SummbenchError if no request was answered.
        """
        self.check_allowed()
        return iterate(self._send_all(requests, one_first))

    async def _send_all(
        self, requests: Sequence[Mapping[str, Any]], one_first: bool
    ) -> AsyncIterator[tuple[int, Reply]]:
        """Failures wait for the first answer: without one they may be a mistake of the config."""
        gate, is_tried = asyncio.Semaphore(self.max_concurrent), asyncio.Event()
        fatal_errors: list[str] = []

        async def send(position: int) -> tuple[int, Reply]:
            if one_first and position:
                await is_tried.wait()
            async with gate:
                if not fatal_errors:
                    try:
                        return position, await self._try(client, requests[position], is_tried)
                    except SummbenchError as error:
                        fatal_errors.append(str(error))
                    finally:
                        is_tried.set()
                return position, Reply(error=fatal_errors[0])

        async with self._build_client() as client:
            tasks = [asyncio.ensure_future(send(i)) for i in range(len(requests))]
            failures: list[tuple[int, Reply]] = []
            is_answered = False
            try:
                for coming in asyncio.as_completed(tasks):
                    position, reply = await coming
                    is_answered = is_answered or reply.error is None
                    failures.append((position, reply))
                    while is_answered and failures:
                        yield failures.pop(0)
                if fatal_errors and not is_answered:
                    raise SummbenchError(fatal_errors[0])
                for failure in failures:
                    yield failure
            finally:
                for task in tasks:
                    task.cancel()

    def redact(self, text: str) -> str:
        """Return the text without the key, should the server repeat it, and fit for UTF-8."""
        key = self._read_key()
        without_key = text.replace(key, "[key]") if len(key) >= _SHORTEST_SECRET else text
        return replace_surrogates(without_key)

    def _read_key(self) -> str:
        return os.environ.get(self.key_variable, "").strip()

    def _build_client(self) -> AsyncOpenAI:
        """A client that follows no redirect; to a server on this machine it uses no proxy.

        Each request has a connection of its own: bytes that a server sends after its answer are
        never read as the answer to the next.
        """
        key = self._read_key()
        if not (key.isascii() and key.isprintable()):
            raise SummbenchError(f"{self.key_variable} has characters no key has; set it again.")
        http = DefaultAsyncHttpxClient(
            trust_env=not self.is_local,
            follow_redirects=False,
            headers={"Connection": "close", "Accept-Encoding": "identity"},
            event_hooks={"response": [bound_answers(self.max_answer_bytes)]},
            limits=Limits(max_keepalive_connections=0),
        )
        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=key or "none",
            max_retries=0,
            timeout=Timeout(None, connect=_SECONDS_TO_CONNECT),
            http_client=http,
        )

    async def _try(
        self, client: AsyncOpenAI, request: Mapping[str, Any], is_tried: asyncio.Event
    ) -> Reply:
        try:
            return await self._send(client, request, is_tried)
        except SummbenchError:
            raise
        except Exception as error:  # it must not cancel the other requests, which are paid for
            return Reply(error=self.redact(format_error(error))[:_LONGEST_ERROR])

    async def _send(
        self, client: AsyncOpenAI, request: Mapping[str, Any], is_tried: asyncio.Event
    ) -> Reply:
        attempt = 0
        while True:
            start = time.perf_counter()
            try:
                async with asyncio.timeout(self.timeout):
                    raw = await client.chat.completions.with_raw_response.create(**request)
                body = raw.http_response.text
                if self.answer_ids.is_of_other_request(body, request):
                    raise _StrayAnswerError
                return Reply(body, time.perf_counter() - start)
            except (APIError, TimeoutError, _StrayAnswerError) as error:
                pause = self._compute_pause(error, attempt, request)
                if pause is None or attempt == self.retries:
                    return self._build_failure(error, request, attempt + 1)
            is_tried.set()
            await asyncio.sleep(pause)
            attempt += 1

    def _compute_pause(
        self, error: Exception, attempt: int, request: Mapping[str, Any]
    ) -> float | None:
        """Seconds until the next attempt: doubled each time, and spread; None if it is no use."""
        if isinstance(error, APIStatusError) and not is_transient(error.status_code, error.body):
            return None
        spread = 0.5 + int(sha256(json.dumps(request), str(attempt))[:8], 16) / 2**33
        pause = min(self.backoff * 2**attempt, _LONGEST_PAUSE) * spread
        headers = error.response.headers if isinstance(error, APIStatusError) else {}
        retry_after = read_retry_after(headers.get("retry-after", ""))
        return None if retry_after > _LONGEST_RETRY_AFTER else max(pause, retry_after)

    def _build_failure(self, error: Exception, request: Mapping[str, Any], attempts: int) -> Reply:
        """The error of one request, or SummbenchError if no request could do better."""
        message = self.redact(_format_error(error, self.timeout))[:_LONGEST_ERROR]
        if isinstance(error.__cause__, ConnectError | ConnectTimeout):
            raise SummbenchError(
                f"Nothing can be reached at {self.base_url} ({message}); start the server, or give "
                "its address, as in model.vllm.base_url=http://HOST:8000/v1."
            ) from error
        if isinstance(error, APIStatusError):
            status, body = error.status_code, error.body
            mistake = (
                self._explain_key(message)
                if status in (401, 402, 403)
                else explain_mistake(status, body, message, request, self.base_url)
            )
            if mistake is not None:
                raise SummbenchError(mistake) from error
        last = "" if attempts == 1 else f" (attempt {attempts}, the last)"
        return Reply(error=message + last)

    def _explain_key(self, message: str) -> str:
        what = "does not accept the key in" if self._read_key() else "needs a key; none is in"
        return (
            f"{self.base_url} {what} the environment variable {self.key_variable} ({message}); set "
            "it to a valid key, or name another variable with key_variable."
        )


def _format_error(error: Exception, timeout: float) -> str:
    """One line: the status with the server's own words, or what became of the connection."""
    if isinstance(error, APIStatusError):
        body = error.body.get("message", error.body) if isinstance(error.body, dict) else error.body
        words = to_text(body, error.response.headers)
        return " ".join(f"HTTP {error.status_code}: {words}".split())
    if isinstance(error, _StrayAnswerError):
        return "the server sent the answer to another request (its id was there before)"
    if isinstance(error, TimeoutError):
        return f"no answer in {timeout:g} seconds"
    cause = error.__cause__ or error
    return f"the connection failed: {type(cause).__name__}: {cause}"
