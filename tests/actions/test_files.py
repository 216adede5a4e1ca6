"""Workflows, actions and scripts are valid by the published schemas; tools find no danger."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.actions.runner import ACTION
from tests.commands import CLONE

_WORKFLOWS = sorted((CLONE / ".github" / "workflows").glob("*.yml"))
_ACTIONS = [ACTION / "action.yml"]
_GITLAB = [CLONE / ".gitlab" / "summbench-gate.yml"]
_SCHEMAS = {
    **dict.fromkeys(_WORKFLOWS, "vendor.github-workflows"),
    **dict.fromkeys(_ACTIONS, "vendor.github-actions"),
    **dict.fromkeys(_GITLAB, "vendor.gitlab-ci"),
}
_SCRIPTS = [ACTION / "gate.sh", *(CLONE / ".ci" / name for name in ("run", "lock", "release"))]
_FILES = [*_WORKFLOWS, *_ACTIONS]
_PINNED = re.compile(r"uses: +([\w./-]+)@([0-9a-f]{40}) {2}# v\d+\.\d+\.\d+$")


def _read(file: Path) -> Any:
    # YAML 1.1 reads `on` as true
    return yaml.safe_load(file.read_text("utf-8"))


def _find(tool: str) -> str:
    """The tool of the extra dev, beside this interpreter or on the PATH."""
    beside = Path(sys.executable).parent / tool
    found = str(beside) if beside.exists() else shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed; it is in the extra dev")
    return found


def _check(*command: str, text: str | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, input=text)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", _SCHEMAS, ids=lambda file: file.name)
def test_the_published_schema_accepts_it(file: Path) -> None:
    tool = _find("check-jsonschema")
    _check(tool, "--builtin-schema", _SCHEMAS[file], str(file))


def test_the_schema_refuses_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "action.yml"
    text = _ACTIONS[0].read_text("utf-8").replace("using: composite", "using: magic")
    file.write_text(text, encoding="utf-8")
    tool = _find("check-jsonschema")
    done = subprocess.run([tool, "--builtin-schema", "vendor.github-actions", str(file)])
    assert done.returncode == 1


def test_zizmor_has_no_complaint() -> None:
    """Injection, permissions, pull_request_target, credentials, poisoned caches and the like."""
    tool = _find("zizmor")
    _check(tool, "--offline", "--min-severity", "medium", *map(str, _FILES))


@pytest.mark.parametrize("file", _SCRIPTS, ids=lambda file: file.name)
def test_shellcheck_has_no_complaint(file: Path) -> None:
    _check(_find("shellcheck"), str(file))


def _iterate_steps(file: Path) -> Iterator[Mapping[str, Any]]:
    content = _read(file)
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    for job in jobs:
        yield from job.get("steps", ())


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_shellcheck_has_no_complaint_about_the_scripts_of_steps(file: Path) -> None:
    tool = _find("shellcheck")
    for step in _iterate_steps(file):
        if "run" in step:
            _check(tool, "--shell", "bash", "-", text=step["run"])


def test_shellcheck_has_no_complaint_about_the_script_of_gitlab() -> None:
    [script] = _read(_GITLAB[0])[".summbench-gate"]["script"]
    _check(_find("shellcheck"), "--shell", "sh", "-", text=script)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_what_others_wrote_is_pinned_by_its_commit(file: Path) -> None:
    for line in file.read_text("utf-8").splitlines():
        if re.match(r"\s*(- )?uses:", line) and "uses: ./" not in line:
            assert _PINNED.search(line), line


def test_one_action_has_one_commit() -> None:
    commits: dict[str, set[str]] = {}
    for file in _FILES:
        for name, commit in re.findall(
            r"uses: +([\w./-]+)@([0-9a-f]{40})", file.read_text("utf-8")
        ):
            commits.setdefault("/".join(name.split("/")[:2]), set()).add(commit)
    assert {name: len(of_name) for name, of_name in commits.items()} == dict.fromkeys(commits, 1)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_no_value_from_outside_is_part_of_a_script(file: Path) -> None:
    for step in _iterate_steps(file):
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_only_read_unless_a_job_says_why(file: Path) -> None:
    content, text = _read(file), file.read_text("utf-8")
    assert content["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    assert "secrets." not in text  # PyPI trusts the workflow itself
    writing = [line for line in text.splitlines() if re.search(r": write\b", line)]
    assert all("#" in line or "id-token" in line for line in writing)
    assert all("timeout-minutes" in job or "uses" in job for job in content["jobs"].values())


def test_the_simulations_are_all_in_the_workflow() -> None:
    [job] = _read(CLONE / ".github/workflows/long.yml")["jobs"].values()
    modules = {
        file.stem
        for file in (CLONE / "tests/simulation").glob("*.py")
        if '__name__ == "__main__"' in file.read_text("utf-8")
    }
    assert set(job["strategy"]["matrix"]["module"]) == modules


def test_every_make_target_of_a_workflow_is_one() -> None:
    rules = (CLONE / "Makefile").read_text("utf-8")
    for file in _WORKFLOWS:
        for target in re.findall(r"\bmake ([\w./-]+)", file.read_text("utf-8")):
            assert re.search(rf"^{re.escape(target)}:", rules, re.MULTILINE), target


def test_ci_tries_the_pythons_that_are_supported() -> None:
    project = (CLONE / "pyproject.toml").read_text("utf-8")
    supported = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    job = _read(CLONE / ".github/workflows/ci.yml")["jobs"]["tests"]
    assert job["strategy"]["matrix"]["python"] == supported


@pytest.mark.parametrize(
    ("tag", "reason"),
    [("v9.9.9", "the tag is v9.9.9, and pyproject.toml says"), ("1.0", "the tag is 1.0")],
)
def test_a_tag_of_another_version_is_no_release(tag: str, reason: str) -> None:
    done = subprocess.run([CLONE / ".ci/release", tag], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert reason in done.stderr
    assert not done.stdout.count("building")
