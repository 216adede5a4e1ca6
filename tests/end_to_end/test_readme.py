"""The README names everything that is shipped, and its commands are commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from hydra import compose, initialize_config_dir

from summbench.cli.hydra import register
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.perturbations.perturbation import PerturbationSpec
from tests.commands import CLONE, python, run

_TEXT = (CLONE / "README.md").read_text(encoding="utf-8")
_PYTHON = re.findall(r"^```python\n(.*?)^```", _TEXT, re.MULTILINE | re.DOTALL)
_COMMANDS = re.findall(r"^(?:\.venv/bin/)?summbench (.*?)(?:\s{2,}#.*)?$", _TEXT, re.MULTILINE)
_COMPOSED = [
    c
    for c in _COMMANDS
    if c.startswith("run ") and not c.startswith("run -m ") and "my_configs" not in c
]
_GROUPS = {
    "model": "Models",
    "dataset": "Datasets",
    "metric": "Metrics",
    "perturbation": "Perturbations",
    "experiment": "Experiments",
    "executor": "Executors",
    "tracking": "Trackers",
}


def _section(title: str) -> str:
    return re.split(r"^##+ ", _TEXT.split(f"### {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("group", _GROUPS)
def test_every_yaml_is_in_a_table_and_every_name_in_a_table_is_a_yaml(group: str) -> None:
    rows = [line for line in _section(_GROUPS[group]).splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(
        f.stem for f in (get_resource_path("configs") / group).glob("*.yaml")
    )


def _read_perturbation_examples() -> list[list[str]]:
    rows = [line for line in _section("Perturbations").splitlines() if line.startswith("| `")]
    return [
        [cell.strip(" `").replace("¶", "\n\n") for cell in row.split("|")[1:-1]] for row in rows
    ]


@pytest.mark.parametrize("row", _read_perturbation_examples(), ids=lambda row: row[0])
def test_an_example_of_a_perturbation_is_what_it_makes(row: list[str]) -> None:
    name, meaning, before, after = row
    file = get_resource_path("configs") / "perturbation" / f"{name}.yaml"
    operator = build(name, yaml.safe_load(file.read_text(encoding="utf-8"))[name])
    assert PerturbationSpec(name, operator, 0.05).apply(before).text == after
    assert operator.keeps_meaning == (meaning == "kept")


@pytest.mark.parametrize("command", _COMPOSED)
def test_a_run_command_composes(command: str) -> None:
    register()
    with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
        assert compose("bench", shlex.split(command)[1:]).model


_KEYS = re.findall(r"[` ]((?!hydra)(\w+)\.(\w+)\.\w+=[^`\s<]+)", _TEXT)


@pytest.mark.parametrize(("override", "group", "name"), sorted(set(_KEYS)))
def test_a_key_that_is_mentioned_is_there(override: str, group: str, name: str) -> None:
    register()
    with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
        assert name in compose("bench", [f"{group}=[{name}]", override])[group]


@pytest.mark.slow
def test_the_plain_commands_run(tmp_path: Path) -> None:
    plain = [c for c in _COMMANDS if c in {"list", "doctor"}]
    assert sorted(plain) == ["doctor", "list"]
    for command in plain:
        run(tmp_path, command)


def test_the_yaml_for_a_model_of_ones_own_is_found(tmp_path: Path) -> None:
    block = next(b for b in re.findall(r"```yaml\n(.*?)```", _TEXT, re.DOTALL) if "my_bart" in b)
    file = tmp_path / "my_configs" / "model" / "my_bart.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(block, encoding="utf-8")
    command = next(c for c in _COMMANDS if "my_bart" in c)
    shown = run(tmp_path, *shlex.split(command), "--cfg", "job").stdout
    assert "weights: facebook/bart-base" in shown


def test_the_readme_shows_how_to_use_it_from_python() -> None:
    assert _PYTHON


@pytest.mark.slow
@pytest.mark.parametrize("block", _PYTHON)
def test_a_python_block_runs_in_an_empty_folder_and_prints_only_what_it_says(
    tmp_path: Path, block: str
) -> None:
    done = python(tmp_path, "-c", block)
    assert (done.returncode, done.stderr) == (0, "")
    # The sentences follow from the block: two datasets, and a run against itself is no loss.
    verdicts = done.stdout.splitlines()
    assert "newsdesk" in verdicts[0] and "mine" in verdicts[1]
    assert verdicts[2] == "pass"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["from_python"]


def test_hydra_shows_its_flags(tmp_path: Path) -> None:
    """`summbench run --help` names this flag."""
    assert "--config-dir" in run(tmp_path, "run", "--hydra-help").stdout
