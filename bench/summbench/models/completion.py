"""What a chat completion says: its text, its thoughts, its tokens, or why it has no text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summbench.core.json_text import parse_json
from summbench.core.prediction_checks import LONGEST_TEXT, is_count, show_value

_REACHED_THE_LIMIT = {"length", "max_tokens", "max_output_tokens", "model_length", "token_limit"}
_THOUGHT_KEYS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_THINKING_OFF = (
    "vLLM, SGLang and llama.cpp: generate.chat_template_kwargs={enable_thinking: false}; Ollama "
    "and hosted models: generate.reasoning_effort=none, or minimal"
)
_LONGEST_LABEL = 200
_TEXT_KEYS = ("text", "thinking", "reasoning", "summary", "content")


class NoSummaryError(Exception):
    """The server answered, and there is no summary in it."""


@dataclass(frozen=True, slots=True)
class Completion:
    """The first choice of an answer; `text` is None if it has none."""

    text: str | None
    thoughts: str
    finish_reason: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it did not. `cached` are in a cache of it."""

    input_tokens: int | None
    output_tokens: int | None
    cached: int


def parse_answer(body: str) -> dict[str, Any]:
    """Return the JSON object that the body is.

    Raises:
        NoSummaryError: it is none.
    """
    if body.lstrip().startswith("data:"):
        raise NoSummaryError(
            "the server streams its answer, which it was not asked to; turn streaming off in its "
            f"settings: {body[:80]!r}"
        )
    try:
        answer = parse_json(body, allow_repeated_keys=True)
    except ValueError as error:
        raise NoSummaryError(f"the answer is broken JSON ({error}): {body[:500]!r}") from error
    if not isinstance(answer, dict):
        raise NoSummaryError(f"the answer is no JSON object: {body[:500]!r}")
    return answer


def read_usage(answer: Mapping[str, Any]) -> Usage:
    """Return what the answer says about tokens.

    Raises:
        NoSummaryError: it says something that is no count.
    """
    usage = _read_object(answer, "usage")
    return Usage(
        _read_count(usage, "prompt_tokens"),
        _read_count(usage, "completion_tokens"),
        _read_count(_read_object(usage, "prompt_tokens_details"), "cached_tokens") or 0,
    )


def read_completion(answer: Mapping[str, Any]) -> Completion:
    """Return the first choice, whose content is a text or a list of parts.

    Raises:
        NoSummaryError: there is no choice, or something in it is of a wrong type.
    """
    choices = answer.get("choices")
    if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        raise NoSummaryError(f"the answer has no choices{_format_complaint(answer)}")
    choice = choices[0]
    message = _as_mapping(choice.get("message") or {"content": choice.get("text")})
    text, thoughts, refusal = _read_content(message.get("content"))
    apart = (_join_text(_read_text(message, key)) for key in _THOUGHT_KEYS)
    thoughts = "\n".join(part for part in (next(filter(None, apart), ""), thoughts) if part)
    finish_reason = _read_label(choice, "finish_reason") or "unknown"
    if finish_reason.lower() in _REACHED_THE_LIMIT:
        finish_reason = "length"
    return Completion(
        text, thoughts, finish_reason, _read_label(message, "refusal", LONGEST_TEXT) or refusal
    )


def require_summary(completion: Completion, summary: str, options: Mapping[str, Any]) -> None:
    """Check that there is a summary; an empty text is one, if nothing says why it is empty.

    `options` are those of the request.

    Raises:
        NoSummaryError: there is none, as when thinking used up all of `max_tokens`.
    """
    finish = completion.finish_reason
    if finish == "content_filter":
        raise NoSummaryError("the server's content filter stopped the answer (content_filter)")
    if summary.strip():
        return
    if completion.refusal:
        raise NoSummaryError(
            f"the answer has no text (finish_reason {finish!r}): {completion.refusal}"
        )
    if finish == "length":
        name = "max_completion_tokens" if "max_completion_tokens" in options else "max_tokens"
        limit = f"={options[name]}" if name in options else ""
        raise NoSummaryError(
            f"the model used up generate.{name}{limit} before it wrote any text, as one that "
            f"thinks does. Raise generate.{name}, or turn thinking off ({_THINKING_OFF})"
        )
    if completion.thoughts:
        raise NoSummaryError(
            "the answer has thoughts and no text. If the text is among the thoughts, start the "
            f"server without a reasoning parser, or turn thinking off ({_THINKING_OFF})"
        )
    if completion.text is None:
        raise NoSummaryError(f"the answer has no text (finish_reason {finish!r})")


def _read_content(content: object) -> tuple[str | None, str, str]:
    """The text, the thoughts and the refusal in a message's content."""
    if isinstance(content, str):
        return content, "", ""
    if content is None:
        return None, "", ""
    parts = [content] if isinstance(content, dict) else content
    if not isinstance(parts, list):
        raise NoSummaryError(f"content is {show_value(content)}; expected a text or parts")
    texts: list[str] = []
    thoughts: list[str] = []
    refusals: list[str] = []
    for part in parts:
        kind = str(_as_mapping(part).get("type", "text"))
        if kind == "refusal":
            refusals.append(str(part.get("refusal")))
        elif kind.endswith("text") and not kind.startswith("reasoning"):
            texts.append(_join_text(part))
        elif kind.startswith(("thinking", "reasoning")):
            thoughts.append(_join_text(part))
    return "".join(texts) if texts else None, "\n".join(thoughts), "".join(refusals)


def _join_text(value: object) -> str:
    """The text of a part, which may be a list of parts itself; parts may be cut anywhere."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_join_text, value))
    parts = [value[key] for key in _TEXT_KEYS if key in value] if isinstance(value, dict) else []
    return next(filter(None, map(_join_text, parts)), "")


def _as_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _read_object(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    if value is not None and not isinstance(value, dict):
        raise NoSummaryError(f"{key} is {show_value(value)}; expected an object, or null")
    return value or {}


def _read_count(holder: Mapping[str, Any], key: str) -> int | None:
    """Some servers write whole numbers as 12.0."""
    value = holder.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is not None and not is_count(value):
        raise NoSummaryError(f"{key} is {show_value(value)}; expected a whole number from 0 on")
    return value


def _read_label(holder: Mapping[str, Any], key: str, longest: int = _LONGEST_LABEL) -> str | None:
    value = holder.get(key)
    if value is not None and not (isinstance(value, str) and len(value) <= longest):
        raise NoSummaryError(
            f"{key} is {show_value(value)}; expected a text of at most {longest:,} characters"
        )
    return value


def _read_text(holder: Mapping[str, Any], key: str) -> object:
    value = holder.get(key)
    if value is not None and not isinstance(value, str | list | dict):
        raise NoSummaryError(f"{key} is {show_value(value)}; expected a text or parts")
    return value


def _format_complaint(answer: Mapping[str, Any]) -> str:
    """Some proxies put an error into an answer with status 200."""
    return f": {json.dumps(answer['error'], ensure_ascii=False)}" if answer.get("error") else ""
