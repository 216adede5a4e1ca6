"""Chat models behind an OpenAI-compatible server: vLLM, TGI, llama.cpp, Ollama, hosted ones."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from inspect import signature
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.longest_inputs import LongestInputs
from summbench.core.records import Article, Prediction, sha256
from summbench.core.replies import read_reply
from summbench.models.completion import (
    NoSummaryError,
    Usage,
    parse_answer,
    read_completion,
    read_usage,
    require_summary,
)
from summbench.models.instruction import Instruction
from summbench.models.server import Reply, Server
from summbench.models.server_context import RAISE_CONTEXT, is_cut, is_too_long

_LONGEST_ERROR = 500
_LONGEST_NAME = 200
_MOST_NAMES = 20  # a server that names itself anew in each answer would fill the settings
_RESERVED = ("messages", "model", "n", "seed", "stream")
_LOG = logging.getLogger("summbench")


class Endpoint:
    """A chat model at `base_url`, prompted with `prompt` around one `{article}`, after `system`.

    vLLM:   {base_url: "http://localhost:8000/v1", model: Qwen/Qwen3-8B, prompt: ...}
    Ollama: {base_url: "http://localhost:11434/v1", model: "qwen3:8b", prompt: ...}

    `generate` goes into the request as it stands, options that only one server knows too; null
    leaves one out. Without it: temperature 0, 128 new tokens. Each request has a seed made of
    `seed` and the article (None sends none); whether it counts, and whether temperature 0 is the
    same twice, is up to the server. The key is read from the variable `key_variable` and goes
    nowhere but to the server. `price_in` and `price_out` are per million tokens.
    `max_input_characters` truncates the article. `offline` allows only a server on this machine.

    Retried, `retries` times: 429, 5xx, timeouts (`timeout` seconds for an answer) and cut
    connections. An answer without a summary, or over `max_answer_bytes`, is that article's error.
    """

    inert = (  # keys that cannot change an output; read by summbench.evaluation.fingerprint
        "max_concurrent", "timeout", "retries", "backoff", "key_variable", "price_in", "price_out",
        "max_answer_bytes",
    )  # fmt: skip

    def __init__(
        self,
        base_url: str,
        model: str,
        prompt: str,
        system: str | None = None,
        generate: Mapping[str, Any] | None = None,
        max_input_characters: int | None = None,
        seed: int | None = 0,
        key_variable: str = "OPENAI_API_KEY",
        max_concurrent: int = 8,
        timeout: float = 300.0,
        retries: int = 5,
        backoff: float = 0.5,
        price_in: float | None = None,
        price_out: float | None = None,
        batch_size: int | None = None,
        offline: bool = False,
        max_answer_bytes: int = 20_000_000,
    ) -> None:
        self._server = Server(
            base_url, key_variable, max_concurrent, timeout, retries, backoff, offline,
            max_answer_bytes,
        )  # fmt: skip
        self._server.check()
        _check_prices(price_in, price_out)
        self.batch_size = batch_size or 8 * max_concurrent
        self._model, self._instruction = model, Instruction(prompt, system)
        self._options, self._seed = _build_options(generate or {}), seed
        self._max_characters = max_input_characters
        self._prices = None if price_in is None or price_out is None else (price_in, price_out)
        self._models: set[str] = set()
        self._fingerprints: set[str] = set()
        self._answers = self._uncounted = self._tokens_in = self._tokens_out = 0
        self._is_proven = self._is_warned = False
        self._longest = LongestInputs()

    @classmethod
    def check_config(cls, **arguments: Any) -> None:
        """Raise SummbenchError for a mistake in the arguments; no server is asked."""
        values = {name: p.default for name, p in signature(cls).parameters.items()} | arguments
        Server(**{name: values[name] for name in Server.__match_args__}).check()
        _check_prices(values["price_in"], values["price_out"])
        Instruction(values["prompt"], values["system"])
        _build_options(values["generate"] or {})

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        """Yield one summary an article as they come, in any order, `max_concurrent` at a time.

        Until the server has answered one, the first goes alone: it tells a mistake in the config.
        """
        self._answers = self._uncounted = self._tokens_in = self._tokens_out = 0
        requests = [self._build_request(article) for article in articles]
        for i, reply in self._server.ask(requests, one_first=not self._is_proven):
            yield self._build_prediction(articles[i], reply)

    def with_schema(self, schema: Mapping[str, Any]) -> Endpoint:
        """Return the same model, whose replies must be JSON that fits the schema."""
        if "response_format" in self._options:
            raise SummbenchError("generate has 'response_format', which format: json sets itself.")
        other, content = copy.copy(self), {"name": "reply", "strict": True, "schema": dict(schema)}
        response_format = {"type": "json_schema", "json_schema": content}
        other._options = {**self._options, "response_format": response_format}
        return other

    def with_seed(self, offset: int) -> Endpoint:
        """Return the same model with a seed that is `offset` further."""
        if self._seed is None:
            raise SummbenchError("seed is null, so that a repeat would be the same request.")
        other = copy.copy(self)
        other._seed = self._seed + offset
        return other

    def get_request_key(self, article: Article) -> str:
        """Return the request for the article as canonical JSON: all that its reply follows from."""
        request = self._build_request(article)
        options = request.pop("extra_body")
        content = {"server": self._server.base_url.rstrip("/"), "request": request | options}
        return json.dumps(content, sort_keys=True, ensure_ascii=False)

    def check_available(self) -> None:
        """Raise SummbenchError if the server is on the network and that may not be used."""
        self._server.check_allowed()

    def get_settings(self) -> Mapping[str, Any]:
        """What was asked for, which models say that they answered, and what the last call used.

        Tokens are those that the server counted; `uncounted` answers had no usage.
        """
        usage: dict[str, Any] = {
            "answers": self._answers,
            "uncounted": self._uncounted,
            "input_tokens": self._tokens_in,
            "output_tokens": self._tokens_out,
        }
        if self._prices:
            price_in, price_out = self._prices
            usage["cost"] = (self._tokens_in * price_in + self._tokens_out * price_out) / 1e6
        return {
            "base_url": self._server.base_url,
            "model": self._model,
            "answered_by": sorted(self._models),
            "system_fingerprints": sorted(self._fingerprints),
            "generation": self._options,
            "seed": self._seed,
            "usage": usage,
        }

    def _build_request(self, article: Article) -> dict[str, Any]:
        seed = {}
        if self._seed is not None:  # 31 bits: llama.cpp has a signed int for it
            seed = {"seed": int(sha256(str(self._seed), article.text)[:8], 16) >> 1}
        return {
            "model": self._model,
            "messages": self._instruction.build_messages(article.text[: self._max_characters]),
            "extra_body": {**self._options, **seed},
        }

    def _build_prediction(self, article: Article, reply: Reply) -> Prediction:
        if reply.error is not None:
            return Prediction(article.id, error=_add_advice(reply.error))
        self._is_proven = True
        try:
            return self._read_body(article, reply)
        except (NoSummaryError, RecursionError) as error:
            return Prediction(article.id, error=self._server.redact(str(error))[:_LONGEST_ERROR])

    def _read_body(self, article: Article, reply: Reply) -> Prediction:
        answer = parse_answer(reply.body)
        usage = read_usage(answer)
        self._count(answer, usage)
        completion = read_completion(answer)
        redact = self._server.redact
        prediction = read_reply(
            Prediction(
                article.id,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                seconds=reply.seconds,
                finish_reason=redact(completion.finish_reason),
                input_truncated=self._is_truncated(article, usage),
                raw=redact(completion.text or ""),
                raw_reasoning=redact(completion.thoughts),
            )
        )
        require_summary(completion, prediction.summary, self._options)
        return prediction

    def _is_truncated(self, article: Article, usage: Usage) -> bool:
        text = article.text[: self._max_characters]
        prompt = "\n".join(turn["content"] for turn in self._instruction.build_messages(text))
        is_truncated = is_cut(prompt, usage)
        self._longest.add(usage.input_tokens, len(prompt), is_truncated=is_truncated)
        if not self._is_warned and (is_truncated or self._longest.count_cut()):
            self._is_warned = True
            message = "%s read only %d tokens of long prompts, so it cut them: %s."
            _LOG.warning(message, self._server.base_url, self._longest.tokens, RAISE_CONTEXT)
        return is_truncated or len(text) < len(article.text)

    def _count(self, answer: Mapping[str, Any], usage: Usage) -> None:
        """Add the answer's tokens, and who gave it, to what `get_settings` reports."""
        for key, names in (("model", self._models), ("system_fingerprint", self._fingerprints)):
            if isinstance(answer.get(key), str) and answer[key] and len(names) < _MOST_NAMES:
                names.add(self._server.redact(answer[key])[:_LONGEST_NAME])
        self._answers += 1
        self._uncounted += usage.input_tokens is None or usage.output_tokens is None
        self._tokens_in += usage.input_tokens or 0
        self._tokens_out += usage.output_tokens or 0


def _check_prices(price_in: float | None, price_out: float | None) -> None:
    if (price_in is None) != (price_out is None):
        raise SummbenchError("price_in and price_out make a cost together; give both or neither.")


def _build_options(generate: Mapping[str, Any]) -> dict[str, Any]:
    if reserved := [key for key in _RESERVED if key in generate]:
        raise SummbenchError(
            f"generate has {reserved[0]!r}, which is not an option of decoding here; it takes "
            "temperature, max_tokens and whatever else the server knows."
        )
    options = {"temperature": 0.0, **generate}
    if not {"max_tokens", "max_completion_tokens"} & options.keys():
        options["max_tokens"] = 128
    return {key: value for key, value in options.items() if value is not None}


def _add_advice(error: str) -> str:
    if not (error.startswith("HTTP ") and is_too_long(error)):
        return error
    return (
        f"{error.rstrip('.')}. The article is too long for this server: {RAISE_CONTEXT}; "
        "max_input_characters truncates it."
    )
