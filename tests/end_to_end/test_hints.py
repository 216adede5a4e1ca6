"""Commands that messages name are run as printed, as far as that goes without a network."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
import torch
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from transformers import AutoModelForSeq2SeqLM

from summbench.core.installation import format_install_command
from summbench.evaluation.requirements import find_install_command, list_packages
from tests import tiny
from tests.commands import CLONE, PACKAGE, environment, jsonl, run
from tests.models.test_offline import put_into_hub_cache

pytestmark = pytest.mark.slow

_PROJECT = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))["project"]
_INSTALL = re.compile(r"pip install ((?:--no-deps )?(?:'[^'{}]+'|[\w.=-]+))")
_MOST_SECONDS = 40  # starting takes most of it; a hub that is asked again takes minutes


def _summbench(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = environment() | {"HF_HOME": str(folder / "hf"), "COLUMNS": "1000"} | variables
    return subprocess.run(
        [sys.executable, "-m", "summbench", *arguments], cwd=folder, env=own, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def _use_checkpoint(folder: Path, weights: str) -> list[str]:
    place = folder / "mine" / "model"
    place.mkdir(parents=True, exist_ok=True)
    node = {"_target_": "summbench.models.seq2seq.Seq2Seq", "weights": weights,
            "generate": {"max_new_tokens": 2}}  # fmt: skip
    (place / "tiny.yaml").write_text(json.dumps({"tiny": node}))
    jsonl(folder / "news.jsonl")
    return [
        "run", "-cd", "mine", "model=tiny", "dataset=news.jsonl", "limit=1", "metric=chrf",
    ]  # fmt: skip


@pytest.mark.model
def test_weights_that_are_missing_can_be_had_by_the_command_that_is_named(tmp_path: Path) -> None:
    command = _use_checkpoint(tmp_path, "someone/tiny")
    refused = _summbench(tmp_path, *command, "offline=true")
    assert refused.returncode == 1
    hint = re.search(r"hf (download [\w./-]+)", refused.stderr)
    assert hint is not None
    put_into_hub_cache(tmp_path / "hf" / "hub", tiny.checkpoint(tmp_path, "t5"))
    # Without a network `hf` can only find what is in the cache; it understands the command.
    variables = environment() | {"HF_HOME": str(tmp_path / "hf")}
    arguments = [sys.executable, "-m", "huggingface_hub.cli.hf", *hint[1].split()]
    done = subprocess.run(arguments, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert _summbench(tmp_path, *command, "offline=true").returncode == 0


@pytest.mark.model
def test_a_pickle_is_converted_by_the_command_that_is_named(tmp_path: Path) -> None:
    old = tmp_path / "my old weights"
    tiny.checkpoint(tmp_path, "t5").rename(old)
    model = AutoModelForSeq2SeqLM.from_pretrained(old)
    torch.save(model.state_dict(), old / "pytorch_model.bin")
    (old / "model.safetensors").unlink()
    refused = _summbench(tmp_path, *_use_checkpoint(tmp_path, str(old)))
    assert refused.returncode == 1
    hint = re.search(r"`summbench (weights convert [^`]+)`", refused.stderr)
    assert hint is not None, refused.stderr
    done = run(tmp_path, *shlex.split(hint[1]))
    [converted] = {file.parent for file in tmp_path.rglob("model.safetensors")} - {old}
    assert converted.name in done.stdout
    assert _summbench(tmp_path, *_use_checkpoint(tmp_path, str(converted))).returncode == 0


def _list_install_hints() -> list[str]:
    texts = [file.read_text("utf-8") for file in PACKAGE.rglob("*.py")]
    texts += [file.read_text("utf-8") for file in (CLONE / "configs").rglob("*.yaml")]
    hints = {hint for text in texts for hint in _INSTALL.findall(text)}
    return sorted(hints | {p.install_command.removeprefix("pip install ") for p in list_packages()})


def test_there_are_install_hints() -> None:
    assert len(_list_install_hints()) > 10


@pytest.mark.parametrize("hint", _list_install_hints())
def test_what_pip_is_told_to_install_exists(hint: str) -> None:
    """An extra that this project has, a package that it requires, or one that a config pins."""
    name, _, extras = shlex.split(hint)[-1].partition("[")
    is_clone = name.startswith((".", "/"))  # an extra of the clone that summbench runs from
    requirement = Requirement(f"summbench[{extras}" if is_clone else shlex.split(hint)[-1])
    if requirement.name == "summbench":
        assert requirement.extras
        assert requirement.extras <= _PROJECT["optional-dependencies"].keys()
        return
    required = [Requirement(text) for text in distribution("summbench").requires or ()]
    names = {canonicalize_name(r.name) for r in required}
    pins = [yaml.safe_load(file.read_text("utf-8")) for file in (CLONE / "configs").rglob("*.yaml")]
    is_pinned = any(hint in str(pin) for pin in pins)
    assert canonicalize_name(requirement.name) in names or is_pinned
    assert "==" in str(requirement.specifier) if is_pinned else requirement.specifier


@pytest.mark.parametrize(
    ("module", "extra"),
    [("torch", "torch"), ("ray", "ray"), ("spacy", "ner"), ("nupunkt", "splitters"),
     ("openai", "endpoint"), ("matplotlib", "plots"), ("mlflow", "mlflow")],
)  # fmt: skip
def test_the_extra_that_is_named_has_the_package(module: str, extra: str) -> None:
    assert find_install_command(module) == format_install_command(extra)
    packages = {Requirement(text).name for text in _PROJECT["optional-dependencies"][extra]}
    assert any(name.startswith(module) for name in packages)


@pytest.fixture
def black_hole() -> Iterator[tuple[str, socket.socket]]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def _count_connections(server: socket.socket) -> int:
    server.setblocking(False)
    connections = []
    try:
        while True:
            connections.append(server.accept()[0])
    except BlockingIOError:
        for connection in connections:
            connection.close()
    return len(connections)


@pytest.mark.model
@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_a_network_that_swallows_packets_is_waited_for_once(
    tmp_path: Path, black_hole: tuple[str, socket.socket], kind: str
) -> None:
    address, server = black_hole
    command = _use_checkpoint(tmp_path, "someone/tiny")
    if kind == "dataset":
        command = ["run", "model=lead1", "dataset=xsum", "limit=1"]
    variables = {"HF_ENDPOINT": address, "HF_HUB_OFFLINE": "0", "no_proxy": "127.0.0.1"}
    start = time.monotonic()
    refused = _summbench(tmp_path, *command, **variables)
    seconds = time.monotonic() - start
    assert refused.returncode == 1
    assert f"the hub ({address}) does not answer" in refused.stderr
    assert "hf download" in refused.stderr and "Traceback" not in refused.stderr
    assert _count_connections(server) == 1
    assert seconds < _MOST_SECONDS
    # With offline=true there is no connection at all, and what is in the cache is used.
    if kind == "model":
        put_into_hub_cache(tmp_path / "hf" / "hub", tiny.checkpoint(tmp_path, "t5"))
        assert _summbench(tmp_path, *command, "offline=true", **variables).returncode == 0
        assert _count_connections(server) == 0
