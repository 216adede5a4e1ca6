"""Every offline model and metric keeps its protocol, whatever it computes."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import yaml

from summbench.core.records import Article, Example, Metric, Model, OracleModel, Prediction
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build, get_kind

_ARTICLES = [
    Article(
        "plain", "The dam held. Nobody was hurt. Rain fell for nine days. The mayor thanked all."
    ),
    Article("one sentence", "A single sentence is all there is"),
    Article("odd", "“Curly” quotes, 1,250 euros .\nA second line — naïve Ærø!\n\n\U0001f600"),
    Article("white space", " \n "),
    Article("japanese", "今日は雨です。明日は晴れです。"),
]
_EXAMPLES = [Example(a, ("The dam held after nine days of rain.", "It held.")) for a in _ARTICLES]


def _nodes(group: str) -> dict[str, dict[str, Any]]:
    files = sorted((get_resource_path("configs") / group).glob("*.yaml"))
    return {f.stem: yaml.safe_load(f.read_text(encoding="utf-8"))[f.stem] for f in files}


_MODELS = {
    n: v
    for n, v in _nodes("model").items()
    if not {"weights", "base_url"} & v.keys() and get_kind(v) != "replay"
}
_METRICS = {n: v for n, v in _nodes("metric").items() if not {"weights", "model"} & set(v)}


def _answers(model: Any, examples: list[Example]) -> list[Prediction]:
    if isinstance(model, OracleModel):
        return list(model.summarise_with_references(examples))
    assert isinstance(model, Model)
    return list(model.summarise([example.article for example in examples]))


@pytest.mark.parametrize("name", _MODELS)
def test_a_model_answers_each_article_in_order_and_the_same_twice(name: str) -> None:
    first = _answers(build(name, _MODELS[name]), _EXAMPLES)
    assert [p.article_id for p in first] == [a.id for a in _ARTICLES]
    assert all(p.error is None and p.finish_reason == "stop" for p in first)
    assert first == _answers(build(name, _MODELS[name]), _EXAMPLES)


@pytest.mark.parametrize("name", _MODELS)
def test_a_model_does_not_care_about_company_or_order(name: str) -> None:
    model = build(name, _MODELS[name])
    together = _answers(model, _EXAMPLES)
    assert together == [_answers(model, [example])[0] for example in _EXAMPLES]
    assert together == _answers(model, _EXAMPLES[::-1])[::-1]


@pytest.mark.parametrize("name", _MODELS)
def test_no_article_no_answers_and_a_blank_article_an_empty_one(name: str) -> None:
    model = build(name, _MODELS[name])
    assert _answers(model, []) == []
    assert _answers(model, [_EXAMPLES[3]])[0].summary == ""


@pytest.mark.parametrize("name", _METRICS)
def test_a_metric_gives_each_example_a_number_for_each_column(name: str) -> None:
    metric = build(name, _METRICS[name])
    assert isinstance(metric, Metric)
    summaries = ["The dam held.", "", "One.\nTwo.", "The dam held after nine days of rain.", "..."]
    scores = metric.score(_EXAMPLES, summaries)
    assert set(scores) == set(metric.columns)
    assert all(len(values) == len(_EXAMPLES) for values in scores.values())
    assert all(isinstance(v, float) and not math.isinf(v) for vs in scores.values() for v in vs)
    again = build(name, _METRICS[name]).score(_EXAMPLES, summaries)
    assert {k: [repr(v) for v in vs] for k, vs in scores.items()} == {
        k: [repr(v) for v in vs] for k, vs in again.items()
    }


@pytest.mark.parametrize("name", _METRICS)
def test_what_needs_references_is_undefined_without_them_and_nothing_else(name: str) -> None:
    metric = build(name, _METRICS[name])
    bare = Example(_ARTICLES[0])
    scores = metric.score([bare], ["The dam held on well. Nobody was hurt."])
    for column, [value] in scores.items():
        if "references" in metric.columns[column].needs:
            assert math.isnan(value)
        elif name != "support":  # whose columns need names, numbers or quotations besides
            assert not math.isnan(value)


@pytest.mark.parametrize("name", _METRICS)
def test_an_empty_summary_is_worst_on_quality(name: str) -> None:
    metric = build(name, _METRICS[name])
    for column, [value] in metric.score(_EXAMPLES[:1], [""]).items():
        if metric.columns[column].role == "quality":
            assert value == 0.0


@pytest.mark.parametrize("name", _METRICS)
def test_the_signature_starts_with_a_name_and_has_a_version(name: str) -> None:
    signature = build(name, _METRICS[name]).signature
    assert re.match(r"[a-z0-9]+\|", signature)
    assert "|v:" in signature
