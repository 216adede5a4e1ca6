"""A judge behind a server: schemas, seeds, failures; the server counts what it is asked."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.judgements import decode_replies
from summbench.core.records import Article, Example
from summbench.metrics.judge.pairwise import Pairwise
from summbench.models.endpoint import Endpoint
from summbench.models.lead import Lead
from tests.servers import Moody, moody

_PROMPT = "Article: {article}\nA: {a}\nB: {b}"
_EXAMPLES = [Example(Article(k, f"text {k}"), (f"reference {k}",)) for k in "abcdef"]
_SUMMARIES = [f"summary {k}" for k in "abcdef"]


def _build(server: Moody, **keys: Any) -> Pairwise:
    options = keys.pop("model", {})
    model = Endpoint(server.url, "tiny", "{article}", retries=0, **options)
    return Pairwise(model, "tiny", _PROMPT, **keys)


def _say_b(body: dict[str, Any]) -> str:
    return '{"verdict": "B"}' if "response_format" in body else "[[B]]"


def test_a_server_that_takes_a_schema_gets_one_with_every_request() -> None:
    with moody(reply=_say_b) as server:
        metric = _build(server, format="json")
        assert metric.score(_EXAMPLES, _SUMMARIES)["wins"] == [0.5] * 6
    assert len(server.requests) == 12
    formats = [body["response_format"] for body in server.requests]
    schema = formats[0]["json_schema"]["schema"]
    assert all(form == formats[0] for form in formats)
    assert (formats[0]["type"], formats[0]["json_schema"]["strict"]) == ("json_schema", True)
    assert schema["properties"] == {"verdict": {"type": "string", "enum": ["A", "B", "C"]}}
    assert "one JSON object" in server.requests[0]["messages"][-1]["content"]


def test_a_server_that_refuses_schemas_is_asked_once_and_warned_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING), moody(reply=_say_b, takes_schema=False) as server:
        metric = _build(server, format="json")
        assert metric.score(_EXAMPLES, _SUMMARIES)["wins"] == [0.5] * 6
        assert metric.score(_EXAMPLES, _SUMMARIES)["wins"] == [0.5] * 6
    assert sum("response_format" in body for body in server.requests) == 1
    assert len(server.requests) == 1 + 12 + 12
    assert [r.message for r in caplog.records if "refuses a JSON schema" in r.message] == [
        "The judge's server refuses a JSON schema (HTTP 400: This response_format type is "
        "unavailable now). It is asked for [[ ]] instead."
    ]
    assert {reply.format for reply in decode_replies(metric.get_evidence()[0])} == {"brackets"}
    assert metric.get_settings()["format"] == "brackets"


def test_an_article_that_the_server_cannot_take_does_not_change_the_format() -> None:
    with moody(reply=_say_b) as server:
        metric = _build(server, format="json")
        first = Example(Article("x", "[too long]"), ("reference",))
        wins = metric.score([first, *_EXAMPLES[:1]], ["summary", "summary a"])["wins"]
    assert wins[1] == 0.5
    assert wins[0] != wins[0]
    replies = decode_replies(metric.get_evidence()[0])
    assert all("maximum context length" in str(reply.error) for reply in replies)
    assert [reply.readings for reply in replies] == [{"wins": None}] * 2
    assert metric.get_settings()["format"] == "json"


def test_a_refused_schema_is_found_out_after_articles_that_fail_without_one_too() -> None:
    with moody(reply=_say_b, takes_schema=False) as server:
        metric = _build(server, format="json")
        first = Example(Article("x", "[too long]"), ("reference",))
        wins = metric.score([first, *_EXAMPLES], ["summary", *_SUMMARIES])["wins"]
    assert wins[1:] == [0.5] * 6
    assert sum("response_format" in body for body in server.requests) == 3


def test_repeats_differ_in_their_seed_alone() -> None:
    with moody(reply=_say_b) as server:
        metric = _build(server, repeats=3)
        metric.score(_EXAMPLES[:1], _SUMMARIES[:1])
    prompts = {body["messages"][-1]["content"] for body in server.requests}
    assert len(prompts) == 2
    assert len({body["seed"] for body in server.requests}) == 6
    replies = decode_replies(metric.get_evidence()[0])
    assert [(r.repeat, r.position) for r in replies] == [
        (repeat, position) for repeat in (1, 2, 3) for position in "AB"
    ]
    assert metric.get_settings()["requests_sent"] == 6
    assert metric.get_settings()["usage"]["output_tokens"] == 60


def test_a_judge_that_cannot_do_what_the_config_asks_is_refused() -> None:
    with moody() as server:
        with pytest.raises(SummbenchError, match="seed is null"):
            _build(server, repeats=2, model={"seed": None})
        with pytest.raises(SummbenchError, match="'response_format', which format: json sets"):
            _build(
                server, format="json", model={"generate": {"response_format": {"type": "text"}}}
            ).score(_EXAMPLES, _SUMMARIES)
    with pytest.raises(SummbenchError, match="needs a model with a seed, and Lead has none"):
        Pairwise(Lead(3), "lead", _PROMPT, repeats=2)
    with pytest.raises(SummbenchError, match="needs a model behind a server, and Lead is none"):
        Pairwise(Lead(3), "lead", _PROMPT, format="json")
    with pytest.raises(SummbenchError, match="repeats is 0; expected at least 1"):
        Pairwise(Lead(3), "lead", _PROMPT, repeats=0)
    with pytest.raises(SummbenchError, match="expected brackets or json"):
        Pairwise(Lead(3), "lead", _PROMPT, format="xml")  # type: ignore[arg-type]


def test_the_key_of_a_request_has_schema_and_seed_in_it() -> None:
    with moody() as server:
        model = Endpoint(server.url, "tiny", "{article}")
        article = Article("a", "text")
        keys = [
            m.get_request_key(article)
            for m in (model, model.with_seed(1), model.with_schema({"type": "object"}))
        ]
    assert len(set(keys)) == 3
    assert "response_format" in json.loads(keys[2])["request"]
    assert server.requests == []
