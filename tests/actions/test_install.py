"""What the action's first script gives to pip."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.actions.runner import ACTION, read_action

_ROOT = f"{ACTION}/../../.."


@pytest.mark.parametrize(
    ("package", "extras", "expected"),
    [
        ("", "", ["-c", f"{_ROOT}/constraints.txt", _ROOT]),
        ("", "torch,ner", ["-c", f"{_ROOT}/constraints.txt", f"{_ROOT}[torch,ner]"]),
        ("summbench==0.1.0", "", ["summbench==0.1.0"]),
        ("summbench==0.1.0", "torch", ["summbench[torch]==0.1.0"]),
        ("summbench", "torch", ["summbench[torch]"]),
        ("x; touch hacked", "", ["x; touch hacked"]),
    ],
)
def test_the_package_is_that_of_the_action_unless_another_is_named(
    tmp_path: Path, package: str, extras: str, expected: list[str]
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >arguments\n', encoding="utf-8")
    python.chmod(0o755)
    [step] = [s for s in read_action()["runs"]["steps"] if s["name"] == "Install summbench"]
    values = {"PACKAGE": package, "EXTRAS": extras, "ACTION": str(ACTION)}
    assert step["env"].keys() == values.keys()
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path, env=os.environ | values | path, check=True,
    )  # fmt: skip
    arguments = (tmp_path / "arguments").read_text("utf-8").splitlines()
    assert arguments[:2] == ["-m", "pip"]
    assert arguments[arguments.index("--quiet") + 1 :] == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arguments", "python"]


def test_its_own_checkout_has_what_is_installed() -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        assert (Path(_ROOT) / name).is_file()
