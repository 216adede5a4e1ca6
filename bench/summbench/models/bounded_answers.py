"""Answers of a server in bounded memory: one that does not end, or is compressed, is an error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

from httpx2 import AsyncByteStream, Response

_IDENTITY = ("", "identity")


def bound_answers(largest: int) -> Callable[[Response], Awaitable[None]]:
    """Return a hook that puts an error in place of an answer of more than `largest` bytes.

    No more of it is read. A few compressed bytes can stand for gigabytes; requests ask for none.
    Its text is decoded as JSON is, in UTF-8, -16 or -32, and not by what its header names: some of
    Python's codecs take time that grows with the square.
    """

    async def bound_answer(response: Response) -> None:
        encoding = response.headers.pop("content-encoding", "")
        assert isinstance(response.stream, AsyncByteStream)
        is_plain = encoding.lower() in _IDENTITY
        response.stream = _Bounded(response.stream, largest if is_plain else 0)
        kind = response.headers.get("content-type", "").partition(";")[0]
        response.headers["content-type"] = kind
        response.default_encoding = json.detect_encoding

    return bound_answer


class _Bounded(AsyncByteStream):
    """A stream that is read to its end, or to the limit; without one, an error is its content."""

    def __init__(self, stream: AsyncByteStream, limit: int) -> None:
        self._stream, self._limit = stream, limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size, parts = 0, []
        async for part in self._stream:
            size += len(part)
            if size > self._limit:
                yield _write_error(self._limit)
                return
            parts.append(part)
        for part in parts:
            yield part

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()


def _write_error(limit: int) -> bytes:
    reason = (
        f"longer than the {limit:,} bytes of max_answer_bytes"
        if limit
        else "compressed, which was not asked for"
    )
    return json.dumps({"error": {"message": f"the answer is {reason}"}}).encode()
