"""Each shipped YAML holds one node named after its file, and fits what it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose, initialize_config_dir

from summbench.cli.hydra import register
from summbench.core.resources import get_resource_path
from summbench.evaluation.config import RunConfig, to_run_config
from summbench.evaluation.nodes import get_arguments, get_kind
from tests.commands import PACKAGE

_CONFIGS = get_resource_path("configs")
_GROUPS = ("dataset", "model", "metric", "perturbation", "tracking")
_NODES = sorted(f for g in _GROUPS for f in (_CONFIGS / g).glob("*.yaml"))
_EXECUTORS = sorted((_CONFIGS / "executor").glob("*.yaml"))
_EXPERIMENTS = sorted((_CONFIGS / "experiment").glob("*.yaml"))


def _node(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert list(content) == [file.stem]
    node = content[file.stem]
    assert isinstance(node, dict)
    return node


def _parameters(target: str) -> tuple[set[str], set[str]]:
    """All parameters of the target's constructor and the required ones, read, not imported."""
    module, _, name = target.rpartition(".")
    source = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8")
    tree = ast.parse(source)
    [definition] = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name]
    functions = [n for n in definition.body if isinstance(n, ast.FunctionDef)]
    init = next((f for f in functions if f.name == "__init__"), None)
    if init is None:
        return _fields(tree, definition)
    names = [argument.arg for argument in init.args.args[1:]]
    required = names[: len(names) - len(init.args.defaults)]
    return set(names), set(required)


def _fields(tree: ast.Module, definition: ast.ClassDef) -> tuple[set[str], set[str]]:
    """The fields of a dataclass and of those that it inherits from, and the required ones."""
    fields: dict[str, ast.expr | None] = {}
    if any(ast.unparse(d).startswith("dataclass(") for d in definition.decorator_list):
        assignments = [n for n in definition.body if isinstance(n, ast.AnnAssign)]
        fields = {ast.unparse(n.target): n.value for n in assignments}
    known, required = set(fields), {name for name, value in fields.items() if value is None}
    imports = [n for n in tree.body if isinstance(n, ast.ImportFrom)]
    for base in map(ast.unparse, definition.bases):
        [module] = [n.module for n in imports if base in {alias.name for alias in n.names}]
        inherited_known, inherited_required = _parameters(f"{module}.{base}")
        known, required = known | inherited_known, required | inherited_required
    return known, required


def _composed(*overrides: str) -> RunConfig:
    register()
    with initialize_config_dir(str(_CONFIGS), version_base="1.3"):
        return to_run_config(compose("bench", list(overrides)))


@pytest.mark.parametrize("file", _NODES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_the_keys_of_a_node_bind_to_its_target(file: Path) -> None:
    node = _node(file)
    known, required = _parameters(node["_target_"])
    assert required <= set(get_arguments(node)) <= known
    assert get_kind(node) in {"system", "baseline", "floor", "bound", "replay"}
    assert set(node) - set(get_arguments(node)) <= {"_target_", "_kind_", "_install_"}


@pytest.mark.parametrize("file", _EXECUTORS, ids=lambda f: f.stem)
def test_the_keys_of_an_executor_bind_to_its_target(file: Path) -> None:
    node = yaml.safe_load(file.read_text(encoding="utf-8"))
    known, required = _parameters(node["_target_"])
    assert required <= set(get_arguments(node)) == known
    assert _composed(f"executor={file.stem}").executor == node


@pytest.mark.parametrize(
    "file", [*_NODES, *_EXECUTORS, *_EXPERIMENTS], ids=lambda f: f"{f.parent.name}/{f.stem}"
)
def test_names_are_plain_and_the_first_line_says_what_it_is(file: Path) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", file.stem)
    lines = file.read_text(encoding="utf-8").splitlines()
    about = lines[1] if lines[0] == "# @package _global_" else lines[0]
    assert re.fullmatch(r"# .{10,}\.", about)


@pytest.mark.parametrize("file", _NODES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_no_shipped_node_trusts_remote_code_or_leaves_its_revision_out(file: Path) -> None:
    node = _node(file)
    assert not node.get("trust_remote_code", False)
    is_hub_model = "weights" in node and not str(node["weights"]).startswith("package://")
    if is_hub_model or node["_target_"].endswith("hub.Hub"):
        assert "revision" in node


@pytest.mark.parametrize("file", _EXPERIMENTS, ids=lambda f: f.stem)
def test_an_experiment_composes_and_resolves(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# @package _global_\n")
    run = _composed(f"experiment={file.stem}")
    assert run.dataset and run.model and run.metric


def test_an_experiment_overrides_the_values_of_the_primary_file() -> None:
    assert _composed().primary is None
    assert _composed("experiment=xsum").primary == "rouge_stem.rouge2_f"


def test_the_command_line_overrides_an_experiment() -> None:
    run = _composed("experiment=xsum", "model=[lead3]", "primary=rouge.rouge1_f")
    assert list(run.model) == ["lead3"]
    assert run.primary == "rouge.rouge1_f"


def test_every_run_key_has_a_comment_in_the_primary_file() -> None:
    text = (_CONFIGS / "bench.yaml").read_text(encoding="utf-8")
    keys = set(RunConfig.__dataclass_fields__) - {*_GROUPS, "executor"}
    commented = set(re.findall(r"^(\w+):.*#", text, re.MULTILINE))
    assert keys <= commented
