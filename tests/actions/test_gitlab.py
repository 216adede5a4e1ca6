"""The GitLab job: its script runs as GitLab runs it, and its note is replaced and not repeated."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.actions.forge import BOT, Forge, serve_forge
from tests.actions.runner import ACTION
from tests.commands import CLONE, environment, run

pytestmark = pytest.mark.slow

_FILE = CLONE / ".gitlab" / "summbench-gate.yml"
_OWN = {
    "GATE_EXPERIMENT": "ci",
    "GATE_OVERRIDES": "model=[textrank]\nlimit=20",
    "GATE_SH": (ACTION / "gate.sh").as_uri(),
}


def _read_job() -> Any:
    return yaml.safe_load(_FILE.read_text("utf-8"))[".summbench-gate"]


def _run_job(folder: Path, forge: Forge, **variables: str) -> tuple[int, str]:
    """The scripts in one shell, as a runner does; summbench is installed already."""
    job = _read_job()
    predefined = {
        "CI_API_V4_URL": f"{forge.address}/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_PROJECT_DIR": str(folder),
        "CI_JOB_URL": "https://gitlab.example/news/-/jobs/5",
        "CI_MERGE_REQUEST_IID": "3",
        "GATE_NOTE_TOKEN": "glpat-x",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    own = predefined | {key: str(value) for key, value in job["variables"].items()} | _OWN
    own |= variables
    own = {k: re.sub(r"\$(\w+)", lambda m: own.get(m[1], ""), v) for k, v in own.items()}
    lines = [line for line in job["before_script"] if "pip install" not in line]
    assert len(lines) == len(job["before_script"]) - 1
    script = "set -e\n" + "\n".join([*lines, *job["script"]])
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment() | own, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    run(folder, "run", "experiment=ci", "model=[textrank]", "limit=20", "name=release")
    run(folder, "report", "results/release", "--baseline", "results/baseline")
    return folder


@pytest.fixture
def forge() -> Iterator[Forge]:
    with serve_forge() as forge:
        yield forge


def test_the_note_follows_the_merge_request(project: Path, forge: Forge) -> None:
    forge.add("<!-- summbench gate: summbench -->\nof somebody else", "mallory")
    code, shown = _run_job(project, forge)
    assert code == 0, shown
    worse = {"GATE_OVERRIDES": f"{_OWN['GATE_OVERRIDES']}\nmodel.textrank.sentences=1"}
    code, shown = _run_job(project, forge, **worse)
    assert code == 3, shown
    assert len(forge.comments) == 2
    assert forge.comments[1]["author"]["username"] == BOT
    assert forge.comments[1]["body"].splitlines()[1] == "## Gate summbench: regressed"
    assert "(<https://gitlab.example/news/-/jobs/5/artifacts/browse>)" in forge.comments[1]["body"]
    assert forge.tokens == {"glpat-x"}
    assert {method for method, _ in forge.requests} == {"GET", "POST", "PUT"}


def test_every_report_is_where_the_job_says(project: Path, forge: Forge) -> None:
    _run_job(project, forge)
    artifacts = _read_job()["artifacts"]
    for path in artifacts["reports"].values():
        assert (project / path).is_file()
    assert artifacts["paths"] == ["gate-report/", "results/$GATE_NAME/"]
    assert (project / "results/summbench/report/index.html").is_file()
    assert (project / _read_job()["cache"][0]["paths"][0]).is_dir()


@pytest.mark.parametrize(
    ("variables", "writable", "said"),
    [
        ({"CI_MERGE_REQUEST_IID": ""}, True, "No merge request: no note."),
        ({"GATE_NOTE_TOKEN": ""}, True, "No note: GATE_NOTE_TOKEN is not set"),
        ({}, False, "The note could not be written."),
        ({"CI_API_V4_URL": "http://127.0.0.1:9"}, True, "The note could not be written."),
    ],
)
def test_a_note_that_cannot_be_written_fails_nothing(
    project: Path, forge: Forge, variables: dict[str, str], writable: bool, said: str
) -> None:
    forge.writable = writable
    code, shown = _run_job(project, forge, **variables)
    assert code == 0, shown
    assert said in shown
    assert forge.comments == []


def test_what_is_fetched_is_of_the_version_that_is_installed() -> None:
    variables = _read_job()["variables"]
    version = variables["SUMMBENCH"].partition("==")[2]
    assert f"/v{version}/" in variables["GATE_SH"]
    assert f"/v{version}/" in _FILE.read_text("utf-8").partition("remote: ")[2].splitlines()[0]
    assert f'version = "{version}"' in (CLONE / "pyproject.toml").read_text("utf-8")
