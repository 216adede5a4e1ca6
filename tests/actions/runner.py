"""A runner for one composite action: its scripts are run, the actions that it uses are faked.

As GitHub's runner does it: `bash --noprofile --norc -eo pipefail FILE` in the workspace, outputs
and the job's summary by way of files, a step that fails ends the job.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.actions.expressions import fill_in, is_true
from tests.commands import CLONE, environment

ACTION = CLONE / ".github" / "actions" / "gate"


@dataclass
class Service:
    """What outlives a job: caches (key -> folder, the oldest first), artifacts, and the API."""

    folder: Path
    api: str = "http://127.0.0.1:9"
    caches: dict[str, Path] = field(default_factory=dict)
    artifacts: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Job:
    """What became of a job: the exit code of the first step that failed, and all it left."""

    code: int = 0
    ran: list[str] = field(default_factory=list)
    log: str = ""
    summary: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


def read_action() -> Any:
    """action.yml."""
    return yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))


def run_action(
    workspace: Path,
    service: Service,
    inputs: Mapping[str, str],
    *,
    pull_request: int | None = 7,
    skip: Sequence[str] = ("Install summbench",),
    path: Path | None = None,
) -> Job:
    """Run the gate in the workspace, with the inputs given and the defaults of the others.

    summbench is the one of this interpreter's environment, so that it need not be installed.
    """
    action, job = read_action(), Job()
    defaults = {name: spec["default"] for name, spec in action["inputs"].items()}
    assert inputs.keys() <= defaults.keys()
    contexts = {
        "inputs": {**defaults, **inputs},
        "github": _build_context(service, pull_request),
        "runner": {"os": "Linux"},
    }
    files = {name: service.folder / name for name in ("output", "summary")}
    variables = _build_environment(service, contexts["github"], files, path)
    for file in files.values():
        file.write_text("", encoding="utf-8")
    for step in action["runs"]["steps"]:
        contexts["steps"] = {key: {"outputs": value} for key, value in job.outputs.items()}
        is_skipped = step["name"] in skip or "setup-python" in step.get("uses", "")
        if job.code or is_skipped or not is_true(step.get("if", "'yes'"), contexts):
            continue
        job.ran.append(step["name"])
        if "run" in step:
            own = {key: fill_in(str(value), contexts) for key, value in step.get("env", {}).items()}
            _run_script(step, workspace, variables | own, files, job)
        else:
            options = {k: fill_in(str(value), contexts) for k, value in step["with"].items()}
            _use(step, options, workspace, service, job)
    job.summary = files["summary"].read_text(encoding="utf-8")
    return job


def _build_context(service: Service, pull_request: int | None) -> dict[str, Any]:
    return {
        "action_path": str(ACTION),
        "server_url": "https://github.example",
        "repository": "news/summaries",
        "run_id": "4711",
        "token": "a-token",
        "event_name": "push" if pull_request is None else "pull_request",
        "event": {} if pull_request is None else {"pull_request": {"number": pull_request}},
    }


def _build_environment(
    service: Service, github: Mapping[str, Any], files: Mapping[str, Path], path: Path | None
) -> dict[str, str]:
    folder = path or Path(sys.executable).parent
    return environment() | {
        "COLUMNS": "80",
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": github["action_path"],
        "GITHUB_API_URL": service.api,
        "GITHUB_REPOSITORY": github["repository"],
        "GITHUB_EVENT_NAME": github["event_name"],
        "GITHUB_OUTPUT": str(files["output"]),
        "GITHUB_STEP_SUMMARY": str(files["summary"]),
    }


def _run_script(
    step: Mapping[str, Any],
    workspace: Path,
    variables: Mapping[str, str],
    files: Mapping[str, Path],
    job: Job,
) -> None:
    assert step["shell"] == "bash"
    assert "${{" not in step["run"], "values reach a script by its environment"
    script = files["output"].with_name("script.sh")
    script.write_text(step["run"], encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=workspace, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    job.log += done.stdout
    job.code = done.returncode
    lines = files["output"].read_text(encoding="utf-8").splitlines()
    files["output"].write_text("", encoding="utf-8")
    if "id" in step:
        job.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)


def _use(
    step: Mapping[str, Any],
    options: Mapping[str, str],
    workspace: Path,
    service: Service,
    job: Job,
) -> None:
    name = step["uses"].partition("@")[0]
    if name == "actions/cache/restore":
        prefixes = [options["key"], *options["restore-keys"].split("\n")]
        keys = [k for p in prefixes if p for k in reversed(service.caches) if k.startswith(p)]
        if keys:
            shutil.copytree(service.caches[keys[0]], workspace / options["path"])
        job.outputs[step["id"]] = {"cache-matched-key": keys[0] if keys else ""}
    elif name == "actions/cache/save":
        if options["key"] not in service.caches and (workspace / options["path"]).exists():
            copy = service.folder / f"cache-{len(service.caches)}"
            shutil.copytree(workspace / options["path"], copy)
            service.caches[options["key"]] = copy
    else:
        assert name == "actions/upload-artifact"
        service.artifacts[options["name"]] = [
            str(file.relative_to(workspace))
            for line in options["path"].splitlines()
            if line.strip()
            for file in _list_files(workspace / line.strip())
        ]


def _list_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
