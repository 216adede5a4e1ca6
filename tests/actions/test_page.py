"""The page beside the action: its commands run, its YAML is valid, its table is the action's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.actions.runner import ACTION, read_action
from tests.commands import CLONE, environment

_PAGE = ACTION / "README.md"
_BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
_SHELL = [text for language, text in _BLOCKS if language == "sh"]
_YAML = [text for language, text in _BLOCKS if language == "yaml"]
_MARKS = "<!-- inputs -->\n", "<!-- /inputs -->"
_HEAD = "\n| input | what it is | default |\n| --- | --- | --- |\n"


def build_table() -> str:
    """A row for each input, as action.yml describes it."""
    rows = []
    for name, spec in read_action()["inputs"].items():
        default = f"`{spec['default']}`" if spec["default"] else "-"
        rows.append(f"| `{name}` | {spec['description'].removesuffix('.')} | {default} |\n")
    return f"{_HEAD}{''.join(rows)}\n"


def test_the_table_has_the_inputs_of_the_action() -> None:
    """`python -m tests.actions.test_page` writes it again."""
    text = _PAGE.read_text("utf-8")
    assert text.partition(_MARKS[0])[2].partition(_MARKS[1])[0] == build_table()


def test_the_workflow_gives_only_inputs_that_there_are() -> None:
    [workflow] = [yaml.safe_load(text) for text in _YAML if "jobs:" in text]
    [gate] = [s for s in workflow["jobs"]["gate"]["steps"] if "/gate@" in s["uses"]]
    assert gate["with"].keys() <= read_action()["inputs"].keys()
    version = gate["uses"].rpartition("@v")[2]
    assert f'version = "{version}"' in (CLONE / "pyproject.toml").read_text("utf-8")


def test_the_include_extends_the_job_that_is_there() -> None:
    [include] = [yaml.safe_load(text) for text in _YAML if "include:" in text]
    file = CLONE / ".gitlab" / "summbench-gate.yml"
    assert include["include"][0]["remote"].endswith(f"/.gitlab/{file.name}")
    assert include["gate"]["extends"] in yaml.safe_load(file.read_text("utf-8"))
    used = set(include["gate"]["variables"]) - {"GATE_NOTE_TOKEN"}
    listed = set(re.findall(r"^# (GATE_\w+) ", (ACTION / "gate.sh").read_text("utf-8"), re.M))
    assert used <= listed


@pytest.mark.slow
def test_the_commands_run_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / ".github").symlink_to(CLONE / ".github")
    place = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for block in _SHELL:
        done = subprocess.run(
            ["sh", "-e", "-c", block], cwd=tmp_path, env=environment() | {"PATH": place},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "gate-report/summbench/verdict").read_text("utf-8") == "pass\n"
    assert (tmp_path / "gate-report/summbench/junit.xml").is_file()


@pytest.mark.slow
def test_the_experiment_of_ones_own_is_found(tmp_path: Path) -> None:
    [text] = [text for text in _YAML if "@package" in text]
    file = tmp_path / "my_configs/experiment/guard.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    command = [
        sys.executable, "-m", "summbench", "run", "--config-dir", "my_configs", "experiment=guard",
        "limit=5",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    head, _, rest = _PAGE.read_text("utf-8").partition(_MARKS[0])
    tail = rest.partition(_MARKS[1])[2]
    _PAGE.write_text(head + _MARKS[0] + build_table() + _MARKS[1] + tail, encoding="utf-8")
