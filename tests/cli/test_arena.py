"""`summbench arena` as a process: what it prints, and what an interruption costs."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.cli.commands_in_process import call
from tests.commands import jsonl, rows, run, started
from tests.servers import Answer, Moody, moody

_SECONDS_LOST = 2.0


def _prepare(folder: Path, articles: int = 20, *, bound: bool = False) -> None:
    jsonl(folder / "news.jsonl", rows(articles))
    models = "model=[lead1,lead3,random3,oracle]" if bound else "model=[lead1,lead3,random3]"
    run(folder, "run", "dataset=news.jsonl", "metric=rouge", "name=run", models)


def _command(server: Moody, *more: str) -> list[str]:
    return [
        "arena", "results/run", "--judge", "endpoint", f"model.endpoint.base_url={server.url}",
        "model.endpoint.model=tiny", *more,
    ]  # fmt: skip


def _choose(body: dict[str, Any]) -> str:
    return "[[A]]" if len(body["messages"][-1]["content"]) % 3 else "[[B]]"


def _read_stored(folder: Path) -> list[str]:
    parts = folder.glob("results/store/predictions/endpoint_model-*/*.parquet")
    return [key for part in parts for key in pq.read_table(part)["key"].to_pylist()]


def test_the_command_prints_a_board_and_writes_three_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _prepare(tmp_path, bound=True)
    monkeypatch.chdir(tmp_path)
    with moody(reply=_choose) as server:
        code, printed = call(capsys, *_command(server, "--dry-run"))
        assert code == 0
        assert server.requests == []
        assert "0 of" in printed
        n_requests = int(re.findall(r"(\d+) requests would be sent to the judge", printed)[0])
        code, printed = call(capsys, *_command(server))
        assert code == 0
        assert len(server.requests) == n_requests
        assert server.requests[0]["model"] == "tiny"
        [message] = server.requests[0]["messages"]
        assert message["content"].startswith("Article:\nItem ")
        assert "Summarise" not in message["content"]
        _, printed = call(capsys, *_command(server, "--dry-run"))
        assert f"{n_requests} of {n_requests} different requests are stored." in printed
    folder = tmp_path / "results/run/arena"
    assert {path.name for path in folder.iterdir()} == {"arena.json", "arena.md", "verdicts.jsonl"}
    assert "Not in the arena: oracle." in (folder / "arena.md").read_text()
    assert json.loads((folder / "arena.json").read_text())["signature"].startswith(
        "pairs|judge:tiny|"
    )


def test_the_printed_page_fits_80_columns(tmp_path: Path) -> None:
    _prepare(tmp_path, 6)
    with moody(reply=_choose) as server:
        done = run(tmp_path, *_command(server, "--budget", "20"))
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "The budget of 20 questions leaves out" in " ".join(done.stdout.split())
    assert done.stdout.rstrip().endswith("Written to results/run/arena.")


_MISTAKES = [
    (["--judge", "endpiont"], "There is no model 'endpiont'. Did you mean 'endpoint'?"),
    (["--judge", "endpoint"], "The config leaves unset: model.endpoint.base_url"),
    (["--judge", "rouge"], "'rouge' is no judge of pairs"),
    (["--judge", "lead3", "metric=rouge"], "the judge is chosen by --judge NAME alone"),
    (["--judge", "lead3", "--budgets", "3"], "There is no option '--budgets'"),
    (["--judge", "lead3", "--systems", "lead1"], "An arena needs two systems"),
    (["--judge", "lead3", "--prompt", "none.txt"], "none.txt"),
    (["--judge", "lead3", "--people", "none.jsonl"], "none.jsonl"),
    (["--judge", "lead3", "metric.judge_pairwise.prompt=Which?"], "prompt must have {article}"),
]


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    _prepare(folder, 2)
    return folder


@pytest.mark.parametrize(("words", "sentence"), _MISTAKES, ids=[s[:30] for _, s in _MISTAKES])
def test_a_mistake_is_a_sentence(
    small_run: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(small_run)
    code, printed = call(capsys, "arena", "results/run", *words)
    assert code != 0
    assert sentence in printed


def test_a_model_that_summarises_has_no_verdict(
    small_run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_run)
    code, printed = call(capsys, "arena", "results/run", "--judge", "lead1", "--out", "lead1")
    assert code == 1
    assert "The judge gave no verdict in 12 questions: there is no ranking." in printed


class _Slow(Moody):
    """Takes a tenth of a second a reply, and notes when each was sent."""

    is_fast = False

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.replied: dict[str, float] = {}
        self.asked: Counter[str] = Counter()

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        prompt = body["messages"][-1]["content"]
        self.asked[prompt] += 1
        if not self.is_fast:
            self.closing.wait(0.3)
        reply = super().answer(body, key)
        self.replied[prompt] = time.monotonic()
        return reply


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=str)
def test_an_interrupted_arena_asks_nothing_twice_that_was_stored(
    tmp_path: Path, sent: signal.Signals
) -> None:
    _prepare(tmp_path, 40)
    with moody(kind=_Slow, reply=_choose) as server:
        assert isinstance(server, _Slow)
        process = started(tmp_path, *_command(server, "model.endpoint.max_concurrent=4"))
        end = time.monotonic() + 60
        while len(server.replied) < 50:
            assert time.monotonic() < end
            time.sleep(0.02)
        stopped, before = time.monotonic(), dict(server.replied)
        process.send_signal(sent)
        _, printed = process.communicate(timeout=60)
        assert process.returncode == (-sent if sent is signal.SIGKILL else 130)
        stored = _read_stored(tmp_path)
        assert len(set(stored)) == len(stored)
        paid = [prompt for prompt, at in before.items() if at < stopped - _SECONDS_LOST]
        assert 0 < len(paid) <= len(stored)
        if sent is not signal.SIGKILL:
            assert f"endpoint.model: interrupted; {len(stored)} new predictions are stored." in (
                " ".join(printed.split())
            )
            assert "the same command goes on from there" in " ".join(printed.split())
        assert "Traceback" not in printed
        assert not (tmp_path / "results/run/arena/arena.json").exists()
        n_asked = sum(server.asked.values())
        server.is_fast = True
        dry = run(tmp_path, *_command(server, "--dry-run")).stdout
        assert f"{len(stored)} of" in dry
        run(tmp_path, *_command(server))
        plan = json.loads((tmp_path / "results/run/arena/arena.json").read_text())["plan"]
        # Each of the rest is asked once more at most, and nothing that was stored.
        assert sum(server.asked.values()) - n_asked == plan["requests"] - len(stored)
        assert all(server.asked[prompt] == 1 for prompt in paid)
    assert len(_read_stored(tmp_path)) == plan["requests"]


@pytest.mark.slow
def test_a_server_that_goes_away_keeps_what_it_said(tmp_path: Path) -> None:
    _prepare(tmp_path, 20)
    with moody(reply=_choose) as server:
        stop = threading.Event()

        def reply(body: dict[str, Any]) -> str:
            if len(server.requests) > 20:
                stop.set()
            return _choose(body)

        server._reply = reply
        key = {"kind": "revoked"}
        done = run(tmp_path, *_command(server, "--budget", "40"))
        n_requests = len(server.requests)
        assert stop.is_set()
        server.key = key["kind"]
        failed = run(tmp_path, *_command(server, "--budget", "80"), code=1)
        assert "401" in failed.stdout + failed.stderr
        server.key = None
        run(tmp_path, *_command(server, "--budget", "40"))
        n_after = len(server.requests)
    assert done.returncode == 0
    assert len(_read_stored(tmp_path)) == n_requests
    assert n_after - n_requests <= 8
