"""Mistakes in the config of a server: one request tells, and the advice is followed here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.models.endpoint import Endpoint
from tests.servers import Answer, Moody, error, fine, moody

_ARTICLES = [Article(f"a{i}", f"Number {i} is the one that we mean.") for i in range(10)]


def _openai(message: str, **more: Any) -> Answer:
    return fine({"error": {"message": message, "type": "invalid_request_error", **more}}, 400)


def _pydantic(name: str) -> dict[str, Any]:
    return {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs not permitted"}


_REFUSALS: dict[str, tuple[str, Answer]] = {  # the words of each kind of server, shortened
    "openai": (
        "max_tokens",
        _openai("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                "'max_completion_tokens' instead.", param="max_tokens"),
    ),
    "openai value": (
        "temperature",
        _openai("Unsupported value: 'temperature' does not support 0.0 with this model. Only the "
                "default (1) value is supported.", param="temperature"),
    ),
    "azure": ("seed", _openai("Unrecognized request argument supplied: seed")),
    "xai": ("stop", fine({"code": "400", "error": "Argument not supported: stop"}, 400)),
    "groq": ("top_k", _openai("property 'top_k' is unsupported")),
    "fastapi": ("seed", fine({"detail": [_pydantic("seed")]}, 422)),
    "mistral": (
        "seed", fine({"object": "error", "message": {"detail": [_pydantic("seed")]}}, 422)
    ),
    "vllm": ("top_k", _openai("[{'type': 'extra_forbidden', 'loc': ('body', 'top_k')}]")),
    "gemini": ("seed", _openai('Invalid JSON payload received. Unknown name \\"seed\\"')),
    "serde": ("stop", fine("unknown field `stop`, expected one of `model`, `messages`", 422)),
    "range": ("top_k", _openai("top_k must be at most 40, got 50")),
}  # fmt: skip


class _Strict(Moody):
    """Refuses a request that has the option, with this answer."""

    def __init__(self, option: str, refusal: Answer) -> None:
        super().__init__()
        self._option, self._refusal = option, refusal

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        answer = super().answer(body, key)
        return self._refusal if self._option in body else answer


def _summarise(server: Moody, **changed: Any) -> list[Prediction]:
    own: dict[str, Any] = {"base_url": server.url, "model": "tiny", "prompt": "{article}"}
    model = Endpoint(**{**own, "backoff": 0.001, **changed})
    return sorted(model.summarise(_ARTICLES), key=lambda p: p.article_id)


@pytest.mark.parametrize("kind", _REFUSALS)
def test_a_refused_parameter_stops_after_one_article_and_the_named_key_mends_it(kind: str) -> None:
    name, refusal = _REFUSALS[kind]
    generate = {"temperature": 0.0, "max_tokens": 9, "stop": ["#"], "top_k": 50}
    with moody(_Strict, option=name, refusal=refusal) as server:
        advice = "set seed to null" if name == "seed" else f"set generate.{name} to null"
        with pytest.raises(SummbenchError, match=advice):
            _summarise(server, generate=generate)
        assert len(server.requests) == 1
        mended: dict[str, Any] = {"generate": generate | {name: None}}
        if name == "seed":
            mended = {"generate": generate, "seed": None}
        predictions = _summarise(server, **mended)
    assert [p.summary for p in predictions] == [f"Number {i} is the one" for i in range(10)]


def test_a_refused_max_tokens_names_the_key_that_takes_its_place() -> None:
    name, refusal = _REFUSALS["openai"]
    with (
        moody(_Strict, option=name, refusal=refusal) as server,
        pytest.raises(SummbenchError, match=r"and generate\.max_completion_tokens to 128"),
    ):
        _summarise(server)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error(401, "no such key"), "needs a key"),
        (error(402, "no credit"), "needs a key"),
        (error(403, "not yours"), "needs a key"),
        (error(404, "The model `tiny` does not exist"), "has no model 'tiny'"),
        (fine("404 page not found", 404), "correct base_url"),
        (error(400, "model 'tiny' not found, try pulling it first"), "has no model 'tiny'"),
        (error(400, "Invalid model name passed in model=tiny"), "has no model 'tiny'"),
        (error(400, "No models loaded. Please load a model"), "has no model 'tiny'"),
        (fine({"detail": "Method Not Allowed"}, 405), "takes no chat completions"),
        (fine({"error": {"message": "You exceeded it", "code": "insufficient_quota"}}, 429),
         "used up its quota"),
    ],
)  # fmt: skip
def test_what_every_request_would_meet_stops_after_one(answer: Answer, words: str) -> None:
    with moody(_Strict, option="model", refusal=answer) as server:
        with pytest.raises(SummbenchError, match=words):
            _summarise(server)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 512 tokens. However, you requested 900 tokens (772 "
        "in the messages, 128 in the completion).",
        "'max_tokens' or 'max_completion_tokens' is too large: 128. This model's maximum context "
        "length is 512 tokens and your request has 772 input tokens",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 512. Given: 772 "
        "`inputs` tokens and 128 `max_new_tokens`",
        "Input validation error: `inputs` must have less than 512 tokens. Given: 772",
        "the request exceeds the available context size, try increasing it",
        "The number of tokens to keep from the initial prompt is greater than the context length",
        "The input token count (772) exceeds the maximum number of tokens allowed (512).",
        "prompt is too long: 772 tokens > 512 maximum",
        "The input (772 tokens) is longer than the model's context length (512 tokens).",
    ],
)
def test_an_article_that_is_too_long_is_an_error_of_that_article(message: str) -> None:
    """The words of OpenAI, vLLM, TGI, llama.cpp, LM Studio, Gemini, Anthropic and SGLang."""
    with moody(_Strict, option="model", refusal=_openai(message)) as server:
        predictions = _summarise(server)
        assert len(server.requests) == len(_ARTICLES)
    for prediction in predictions:
        assert "raise the server's context (Ollama: OLLAMA_CONTEXT_LENGTH" in (
            prediction.error or ""
        )
        assert "max_input_characters truncates it" in (prediction.error or "")


def test_an_error_that_quotes_the_request_is_no_refusal() -> None:
    """Some 422 repeat the whole input; that names every option."""
    detail = [{"type": "missing", "loc": ["body", "x"], "msg": "Field required",
               "input": {"max_tokens": 128, "temperature": 0.0}}]  # fmt: skip
    refusal = fine({"detail": detail}, 422)
    with moody(_Strict, option="model", refusal=refusal) as server:
        assert all("Field required" in (p.error or "") for p in _summarise(server))


def test_a_first_article_that_fails_by_itself_or_waits_does_not_hold_up_the_others() -> None:
    with moody() as server:
        own: dict[str, Any] = {"base_url": server.url, "model": "tiny", "prompt": "{article}"}
        model = Endpoint(**own, retries=3, backoff=0.2)
        articles = [Article("a", "[dead] One."), *_ARTICLES]
        dead, *others = sorted(model.summarise(articles), key=lambda p: p.article_id)
        order = [request["messages"][0]["content"] for request in server.requests]
    assert "it is dead (attempt 4, the last)" in (dead.error or "")
    assert all(p.error is None for p in others)
    assert set(order[:2]) != {"[dead] One."}  # its second attempt came after others


def test_a_thinking_switch_goes_into_the_request_as_it_stands() -> None:
    switch = {"chat_template_kwargs": {"enable_thinking": False}}
    with moody() as server:
        _summarise(server, generate=switch)
        assert all(r["chat_template_kwargs"] == {"enable_thinking": False} for r in server.requests)
        key = Endpoint(server.url, "tiny", "{article}", generate=switch).get_request_key
    assert json.loads(key(_ARTICLES[0]))["request"]["chat_template_kwargs"] == {
        "enable_thinking": False
    }


def test_an_address_with_the_path_of_the_call_is_refused() -> None:
    with pytest.raises(SummbenchError, match=r"ends in /chat/completions, .*leave that out"):
        Endpoint("http://localhost:8000/v1/chat/completions", "m", "{article}")
