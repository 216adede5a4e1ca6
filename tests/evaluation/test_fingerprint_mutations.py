"""What a prediction is stored under: all that can change it, and nothing else, one by one."""

from __future__ import annotations

import inspect
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from summbench.core.records import Article, Example, Kind
from summbench.evaluation.executors.local import Local
from summbench.evaluation.fingerprint import compute_fingerprint, get_versions
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.causal import Causal
from summbench.models.endpoint import Endpoint
from summbench.models.extractive import Extractive
from summbench.models.lead import Lead
from summbench.models.seq2seq import Seq2Seq
from summbench.store.store import Store
from tests.commands import PACKAGE, TABLE, jsonl, rows, run, written
from tests.fakes import Cheat, Echo


@dataclass(frozen=True)
class Case:
    """A node, and another value for each argument that can change an output or that can't."""

    component: type
    node: Mapping[str, Any]
    can: Mapping[str, Any]
    cannot: Mapping[str, Any]


_HUB = "nobody/has-such-a-model"
_CHECKPOINT_CAN = {
    "weights": f"{_HUB}-2",
    "revision": "37f520f",
    "generate": {"num_beams": 2},
    "stop": {"sentences": 3},
    "max_input_tokens": 512,
    "truncate": "head_tail",
    "dtype": "bfloat16",
    "attention": "eager",
    "compile": True,
    "seed": 1,
    "trust_remote_code": True,  # other code
    "allow_pickle": True,  # maybe another file
}
_CHECKPOINT_CANNOT = {"offline": True, "device": "cpu", "batch_tokens": 64, "batch_size": 2}
_CASES = {
    "causal": Case(
        Causal,
        {"weights": _HUB, "prompt": "{article} Summarise."},
        {
            **_CHECKPOINT_CAN,
            "prompt": "{article} Summarise!",
            "system": "Be brief.",
            "chat": False,
            "chat_template_kwargs": {"enable_thinking": False},
            "prompt_date": "2026-02-01",
        },
        _CHECKPOINT_CANNOT,
    ),
    "seq2seq": Case(
        Seq2Seq,
        {"weights": _HUB},
        {**_CHECKPOINT_CAN, "prefix": "summarize: ", "global_attention": True},
        _CHECKPOINT_CANNOT,
    ),
    "lead": Case(
        Lead,
        {},
        {"sentences": 2, "language": "de", "splitter": "lines", "skip_boilerplate": True},
        {},
    ),
    "extractive": Case(
        Extractive,
        {"method": "lsa"},
        {
            "method": "lexrank",
            "sentences": 2,
            "language": "german",
            "splitter_language": "de",
            "splitter": "lines",
        },
        {},
    ),
    "endpoint": Case(
        Endpoint,
        {"base_url": "http://localhost:8000/v1", "model": "m", "prompt": "{article} Summarise."},
        {
            "base_url": "http://localhost:8001/v1",
            "model": "m2",
            "prompt": "{article} Summarise!",
            "system": "Be brief.",
            "generate": {"temperature": 1.0},
            "max_input_characters": 9000,
            "seed": 1,
        },
        {
            "offline": True,
            "key_variable": "MY_KEY",
            "max_concurrent": 2,
            "timeout": 3.0,
            "retries": 1,
            "backoff": 2.0,
            "price_in": 0.1,
            "price_out": 0.4,
            "batch_size": 2,
            "max_answer_bytes": 9,
        },
    ),
}


def _compute(case: Case, **changed: Any) -> str:
    target = f"{case.component.__module__}.{case.component.__qualname__}"
    return compute_fingerprint("m", {"_target_": target, **case.node, **changed})


@pytest.mark.parametrize("name", _CASES)
def test_every_argument_of_the_constructor_is_in_one_of_the_lists(name: str) -> None:
    case = _CASES[name]
    assert not case.can.keys() & case.cannot.keys()
    assert set(inspect.signature(case.component).parameters) == case.can.keys() | case.cannot.keys()


@pytest.mark.parametrize(("name", "key"), [(n, key) for n, c in _CASES.items() for key in c.can])
def test_an_argument_that_can_change_an_output_misses(name: str, key: str) -> None:
    case = _CASES[name]
    assert _compute(case, **{key: case.can[key]}) != _compute(case)


@pytest.mark.parametrize(("name", "key"), [(n, key) for n, c in _CASES.items() for key in c.cannot])
def test_an_argument_that_cannot_hits(name: str, key: str) -> None:
    case = _CASES[name]
    assert _compute(case, **{key: case.cannot[key]}) == _compute(case)


def test_all_single_changes_are_different_from_one_another() -> None:
    for case in _CASES.values():
        prints = [_compute(case, **{key: value}) for key, value in case.can.items()]
        assert len({_compute(case), *prints}) == len(prints) + 1


@pytest.mark.parametrize("key", ["_kind_", "_install_"])
def test_what_says_something_about_the_node_hits(key: str) -> None:
    assert _compute(_CASES["causal"], **{key: "floor"}) == _compute(_CASES["causal"])


@pytest.mark.parametrize("changed", ["w.safetensors", "config.json", "tokenizer.json"])
def test_another_byte_in_local_weights_misses(tmp_path: Path, changed: str) -> None:
    for name in ("w.safetensors", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"abc")
    before = _compute(_CASES["causal"], weights=str(tmp_path))
    assert _compute(_CASES["causal"], weights=str(tmp_path)) == before
    (tmp_path / changed).write_bytes(b"abd")
    assert _compute(_CASES["causal"], weights=str(tmp_path)) != before


_PRINT = """
from summbench.evaluation.fingerprint import compute_fingerprint
print(compute_fingerprint("m", {"_target_": "summbench.models.lead.Lead", "sentences": 3}))
"""


def _compute_in_copy(folder: Path) -> str:
    """The fingerprint of lead3 by the copy of the package in the folder."""
    env = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", _PRINT], cwd=folder, env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("module", "misses"),
    [
        ("models/lead.py", True),  # its own
        ("core/text.py", True),  # imported by it
        ("core/errors.py", False),  # imported too, and can't change a summary
        ("core/records.py", False),
        ("core/redaction.py", False),
        ("core/replies.py", False),
        ("core/marks.py", False),
        ("models/oracle.py", False),
        ("evaluation/predict.py", False),
        ("report/latex.py", False),
        ("evaluation/executors/local.py", False),
    ],
)
def test_another_byte_in_the_code_that_a_model_runs_misses(
    tmp_path: Path, module: str, misses: bool
) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "summbench", ignore=ignored)
    before = _compute_in_copy(tmp_path)
    with (tmp_path / "summbench" / module).open("a", encoding="utf-8") as source:
        source.write("#")
    assert (_compute_in_copy(tmp_path) != before) == misses


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, set[Path]]:
    """A folder with a run of textrank on six articles, its fingerprint, and what it stored."""
    folder = tmp_path_factory.mktemp("first")
    jsonl(folder / "news.jsonl", rows(6))
    jsonl(folder / "backwards.jsonl", rows(6)[::-1])
    jsonl(folder / "renamed.jsonl", [{**row, "id": f"new{row['id']}"} for row in rows(6)])
    run(folder, "run", *TABLE, "model=[textrank]", "store=store")
    fingerprint = written(folder, "run.json")["models"]["textrank"]["fingerprint"]
    return folder, fingerprint, set((folder / "store" / "predictions").rglob("*.parquet"))


_SAME = {
    "another dataset's name": (
        "dataset=[]",
        "+dataset.mine={_target_: summbench.datasets.table.Table, path: news.jsonl}",
    ),
    "a limit": (*TABLE, "limit=3"),
    "another order": ("dataset=[table]", "dataset.table.path=backwards.jsonl"),
    "other ids": ("dataset=[table]", "dataset.table.path=renamed.jsonl"),
    "another results folder": (*TABLE, "name=other"),
    "another executor": (*TABLE, "executor=processes", "executor.workers=2"),
    "another metric": (*TABLE, "metric=[rouge]", "columns=[rouge.rouge2_f]"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", _SAME)
def test_what_is_not_the_models_own_predicts_nothing_again(
    first: tuple[Path, str, set[Path]], change: str
) -> None:
    folder, fingerprint, stored = first
    run(folder, "run", *_SAME[change], "model=[textrank]", "store=store")
    name = "other" if "name=other" in _SAME[change] else "run"
    assert written(folder, "run.json", name)["models"]["textrank"]["fingerprint"] == fingerprint
    assert set((folder / "store" / "predictions").rglob("*.parquet")) == stored


def _missing(folder: Path, kind: Kind, example: Example) -> int:
    """How many articles are asked for, after the model answered `_EXAMPLE` in this store."""
    build: Any = Cheat if kind == "bound" else Echo
    spec, store = ModelSpec("m", kind, build, "f"), Store(folder)
    predict(
        prepare(ModelSession(spec), {"a": [_EXAMPLE]}, store),
        {"a": [_EXAMPLE]},
        store,
        _ignore,
        Local(),
    )
    return prepare(ModelSession(spec), {"b": [example]}, store).missing


def _ignore(label: str, done: int, total: int) -> None:
    """Nobody is told."""


_EXAMPLE = Example(Article("1", "The dam held."), ("It held.",))


@pytest.mark.parametrize(
    ("kind", "example", "missing"),
    [
        ("system", _EXAMPLE, 0),
        ("system", Example(Article("2", "The dam held."), ("It held.",)), 0),
        ("system", Example(Article("1", "The dam held!"), ("It held.",)), 1),
        ("system", Example(Article("1", "The dam held. "), ("It held.",)), 1),
        ("system", Example(Article("1", "The dam held."), ("It broke.",)), 0),
        ("bound", Example(Article("1", "The dam held."), ("It broke.",)), 1),
        ("bound", Example(Article("2", "The dam held."), ("It held.",)), 0),
    ],
    ids=["the same", "another id", "another text", "a space more", "another reference",
         "another reference of a bound", "another id of a bound"],
)  # fmt: skip
def test_a_row_is_known_by_what_the_model_saw(
    tmp_path: Path, kind: Kind, example: Example, missing: int
) -> None:
    assert _missing(tmp_path, kind, example) == missing


def test_a_class_of_ones_own_is_recorded_with_summbenchs_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("summbench.evaluation.fingerprint.packages_distributions", _refuse)
    assert get_versions({"_target_": "tests.fakes.Echo"}) == {
        "python": platform.python_version(),
        "summbench": version("summbench"),
    }


def _refuse() -> None:
    raise AssertionError("half a second for a name that is known")
