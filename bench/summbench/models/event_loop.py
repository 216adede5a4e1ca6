"""Asynchronous work from synchronous code, also inside a running event loop (Jupyter)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

Item = TypeVar("Item")
_END = object()


def iterate(items: AsyncIterator[Item]) -> Iterator[Item]:
    """Yield the items as they come, from an event loop in a thread of its own.

    What they raise is raised here. Ctrl-C, or closing this generator, cancels what is under way;
    the thread has ended when the generator has.
    """
    queue: SimpleQueue[Any] = SimpleQueue()
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = Future()

    async def fill_queue() -> None:
        task = asyncio.current_task()
        assert task is not None
        started.set_result((asyncio.get_running_loop(), task))
        async for item in items:
            queue.put(item)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(lambda: asyncio.run(fill_queue()))
        running.add_done_callback(lambda _: queue.put(_END))
        try:
            while (item := queue.get()) is not _END:
                yield item
        finally:
            if not running.done():
                loop, task = started.result()
                with suppress(RuntimeError):  # the loop has been closed meanwhile
                    loop.call_soon_threadsafe(task.cancel)
        running.result()
