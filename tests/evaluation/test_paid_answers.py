"""Interrupted at a random moment: what came more than two seconds before is kept and asked once."""

from __future__ import annotations

import random
import signal
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

from summbench.core.records import Article, Example
from summbench.evaluation.keys import compute_text_key
from tests.forked import LOCAL, PROCESSES, Forks, forks
from tests.servers import Answer, Moody, completion, fine, moody
from tests.tiny import checkpoint

pytestmark = pytest.mark.slow
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_SECONDS_LOST = 2.0
_AT_ONCE = 5


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
    """The articles whose predictions are stored, by their keys, or by what their server says."""
    lines = (folder / "articles").read_text("utf-8").splitlines()
    texts = {
        compute_text_key(Example(Article(line, line)), with_references=False): line
        for line in lines
    }
    rows = [row for part in folder.glob("store/predictions/m-*/*.parquet")
            for row in pq.read_table(part).to_pylist()]  # fmt: skip
    return [texts.get(row["key"]) or str(row["raw"]).removeprefix("Of ") for row in rows]


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
    sent = SIGNALS[number % 3]
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


def _read_log(path: Path) -> list[tuple[str, float]]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [(text, float(at)) for at, _, text in (line.partition(" ") for line in lines)]


def interrupt_and_finish(
    folder: Path, forked: Forks, executor: str, number: int, weights: Path | None = None,
    **options: object,
) -> tuple[int, int]:  # fmt: skip
    """Interrupt a model that notes what it predicts; the rest of the articles is predicted then.

    Returns how many replies were whole, and how many of them were stored.
    """
    texts, log = _write_articles(folder, 60), folder / "log"
    node: dict[str, Any] = {"_target_": "tests.noted.Noted", "log": str(log), "seconds": 0.3}
    begun = log
    if weights is not None:
        generation = {"generate": {"max_new_tokens": 60}, "stop": {"sentences": 1}, "chat": False}
        node |= {"_target_": "tests.noted_checkpoint.NotedCausal", "seconds": 0.05}
        node |= {"weights": str(weights), "prompt": "{article}", "batch_size": 8, **generation}
        begun = folder / "log.begun"
    process = forked.start(folder, node, executor, **options)
    stored = _interrupt(folder, forked, process, number, lambda: dict(_read_log(log)))
    n_whole, n_begun = len(_read_log(log)), len(_read_log(begun))
    again = forked.start(folder, {**node, "seconds": 0.0}, executor, **options)
    assert forked.wait(again) == 0, (folder / "printed").read_text("utf-8")
    assert not {text for text, _ in _read_log(begun)[n_begun:]} & set(stored)
    assert sorted(_read_stored(folder)) == sorted(texts)
    return n_whole, len(stored)


def run_in_threads(count: int, work: Callable[[int], object]) -> list[Any]:
    """The results of `work(0)` to `work(count - 1)`, some at once."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(work, range(count)))


def test_20_interruptions_with_64_requests_under_way_ask_nothing_twice(tmp_path: Path) -> None:
    def interrupt(server: _Patient, forked: Forks, number: int) -> None:
        folder, run = tmp_path / str(number), f"run{number}"
        log = server.logs[run] = _Log()
        texts = _write_articles(folder, 96)
        node = {
            "_target_": "summbench.models.endpoint.Endpoint", "base_url": server.url,
            "model": "tiny", "prompt": f"{run} {{article}}", "max_concurrent": 64,
            "batch_size": 96 if number % 2 else 64,
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
    with moody(_Patient) as server, forks(*modules) as forked:
        assert isinstance(server, _Patient)
        run_in_threads(20, lambda number: interrupt(server, forked, number))


@pytest.mark.model
def test_a_checkpoint_loses_less_than_two_seconds_in_mid_batch(tmp_path: Path) -> None:
    """SIGINT, SIGTERM and SIGKILL; 20 are in tests/simulation/kills.md."""
    weights = checkpoint(tmp_path, "llama")
    with forks("transformers.models.llama.modeling_llama", "tests.noted_checkpoint") as forked:
        run_in_threads(
            3, lambda i: interrupt_and_finish(tmp_path / str(i), forked, LOCAL, i, weights)
        )


def test_worker_processes_lose_less_than_two_seconds(tmp_path: Path) -> None:
    with forks(PROCESSES.rpartition(".")[0]) as forked:
        interrupt_and_finish(tmp_path / "run", forked, PROCESSES, 2)
