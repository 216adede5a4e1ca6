"""`offline=True` opens no socket, whatever was imported before; without it the hub is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from tests import tiny
from tests.commands import environment

pytestmark = pytest.mark.model

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_GUARD = """
import json, logging, socket, sys
import datasets
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.evaluation.nodes import build

attempts = []
def refuse(*arguments, **_):
    attempts.append(repr(arguments))
    raise OSError("no network in this test")
socket.getaddrinfo = socket.create_connection = refuse
socket.socket.connect = socket.socket.connect_ex = refuse

def use(component):
    if hasattr(component, "load"):
        return [example.article.text for example in component.load()]
    if hasattr(component, "score"):
        scores = component.score([Example(Article("a", "One."), ("One.",))], ["One."])
        return sorted(scores)
    return [p.error or "a summary" for p in component.summarise([Article("a", "One.")])]

results = []
for node, offline in json.loads(sys.argv[1]):
    before = len(attempts)
    try:
        outcome = use(build("it", node, offline=offline))
    except SummbenchError as error:
        outcome = str(error)
    results.append([outcome, len(attempts) - before])
print(json.dumps(results))
"""
Guard = Callable[..., list[Any]]


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """Use components in one process that may use the hub: [outcome, connections tried] of each."""
    environment_variables = environment() | {
        "HF_HOME": str(tmp_path),
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    del environment_variables["HF_HUB_OFFLINE"]

    def run(*uses: tuple[dict[str, Any], bool]) -> list[Any]:
        command = [sys.executable, "-c", _GUARD, json.dumps(uses)]
        process = subprocess.run(
            command, env=environment_variables, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        results: list[Any] = json.loads(process.stdout)
        return results

    return run


def put_into_hub_cache(hub: Path, checkpoint: Path) -> None:
    """As huggingface_hub stores it: refs/<branch> names a snapshot."""
    repository = hub / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(_COMMIT, encoding="utf-8")
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / _COMMIT).symlink_to(checkpoint)


def put_into_datasets_cache(cache: Path, rows: list[dict[str, str]], folder: Path) -> None:
    """As `datasets` stores a dataset of the hub: <owner>___<name>/<config>/<version>/<hash>."""
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    load_dataset("json", data_files={"test": str(file)}, cache_dir=str(folder / "made"))
    [arrow] = (folder / "made").rglob("json-test.arrow")
    target = cache / "someone___news" / "default" / "0.0.0" / "abc"
    target.mkdir(parents=True)
    arrow.rename(target / "news-test.arrow")
    info = json.loads((arrow.parent / "dataset_info.json").read_text("utf-8"))
    info |= {"dataset_name": "news", "config_name": "default"}
    info["splits"]["test"]["dataset_name"] = "news"
    (target / "dataset_info.json").write_text(json.dumps(info), encoding="utf-8")


def build_node(target: str, **arguments: Any) -> dict[str, Any]:
    return {"_target_": f"summbench.{target}", **arguments}


_ABSENT = "nobody/has-it"
_SEQ2SEQ = partial(build_node, "models.seq2seq.Seq2Seq", device="cpu")
_CAUSAL = partial(build_node, "models.causal.Causal", prompt="{article}", device="cpu")
_BERTSCORE = partial(build_node, "metrics.bertscore.BertScore", layer=2, device="cpu")
_NLI = partial(build_node, "metrics.nli.NliConsistency", device="cpu")
_HUB = partial(build_node, "datasets.hub.Hub", document="text", references=None)
_ENDPOINT = build_node(
    "models.endpoint.Endpoint", base_url="https://api.example.org/v1", model="m",
    prompt="{article}", retries=0,
)  # fmt: skip
_JUDGE = build_node(
    "metrics.judge.rubric.Rubric", model=_ENDPOINT, judge="m", dimensions=["d"],
    prompt="{article} {summary}",
)  # fmt: skip


@pytest.mark.slow
def test_offline_opens_no_socket_and_online_tries_to_in_the_same_process(guard: Guard) -> None:
    absent = [
        _SEQ2SEQ(weights=_ABSENT), _CAUSAL(weights=_ABSENT), _BERTSCORE(weights=_ABSENT),
        _NLI(weights=_ABSENT), _HUB(path=_ABSENT), _ENDPOINT, _JUDGE,
    ]  # fmt: skip
    results = guard(*((node, offline) for offline in (True, False) for node in absent))
    offline, online = results[: len(absent)], results[len(absent) :]
    assert [attempts for _, attempts in offline] == [0] * len(absent)
    assert all(isinstance(outcome, str) for outcome, _ in offline), offline  # each is refused
    asked, *others = online  # the hub is asked once in a process; what it said holds for all
    assert asked[1] > 0, online
    assert all(attempts > 0 or "does not answer" in outcome for outcome, attempts in others), online
    assert all(attempts > 0 for _, attempts in online[-2:]), online  # each server is


@pytest.mark.slow
def test_offline_uses_what_the_caches_have(guard: Guard, tmp_path: Path) -> None:
    put_into_hub_cache(tmp_path / "hub", tiny.checkpoint(tmp_path, "t5"))
    rows = [{"text": "One."}, {"text": "Two."}]
    put_into_datasets_cache(tmp_path / "datasets", rows, tmp_path)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "test.jsonl").write_text('{"text": "Three."}\n', encoding="utf-8")
    results = guard(
        (_SEQ2SEQ(weights="someone/tiny", generate={"max_new_tokens": 2}), True),
        (_HUB(path="someone/news"), True),
        (_HUB(path=str(folder)), True),
    )
    assert results == [[["a summary"], 0], [["One.", "Two."], 0], [["Three."], 0]]
