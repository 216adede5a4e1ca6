"""Every part of every key, changed alone: what can change a result misses, the rest hits.

A new part of a key, or a new thing that must not matter, is one more row of a table. The expected
values are hits and misses, settled in the design; no number is taken from the code.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summbench.core.normalization import RAW, get_normalizer
from summbench.core.records import (
    REQUESTS,
    Article,
    Example,
    MetricInfo,
    Prediction,
    ignore_progress,
    sha256,
)
from summbench.datasets.description import describe_dataset
from summbench.evaluation import checked_components, keys, nodes
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.components import build_metric, build_models
from summbench.evaluation.executors.local import Local
from summbench.evaluation.fingerprint import hash_other_code
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.score import score
from summbench.store.store import Store

_EXAMPLES = [
    Example(Article("a", "Rain fell. The dam held."), ("It held.", "Rain.")),
    Example(Article("b", "Boats sank."), ("They sank.",)),
]

# --- predictions ---------------------------------------------------------------------------------

_MODEL = """
import json
from pathlib import Path

from {package}.helper import first_words
from summbench.core.records import Article, Prediction


class Local:
    inert = ("log",)

    def __init__(self, weights, log, prompt="Summarise.", words=2, batch_size=2, device="cpu"):
        self._log, self._words, self.batch_size = log, words, batch_size

    def summarise(self, articles):
        with Path(self._log).open("a") as log:
            log.writelines(article.id + "\\n" for article in articles)
        return [Prediction(a.id, first_words(a.text, self._words)) for a in articles]


class Bound(Local):
    inert = ("log",)
    summarise = None

    def summarise_with_references(self, examples):
        return Local.summarise(self, [example.article for example in examples])


class Server(Local):
    inert = ("log", "retries")

    def __init__(self, log, server="http://a", model="m", prompt="Summarise.", temperature=0.0,
                 retries=1, batch_size=2, note=None):
        super().__init__(None, log, batch_size=batch_size)
        self._request = {"server": server, "model": model, "temperature": temperature}
        self._prompt = prompt

    def get_request_key(self, article):
        return json.dumps({**self._request, "messages": [self._prompt, article.text]})
"""

_HELPER = """
def first_words(text, count):
    return " ".join(text.split()[:count])
"""


class _Case:
    """A model of its own package with weights in a folder; each change is made to this."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.package = folder, f"seam_{uuid.uuid4().hex}"
        self.code, self.weights = folder / self.package, folder / "weights"
        for path, text in (
            (self.code / "__init__.py", ""),
            (self.code / "model.py", _MODEL.replace("{package}", self.package)),
            (self.code / "helper.py", _HELPER),
            (self.code / "unrelated.py", ""),
            (self.weights / "model.bin", "12"),
        ):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.name, self.kind = "model", "bound" if name == "Bound" else "system"
        self.node: dict[str, Any] = {
            "_target_": f"{self.package}.model.{name}",
            "_kind_": self.kind,
            "log": str(folder / "log"),
        }
        if name != "Server":
            self.node["weights"] = str(self.weights)
        self.examples = list(_EXAMPLES)

    def predict(self) -> list[str]:
        """The ids of the articles that the model is asked about, now and with this store."""
        (self.folder / "log").write_text("")
        models = build_models({self.name: self.node}, [self.package])
        statistics = describe_dataset(self.examples)
        evaluation = Evaluation(
            models, {"d": self.examples}, {"d": statistics}, [], Store(self.folder / "store"),
            Local(),
        )  # fmt: skip
        [chunk] = evaluation.iterate_chunks(99, ignore_progress)
        assert all(p.error is None for p in chunk.results[0].predictions)
        return sorted((self.folder / "log").read_text().split())


_Change = Callable[[_Case], object]


def _set(key: str, value: object) -> _Change:
    return lambda case: case.node.update({key: value})


def _edit(file: str) -> _Change:
    def change(case: _Case) -> None:
        path = case.code / file
        path.write_text(path.read_text() + "#")

    return change


def _touch(case: _Case) -> None:
    for path in [*case.code.glob("*.py"), *case.weights.iterdir()]:
        os.utime(path, (1_000_000_000, 1_000_000_000))


def _change_first(**fields: Any) -> _Change:
    def change(case: _Case) -> None:
        first = case.examples[0]
        article = replace(first.article, **{k: v for k, v in fields.items() if k != "references"})
        case.examples[0] = Example(article, fields.get("references", first.references))

    return change


_ALL, _FIRST, _NONE = ["a", "b"], ["a"], list[str]()
_PREDICTIONS: Mapping[str, tuple[str, _Change, list[str]]] = {
    # model, change, articles predicted again
    "nothing": ("Local", lambda case: None, _NONE),
    "a config key": ("Local", _set("words", 3), _ALL),
    "the prompt": ("Local", _set("prompt", "Sum up."), _ALL),
    "the weights": ("Local", lambda c: (c.weights / "model.bin").write_text("13"), _ALL),
    "a file more of weights": ("Local", lambda c: (c.weights / "more.bin").write_text(""), _ALL),
    "the class's module": ("Local", _edit("model.py"), _ALL),
    "a module that it imports": ("Local", _edit("helper.py"), _ALL),
    "the text": ("Local", _change_first(text="Rain fell. The dam held"), _FIRST),
    "the references of a bound": ("Bound", _change_first(references=("It held.",)), _FIRST),
    "the border between references": (
        "Bound", _change_first(references=("It held.R", "ain.")), _FIRST),
    "the name": ("Local", lambda case: setattr(case, "name", "renamed"), _ALL),
    "a module that it does not import": ("Local", _edit("unrelated.py"), _NONE),
    "the article's id": ("Local", _change_first(id="z"), _NONE),
    "a bound's article's id": ("Bound", _change_first(id="z"), _NONE),
    "the references": ("Local", _change_first(references=()), _NONE),
    "the batch size": ("Local", _set("batch_size", 1), _NONE),
    "the device": ("Local", _set("device", "cuda"), _NONE),
    "an inert key": ("Local", lambda c: c.node.update(log=f"{c.folder}/./log"), _NONE),
    "what is said of the node": ("Local", _set("_install_", "pip install x"), _NONE),
    "the order of rows": ("Local", lambda case: case.examples.reverse(), _NONE),
    "the time of files": ("Local", _touch, _NONE),
    "the order of keys": (
        "Local", lambda c: setattr(c, "node", dict(reversed(c.node.items()))), _NONE),
    "a server's address": ("Server", _set("server", "http://b"), _ALL),
    "a server's model": ("Server", _set("model", "n"), _ALL),
    "a server's messages": ("Server", _set("prompt", "Sum up."), _ALL),
    "a server's parameters": ("Server", _set("temperature", 1.0), _ALL),
    "a server's article": ("Server", _change_first(text="Rain."), _FIRST),
    "a server's article's id": ("Server", _change_first(id="z"), _NONE),
    "a server's module": ("Server", _edit("model.py"), _NONE),
    "what a server's module imports": ("Server", _edit("helper.py"), _NONE),
    "a server's retries": ("Server", _set("retries", 9), _NONE),
    "a server's batch size": ("Server", _set("batch_size", 1), _NONE),
    "a key of a server's config that changes no request": (
        "Server", _set("note", "of a later release"), _NONE),
}  # fmt: skip


@pytest.mark.parametrize("part", _PREDICTIONS)
def test_the_parts_of_a_predictions_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    name, change, expected = _PREDICTIONS[part]
    monkeypatch.syspath_prepend(tmp_path)
    case = _Case(tmp_path, name)
    assert case.predict() == _ALL
    assert case.predict() == _NONE
    change(case)
    assert case.predict() == expected


def test_a_request_that_our_code_renders_otherwise_misses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    case = _Case(tmp_path, "Server")
    assert case.predict() == _ALL
    [model] = build_models({"model": case.node}, [case.package])
    server = type(model.build())
    key = server.get_request_key
    monkeypatch.setattr(server, "get_request_key", lambda self, a: key(self, a) + " ")
    assert case.predict() == _ALL


def test_other_code_is_recorded_beside_a_servers_answers_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    case = _Case(tmp_path, "Server")
    assert case.predict() == _ALL
    with caplog.at_level(logging.INFO, "summbench"):
        assert case.predict() == _NONE
        assert "stored predictions" not in caplog.text
        _edit("helper.py")(case)
        assert case.predict() == _NONE
    assert f"stored predictions made with other code in {case.package}.helper are" in caplog.text


def test_a_server_is_not_in_the_key_of_its_answers_by_our_code_or_its_config() -> None:
    node = {
        "_target_": "summbench.models.endpoint.Endpoint", "base_url": "http://localhost:1/v1",
        "model": "m", "prompt": "{article}",
    }  # fmt: skip
    first, second = build_models({"e": node, "f": {**node, "backoff": 2.0, "system": None}})
    assert first.store_key == second.store_key == REQUESTS
    assert set(first.other_code) >= {"summbench.models.endpoint", "summbench.core.records"}


_CLASSES = (
    "causal.Causal", "extractive.Extractive", "function.FunctionModel", "lead.Lead",
    "oracle.Oracle", "random_sentences.RandomSentences", "seq2seq.Seq2Seq",
)  # fmt: skip
_CANNOT = {
    "summbench.models.checkpoint_checks",
    *(
        f"summbench.core.{name}"
        for name in (
            "control_characters", "errors", "hub_cache", "marks", "records", "replies", "weights",
        )
    ),
}  # fmt: skip


def test_each_module_that_a_local_model_runs_is_in_its_key_or_known_to_change_no_summary() -> None:
    """A module that a model newly imports is to be put into one of the two lists."""
    others = {
        module
        for name in _CLASSES
        for module in hash_other_code({"_target_": f"summbench.models.{name}"})
    }
    assert others - {"summbench.models"} == _CANNOT


# --- scores --------------------------------------------------------------------------------------


class _Length:
    """The length of all texts; it notes the ids of what it scores."""

    columns: Mapping[str, MetricInfo] = {"n": MetricInfo("higher", "quality")}
    signature = "length|v:1"

    def __init__(self) -> None:
        self.scored: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        self.scored += [example.article.id for example in examples]
        return {"n": [float(len(summary)) for summary in summaries]}


class _Scores:
    """What is scored; each change is made to this."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store"
        self.name, self.fingerprint, self.normalizer = "length", "f" * 64, RAW
        self.examples, self.summaries = list(_EXAMPLES), ["It held.", "They sank."]
        self.models = ["m"]

    def score(self) -> list[str]:
        """The ids of the articles that the metric is asked about, now and with this store."""
        metric = _Length()
        predictions = [
            Prediction(e.article.id, s) for e, s in zip(self.examples, self.summaries, strict=True)
        ]
        spec = MetricSpec(self.name, metric, self.fingerprint, self.normalizer)
        tasks = {("d", model): predictions for model in self.models}
        score({"d": self.examples}, tasks, [spec], Store(self.store), ignore_progress)
        return sorted(metric.scored)


def _change_pair(**fields: Any) -> Callable[[_Scores], None]:
    def change(case: _Scores) -> None:
        first = case.examples[0]
        case.summaries[0] = fields.pop("summary", case.summaries[0])
        references = fields.pop("references", first.references)
        case.examples[0] = Example(replace(first.article, **fields), references)

    return change


def _reverse(case: _Scores) -> None:
    case.examples.reverse()
    case.summaries.reverse()


_SCORES: Mapping[str, tuple[Callable[[_Scores], object], list[str]]] = {
    # change, articles scored again
    "nothing": (lambda case: None, _NONE),
    "the fingerprint": (lambda case: setattr(case, "fingerprint", "g" * 64), _ALL),
    "the normalization": (
        lambda case: setattr(case, "normalizer", get_normalizer("score")), _ALL),
    "the text": (_change_pair(text="Rain fell."), _FIRST),
    "a reference": (_change_pair(references=("It held.", "Snow.")), _FIRST),
    "a reference less": (_change_pair(references=("It held.",)), _FIRST),
    "the order of references": (_change_pair(references=("Rain.", "It held.")), _FIRST),
    "the border between references": (_change_pair(references=("It held.R", "ain.")), _FIRST),
    "the border between summary and reference": (
        _change_pair(summary="It held.It", references=(" held.", "Rain.")), _FIRST),
    "the summary": (_change_pair(summary="It held"), _FIRST),
    "an empty summary": (_change_pair(summary=""), _FIRST),
    "the article's id": (_change_pair(id="z"), _NONE),
    "the model": (lambda case: setattr(case, "models", ["other"]), _NONE),
    "a second model": (lambda case: setattr(case, "models", ["m", "other"]), _NONE),
    "the order of rows": (_reverse, _NONE),
    "fewer rows": (lambda case: (case.examples.pop(), case.summaries.pop()), _NONE),
}  # fmt: skip


@pytest.mark.parametrize("part", _SCORES)
def test_the_parts_of_a_scores_key(tmp_path: Path, part: str) -> None:
    change, expected = _SCORES[part]
    case = _Scores(tmp_path)
    assert case.score() == _ALL
    assert case.score() == _NONE
    change(case)
    assert case.score() == expected


def test_another_reading_of_replies_misses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = _Scores(tmp_path)
    assert case.score() == _ALL
    monkeypatch.setattr(keys, "CLEANING_VERSION", "next")
    assert case.score() == _ALL


def test_the_signature_is_a_part_of_a_metrics_fingerprint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = {"_target_": "summbench.metrics.length.Length"}
    before = build_metric("length", node, ()).fingerprint
    assert build_metric("length", node, ()).fingerprint == before
    build = nodes.build

    def build_changed(*arguments: Any, **options: Any) -> Any:
        metric = build(*arguments, **options)
        metric.signature += "|changed:yes"
        return metric

    monkeypatch.setattr(checked_components, "build", build_changed)
    assert build_metric("length", node, ()).fingerprint != before


# --- the hash ------------------------------------------------------------------------------------


def test_the_borders_between_texts_are_part_of_a_hash() -> None:
    texts = [
        (), ("",), ("", ""), ("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("abc", ""),
        ("", "abc"), ("2:ab", "c"), ("1:a1:b", "c"), ("ab", "1:c"),
    ]  # fmt: skip
    assert len({sha256(*each) for each in texts}) == len(texts)


def test_a_hash_is_of_lengths_and_bytes() -> None:
    # By hand: "ab" has 2 bytes and "é" has 2 in UTF-8.
    assert sha256("ab", "é") == hashlib.sha256(b"2:ab2:\xc3\xa9").hexdigest()
    assert sha256("") == hashlib.sha256(b"0:").hexdigest()
    assert sha256() == hashlib.sha256(b"").hexdigest()


def test_the_shipped_endpoint_is_known_by_its_request() -> None:
    node = {
        "_target_": "summbench.models.endpoint.Endpoint", "base_url": "http://localhost:1/v1",
        "model": "m", "prompt": "{article} Summarise.",
    }  # fmt: skip
    [model] = build_models({"e": node}, ())
    assert model.keyed_by_request
    key = json.loads(model.build().get_request_key(Article("id-1", "Rain fell.")))
    assert "id-1" not in json.dumps(key)
    assert "Rain fell. Summarise." in json.dumps(key)
