"""W&B's own package writes an offline run, and its file has what MLflow is sent."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from summbench.report.tracking.fields import build_tracked_runs
from summbench.runs.run import RunData
from tests.commands import run

pytest.importorskip("wandb")
pytestmark = pytest.mark.slow

_RUN = ("run", "model=[lead3,random3]", "limit=6", "metric=[rouge,length]", "name=a",
        "tracking=[wandb]", "tracking.wandb.mode=offline",
        "tracking.wandb.folder=sent")  # fmt: skip
_BLOCK = 32768
_HEADER = 7


def _iterate_records(file: Path) -> Iterator[bytes]:
    """The records of LevelDB's log format, of which a file of W&B is made after seven bytes."""
    data, place, parts = file.read_bytes(), _HEADER, b""
    assert data[:4] == b":W&B"
    while place + _HEADER <= len(data):
        left = _BLOCK - place % _BLOCK
        if left < _HEADER:
            place += left
            continue
        _, length, kind = struct.unpack_from("<IHB", data, place)
        parts += data[place + _HEADER : place + _HEADER + length]
        place += _HEADER + length
        if kind in {1, 4}:  # whole, or the last of several
            yield parts
            parts = b""


def _read(file: Path) -> dict[str, Any]:
    """Name, group, config, summary and exit code of an offline run."""
    import json

    from wandb.proto import wandb_internal_pb2

    found: dict[str, Any] = {"config": {}, "summary": {}, "files": set()}
    for data in _iterate_records(file):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        kind = record.WhichOneof("record_type")
        if kind == "run":
            own = record.run
            found |= {"name": own.display_name, "group": own.run_group, "project": own.project}
            found["config"] |= {i.key: json.loads(i.value_json) for i in own.config.update}
        elif kind == "summary":
            for item in record.summary.update:
                key = item.key or ".".join(item.nested_key)
                found["summary"][key] = json.loads(item.value_json)
        elif kind == "artifact":
            found["files"] |= {entry.path for entry in record.artifact.manifest.contents}
        elif kind == "exit":
            found["code"] = record.exit.exit_code
        assert kind != "environment", "the machine is nobody's business"
    return found


def test_an_offline_run_has_the_same_fields(tmp_path: Path) -> None:
    done = run(tmp_path, *_RUN)
    assert "wandb" not in (done.stdout + done.stderr).lower()
    files = [*tmp_path.glob("sent/wandb/offline-run-*/*.wandb")]
    sent = {found["name"]: found for found in map(_read, files)}
    tracked = build_tracked_runs(RunData.open(tmp_path / "results" / "a"))
    assert sorted(sent) == sorted(own.name for own in tracked) == [
        "a", "lead3 on newsdesk", "random3 on newsdesk",
    ]  # fmt: skip
    for own in tracked:
        found = sent[own.name]
        assert (found["group"], found["project"], found["code"]) == ("a", "summbench", 0)
        assert {k: v for k, v in found["summary"].items() if k[0] != "_"} == pytest.approx(
            dict(own.metrics)
        )
        assert {k: v for k, v in found["config"].items() if k[0] != "_"} == {
            **own.tags, **own.params,
        }  # fmt: skip
    assert sent["a"]["files"] == {
        "leaderboard.md", "leaderboard.csv", "leaderboard.tex", "leaderboard.json", "run.json",
    }  # fmt: skip


def test_no_article_and_no_summary_is_sent(tmp_path: Path) -> None:
    run(tmp_path, *_RUN)
    summaries = RunData.open(tmp_path / "results" / "a").predictions["summary"].to_pylist()
    sent = b"".join(file.read_bytes() for file in tmp_path.glob("sent/**/*") if file.is_file())
    assert sent
    assert not [text for text in summaries if text[:40].encode() in sent]
    assert sys.executable.encode() not in sent


def test_an_account_that_is_missing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    monkeypatch.setenv("WANDB_INIT_TIMEOUT", "5")
    done = run(tmp_path, *_RUN[:6], code=0)
    assert "tracking.wandb: the run was not sent" in " ".join(done.stderr.split())
    assert "0" * 40 not in done.stderr
