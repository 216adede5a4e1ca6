"""Trackio's own package stores a run on this machine, with what MLflow is sent."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from summbench.report.tracking.fields import build_tracked_runs
from summbench.runs.run import RunData
from tests.commands import run

pytest.importorskip("trackio")
pytestmark = pytest.mark.slow

_RUN = ("run", "model=[lead3,random3]", "limit=6", "metric=[rouge,length]", "name=a",
        "tracking=[trackio]")  # fmt: skip


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run -> its config, and run -> its metrics."""
    with sqlite3.connect(folder / "summbench.db") as database:
        configs = database.execute("select run_name, config from configs").fetchall()
        metrics = database.execute("select run_name, metrics from metrics").fetchall()
    return (
        {name: json.loads(text) for name, text in configs},
        {name: json.loads(text) for name, text in metrics},
    )


def test_the_database_has_the_same_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "stored"))
    done = run(tmp_path, *_RUN)
    assert "trackio" not in (done.stdout + done.stderr).lower()
    configs, metrics = _read(tmp_path / "stored")
    data = RunData.open(tmp_path / "results" / "a")
    tracked = {own.name: own for own in build_tracked_runs(data)}
    assert sorted(metrics) == ["lead3 on newsdesk", "random3 on newsdesk"]
    for name, found in metrics.items():
        assert found == pytest.approx(dict(tracked[name].metrics))
        own = {key: value for key, value in configs[name].items() if key[0] != "_"}
        assert own == {**tracked[name].tags, **tracked[name].params}
        assert configs[name]["_Group"] == "a"
    stored = [file.read_bytes() for file in (tmp_path / "stored").rglob("*") if file.is_file()]
    assert data.read_bytes("leaderboard.json") in stored  # the artifact
    summaries = data.predictions["summary"].to_pylist()
    assert not [text for text in summaries for content in stored if text[:40].encode() in content]


def test_a_server_that_is_not_there_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "stored"))
    monkeypatch.delenv("TRACKIO_WRITE_TOKEN", raising=False)
    done = run(tmp_path, *_RUN, "tracking.trackio.server=http://127.0.0.1:9", code=0)
    assert "tracking.trackio: the run was not sent" in " ".join(done.stderr.split())
