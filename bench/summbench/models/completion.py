"""What a chat completion says: its text, its thoughts, its tokens, or why it has no text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REACHED_THE_LIMIT = {"length", "max_tokens", "max_output_tokens", "model_length", "token_limit"}
_THOUGHT_KEYS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_THINKING_OFF = (
    "vLLM, SGLang and llama.cpp: generate.chat_template_kwargs={enable_thinking: false}; Ollama "
    "and hosted models: generate.reasoning_effort=none, or minimal"
)
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
        answer = json.loads(body)
    except ValueError as error:
        raise NoSummaryError(f"the answer is broken JSON ({error}): {body!r}") from error
    if not isinstance(answer, dict):
        raise NoSummaryError(f"the answer is no JSON object: {body!r}")
    return answer


def read_usage(answer: Mapping[str, Any]) -> Usage:
    """Return what the answer says about tokens."""
    usage = _as_mapping(answer.get("usage"))
    cached = _as_mapping(usage.get("prompt_tokens_details")).get("cached_tokens")
    return Usage(
        _as_count(usage.get("prompt_tokens")),
        _as_count(usage.get("completion_tokens")),
        _as_count(cached) or 0,
    )


def read_completion(answer: Mapping[str, Any]) -> Completion:
    """Return the first choice, whose content is a text or a list of parts.

    Raises:
        NoSummaryError: there is no choice.
    """
    choices = answer.get("choices")
    if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        raise NoSummaryError(f"the answer has no choices{_format_complaint(answer)}")
    choice = choices[0]
    message = _as_mapping(choice.get("message") or {"content": choice.get("text")})
    text, thoughts, refusal = _read_content(message.get("content"))
    apart = (_join_text(message.get(key)) for key in _THOUGHT_KEYS)
    thoughts = "\n".join(part for part in (next(filter(None, apart), ""), thoughts) if part)
    finish_reason = str(choice.get("finish_reason") or "unknown")
    if finish_reason.lower() in _REACHED_THE_LIMIT:
        finish_reason = "length"
    return Completion(text, thoughts, finish_reason, str(message.get("refusal") or refusal))


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
    parts = [content] if isinstance(content, dict) else content
    if not isinstance(parts, list):
        return None, "", ""
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


def _as_count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _format_complaint(answer: Mapping[str, Any]) -> str:
    """Some proxies put an error into an answer with status 200."""
    return f": {json.dumps(answer['error'], ensure_ascii=False)}" if answer.get("error") else ""
