"""Endpoint models wherever they are called from: a running event loop, threads, Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from summbench.core.records import Article
from summbench.models.endpoint import Endpoint
from summbench.models.event_loop import iterate
from tests.commands import environment
from tests.servers import Moody, moody

_PREDICT_SLOWLY = """
import sys
from summbench.core.records import Article
from summbench.models.endpoint import Endpoint
model = Endpoint(sys.argv[1], "tiny", "{article}", retries=0)
articles = [Article("a", "One."), Article("b", "[slow] Two.")]
for prediction in model.summarise(articles):
    print(prediction.summary, flush=True)
"""


def summarise(server: Moody, *texts: str) -> list[str]:
    model = Endpoint(server.url, "tiny", "{article}", backoff=0.001)
    articles = [Article(str(i), text) for i, text in enumerate(texts)]
    predictions = sorted(model.summarise(articles), key=lambda p: p.article_id)
    return [prediction.summary for prediction in predictions]


def test_an_endpoint_model_predicts_inside_a_running_event_loop() -> None:
    async def main() -> tuple[list[str], bool]:
        own_loop = asyncio.get_running_loop()
        summaries = summarise(server, "One.", "Two.")
        return summaries, asyncio.get_running_loop() is own_loop

    with moody() as server:
        assert asyncio.run(main()) == (["One.", "Two."], True)
        assert asyncio.run(main()) == (["One.", "Two."], True)


def test_two_threads_predict_at_once() -> None:
    """The server replies to nobody before two requests are there: one thread alone would wait."""
    with moody(together=2) as server, ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(summarise, server, f"Number {i}.") for i in range(2)]
        assert [future.result(timeout=60) for future in futures] == [["Number 0."], ["Number 1."]]


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    with moody() as server:
        running = threading.active_count()
        summarise(server, "One.")
        model = Endpoint(server.url, "tiny", "{article}")
        predictions = model.summarise([Article("a", "One."), Article("b", "Two.")])
        assert next(predictions).summary == "One."
        predictions.close()  # type: ignore[attr-defined]
        deadline = time.monotonic() + 10  # the server ends its own, one for each connection
        while threading.active_count() > running and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() == running
    assert threading.active_count() == before


def test_a_prediction_comes_before_the_next_is_there() -> None:
    with moody() as server:
        model = Endpoint(server.url, "tiny", "{article}", timeout=5.0, retries=0)
        start = time.monotonic()
        predictions = model.summarise([Article("a", "One."), Article("b", "[slow] Two.")])
        assert next(predictions).summary == "One."
        assert time.monotonic() - start < 5.0
        assert next(predictions).error == "no answer in 5 seconds"


def test_ctrl_c_ends_it(tmp_path: Path) -> None:
    with moody() as server:
        child = Popen(
            [sys.executable, "-c", _PREDICT_SLOWLY, server.url],
            stdout=PIPE, stderr=PIPE, text=True, cwd=tmp_path, env=environment(),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "One.\n"  # and the other request waits for 300 seconds
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=20)
    assert "KeyboardInterrupt" in errors
    assert child.returncode != 0


def test_what_the_coroutine_raises_is_raised_after_what_it_yielded() -> None:
    async def count() -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(0)
        raise LookupError("two")

    numbers = iterate(count())
    assert next(numbers) == 1
    with pytest.raises(LookupError, match="two"):
        next(numbers)


def test_closing_it_cancels_what_is_under_way() -> None:
    cancelled = threading.Event()

    async def wait() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(300)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    numbers = iterate(wait())
    assert next(numbers) == 1
    numbers.close()  # type: ignore[attr-defined]
    assert cancelled.is_set()
