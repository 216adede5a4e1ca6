"""Constructors are counted: one a model and run, and at most one alive, with any chunks and copies.

A class of somebody's own may load weights in its constructor; so none is built to be checked.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Executor, Prediction, ignore_progress
from summbench.datasets.description import describe_dataset
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.components import build_models
from summbench.evaluation.executors.local import Local
from summbench.evaluation.executors.processes import Processes
from summbench.models.extractive import Extractive
from summbench.models.lead import Lead
from summbench.models.random_sentences import RandomSentences
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.typographic import Typographic
from summbench.store.store import Store

_NAMES = ("first", "second", "third")


class Counted:
    """Writes a line into the file `log` when it is built, and when it is closed."""

    batch_size = 4
    inert = ("log",)

    def __init__(self, log: str, name: str) -> None:
        self._log, self._name = Path(log), name
        self._write("built")

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        for article in articles:
            yield Prediction(article.id, article.text[:20])

    def close(self) -> None:
        self._write("closed")

    def _write(self, event: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{event} {self._name}\n")


class CountedServer(Counted):
    """Is known by its requests, which only an instance can render."""

    inert = ("log",)

    def get_request_key(self, article: Article) -> str:
        return f"{self._name} {article.text}"


def _evaluate(folder: Path, kind: str, size: int, executor: Executor) -> list[str]:
    log = folder / "log"
    log.write_text("", "utf-8")
    target = f"tests.evaluation.test_one_model_at_a_time.{kind}"
    nodes: dict[str, dict[str, Any]] = {
        name: {"_target_": target, "log": str(log), "name": name} for name in _NAMES
    }
    examples = [Example(Article(str(i), f'Item {i}. "Rain" fell -- it did.')) for i in range(12)]
    evaluation = Evaluation(
        build_models(nodes, ["tests"]), {"d": examples}, {"d": describe_dataset(examples)}, [],
        Store(folder / "store"), executor,
        perturbations=[PerturbationSpec("typographic", Typographic(), 1.0)],
    )  # fmt: skip
    chunks = list(evaluation.iterate_chunks(size, ignore_progress))
    results = [result for chunk in chunks for result in chunk.results]
    assert sum(len(result.predictions) for result in results) == 36
    assert all(p.error is None for result in results for p in result.predictions)
    return log.read_text("utf-8").splitlines()


@pytest.mark.parametrize("size", [100, 4], ids=["one chunk", "six chunks"])
def test_so_is_each_model_that_ships(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    alive: list[weakref.ref[object]] = []
    for shipped in (Lead, RandomSentences, Extractive):
        construct = shipped.__init__

        def note(self: object, *arguments: Any, construct: Any = construct, **keys: Any) -> None:
            construct(self, *arguments, **keys)
            assert not [model for model in alive if model() is not None]
            alive.append(weakref.ref(self))
            events.append(type(self).__name__)

        monkeypatch.setattr(shipped, "__init__", functools.wraps(construct)(note))
    nodes: dict[str, dict[str, Any]] = {
        "lead": {"_target_": "summbench.models.lead.Lead"},
        "random": {"_target_": "summbench.models.random_sentences.RandomSentences"},
        "lsa": {"_target_": "summbench.models.extractive.Extractive", "method": "lsa"},
    }
    examples = [Example(Article(str(i), f"Item {i}. Rain fell.")) for i in range(12)]
    evaluation = Evaluation(
        build_models(nodes), {"d": examples}, {"d": describe_dataset(examples)}, [],
        Store(tmp_path), Local(),
    )  # fmt: skip
    list(evaluation.iterate_chunks(size, ignore_progress))
    assert events == ["Lead", "RandomSentences", "Extractive"]


@pytest.mark.parametrize(
    ("node", "mistake"),
    [
        ({"_target_": "summbench.models.lead.Lead", "sentences": 0}, "'last': sentences is 0"),
        ({"_target_": "summbench.models.lead.Lead", "sentence": 1}, "Did you mean 'sentences'"),
        (
            {"_target_": "summbench.models.oracle.Oracle", "max_sentences": -1, "_kind_": "bound"},
            "'last': max_sentences is -1; expected a whole number from 1 or null",
        ),
        (
            {"_target_": "summbench.models.endpoint.Endpoint", "base_url": "http://localhost:1/v1",
             "model": "m", "prompt": "no place"},
            "'last': prompt has {article} 0 times",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_the_last_config_is_found_before_the_first_model_is_built(
    tmp_path: Path, node: dict[str, Any], mistake: str
) -> None:
    log = tmp_path / "log"
    log.touch()
    first = {"_target_": f"{__name__}.Counted", "log": str(log), "name": "first"}
    examples = [Example(Article("a", "Rain fell."), ("Rain.",))]
    with pytest.raises(SummbenchError) as refused:
        evaluation = Evaluation(
            build_models({"first": first, "last": node}, ["tests"]), {"d": examples},
            {"d": describe_dataset(examples)}, [], Store(tmp_path / "store"), Local(),
        )  # fmt: skip
        list(evaluation.iterate_chunks(9, ignore_progress))
    assert mistake in str(refused.value)
    assert log.read_text("utf-8") == ""


@pytest.mark.parametrize("size", [100, 4], ids=["one chunk", "six chunks"])
@pytest.mark.parametrize("kind", ["Counted", "CountedServer"])
def test_each_model_is_built_once_and_closed_before_the_next(
    tmp_path: Path, kind: str, size: int
) -> None:
    events = _evaluate(tmp_path, kind, size, Local())
    assert events == [f"{event} {name}" for name in _NAMES for event in ("built", "closed")]


def test_with_everything_stored_nothing_is_built(tmp_path: Path) -> None:
    _evaluate(tmp_path, "Counted", 4, Local())
    assert _evaluate(tmp_path, "Counted", 4, Local()) == []


@pytest.mark.slow
@pytest.mark.parametrize("size", [100], ids=["one chunk"])
def test_with_processes_a_model_is_built_where_it_predicts_and_nowhere_else(
    tmp_path: Path, size: int
) -> None:
    events = _evaluate(tmp_path, "Counted", size, Processes(1))
    assert events == [f"{event} {name}" for name in _NAMES for event in ("built", "closed")]
