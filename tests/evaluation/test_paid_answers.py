"""Interrupted at a random moment: what came more than two seconds before is kept and asked once."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import kill
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.forked import LOCAL, PROCESSES, Forks, forks
from tests.servers import Answer, Moody, completion, fine, moody

pytestmark = pytest.mark.slow
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_SECONDS_LOST = 2.0


@dataclass
class _Log:
    """When each text was answered, by the clock of this process, and how often it was asked for."""

    times: dict[str, float] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    is_fast: bool = False


class _Patient(Moody):
    """Takes a random time for each article, and for one in sixteen longer than anybody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, _Log] = {}

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        run, text = body["messages"][-1]["content"].split(" ", 1)
        log = self.logs[run]
        log.requests[text] += 1
        if not log.is_fast:
            chance = random.Random(f"{run} {text}")
            is_slow = chance.random() < 1 / 16 and len(log.times) > 0
            self.closing.wait(15 if is_slow else chance.uniform(0.1, 3))
        log.times[text] = time.monotonic()
        return fine({**completion(f"Of {text}"), "id": f"chatcmpl-{run}{time.monotonic_ns()}"})


def _write_articles(folder: Path, count: int) -> list[str]:
    folder.mkdir()
    texts = [f"Number {i} came to the harbour office." for i in range(count)]
    (folder / "articles").write_text("\n".join(texts), "utf-8")
    return texts


def _read_stored(folder: Path) -> list[str]:
    rows = [row for part in folder.glob("store/predictions/m-*/*.parquet")
            for row in pq.read_table(part).to_pylist()]  # fmt: skip
    return [str(row["raw"] or row["summary"]).removeprefix("Of ") for row in rows]


def _wait_for(is_true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.02)


def _has_ended(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _interrupt(
    folder: Path, forked: Forks, process: int, number: int, times: Callable[[], Mapping[str, float]]
) -> list[str]:
    """Stop the process at a random moment; check what is stored, and return it."""
    sent = _SIGNALS[number % 3]
    _wait_for(times)
    time.sleep(random.Random(number).uniform(2.2, 3.5))
    before, stopped_at = dict(times()), time.monotonic()
    kill(process, sent)
    _wait_for(lambda: _has_ended(process))
    assert forked.wait(process) == (-sent if sent is signal.SIGKILL else 130)
    stored = _read_stored(folder)
    assert len(set(stored)) == len(stored)
    paid = {text for text, at in before.items() if at < stopped_at - _SECONDS_LOST}
    assert paid
    assert paid <= set(stored)
    if sent is not signal.SIGKILL:
        printed = (folder / "printed").read_text("utf-8")
        assert f"m: interrupted; {len(stored)} new predictions are stored." in printed
    return stored


def interrupt_and_finish(
    folder: Path, forked: Forks, name: str, executor: str, number: int, **options: object
) -> None:
    """Interrupt a model that notes what it predicts; the rest of the articles is predicted then."""
    texts, log = _write_articles(folder, 60), folder / "log"
    node = {"_target_": f"tests.noted.{name}", "log": str(log), "seconds": 0.3}

    def read_log() -> list[tuple[float, str]]:
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [(float(at), text) for at, _, text in (line.partition(" ") for line in lines)]

    process = forked.start(folder, node, executor, **options)
    stored = _interrupt(
        folder, forked, process, number, lambda: {text: at for at, text in read_log()}
    )
    n_before = len(read_log())
    again = forked.start(folder, {**node, "seconds": 0.0}, executor, **options)
    assert forked.wait(again) == 0, (folder / "printed").read_text("utf-8")
    assert not {text for _, text in read_log()[n_before:]} & set(stored)
    assert sorted(_read_stored(folder)) == sorted(texts)


def test_20_interruptions_with_64_requests_under_way_ask_nothing_twice(tmp_path: Path) -> None:
    lock = threading.Lock()

    class Locked(Forks):
        """For several threads."""

        def _call(self, *request: object) -> int:
            with lock:
                return super()._call(*request)

    def interrupt(server: _Patient, forked: Forks, number: int) -> None:
        folder, run = tmp_path / str(number), f"run{number}"
        log = server.logs[run] = _Log()
        texts = _write_articles(folder, 160)
        node = {
            "_target_": "summbench.models.endpoint.Endpoint", "base_url": server.url,
            "model": "tiny", "prompt": f"{run} {{article}}", "max_concurrent": 64,
            "batch_size": 160 if number % 2 else 64,
        }  # fmt: skip
        process = forked.start(folder, node)
        stored = _interrupt(folder, forked, process, number, lambda: log.times)
        log.is_fast = True
        again = forked.start(folder, node)
        _wait_for(lambda: _has_ended(again))
        assert forked.wait(again) == 0
        assert sorted(_read_stored(folder)) == sorted(texts)
        assert {log.requests[text] for text in stored} == {1}

    modules = ("openai", "summbench.models.endpoint")
    with moody(_Patient) as server, forks(*modules) as forked, ThreadPoolExecutor(20) as threads:
        assert isinstance(server, _Patient)
        forked.__class__ = Locked
        list(threads.map(lambda number: interrupt(server, forked, number), range(20)))


@pytest.mark.parametrize(
    ("name", "executor", "number"),
    [("NotedTorch", LOCAL, 0), ("NotedTorch", LOCAL, 2), ("Noted", PROCESSES, 2)],
    ids=["torch, SIGINT", "torch, SIGKILL", "processes, SIGKILL"],
)
def test_an_interrupted_model_loses_less_than_two_seconds(
    tmp_path: Path, name: str, executor: str, number: int
) -> None:
    modules = ["torch"] if name == "NotedTorch" else []
    with forks(*modules, executor.rpartition(".")[0]) as forked:
        interrupt_and_finish(tmp_path / "run", forked, name, executor, number)
