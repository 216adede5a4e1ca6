"""MLflow's own server on SQLite is told of a run, and a server that is not there loses nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.commands import run, written

for needed in ("mlflow", "sqlalchemy", "alembic", "flask", "flask_cors"):
    pytest.importorskip(needed)

_PATIENCE = 180.0
_RUN = ("run", "model=[lead3,random3]", "limit=6", "metric=[rouge,length]", "name=a",
        "tracking=[mlflow]")  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an MLflow server of this test alone."""
    folder, port = tmp_path_factory.mktemp("mlflow"), _free_port()
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", f"sqlite:///{folder}/runs.db", "--workers", "1",
        "--artifacts-destination", str(folder / "artifacts"),
    ]  # fmt: skip
    own = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **own})
    try:
        _wait(process, f"http://127.0.0.1:{port}/health", folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=10):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(log.read_text(encoding="utf-8")[-2000:])


_READ = """
import json, sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name("summbench")
runs = client.search_runs([experiment.experiment_id])
print(json.dumps([
    {"name": r.info.run_name, "id": r.info.run_id, "status": r.info.status, "tags": r.data.tags,
     "params": r.data.params, "metrics": r.data.metrics,
     "files": [f.path for f in client.list_artifacts(r.info.run_id)]} for r in runs
]))
"""


def _runs(address: str) -> dict[str, Any]:
    """What the server has, asked by MLflow's own client in a process of its own."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", _READ, address], capture_output=True, text=True, timeout=300,
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {found["name"]: found for found in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.slow
def test_a_server_has_the_leaderboard_and_its_models(server: str, tmp_path: Path) -> None:
    run(tmp_path, *_RUN, f"tracking.mlflow.uri={server}")
    found, board = _runs(server), written(tmp_path, "leaderboard.json", "a")
    made = written(tmp_path, "run.json", "a")
    assert sorted(found) == ["a", "lead3 on newsdesk", "random3 on newsdesk"]
    top, lead = found["a"], found["lead3 on newsdesk"]
    assert set(top["files"]) == {
        "leaderboard.md", "leaderboard.csv", "leaderboard.tex", "leaderboard.json", "run.json",
    }  # fmt: skip
    assert {r["status"] for r in found.values()} == {"FINISHED"}
    assert lead["tags"]["mlflow.parentRunId"] == top["id"]
    assert lead["tags"]["signature.rouge"] == made["metrics"]["rouge"]["signature"]
    assert lead["params"]["sentences"] == "3"
    assert lead["params"]["fingerprint"] == made["models"]["lead3"]["fingerprint"]
    entry = next(
        e for e in board["entries"] if (e["model"], e["metric"]) == ("lead3", "rouge.rouge2_f")
    )
    for suffix, key in (("", "mean"), (".low", "low"), (".high", "high")):
        assert lead["metrics"][f"rouge.rouge2_f{suffix}"] == pytest.approx(entry[key], abs=1e-12)
    assert lead["metrics"]["health.articles"] == 6


@pytest.mark.slow
def test_a_server_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    done = run(tmp_path, *_RUN, f"tracking.mlflow.uri=http://127.0.0.1:{_free_port()}", code=0)
    assert "the run was not sent" in " ".join(done.stderr.split())
    assert written(tmp_path, "run.json", "a")["files"]


@pytest.mark.slow
def test_an_address_has_to_be_given(tmp_path: Path) -> None:
    said = run(tmp_path, *_RUN, code=1).stderr
    assert "tracking.mlflow.uri" in said
