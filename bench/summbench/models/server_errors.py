"""Errors of a server that every request would meet again: a mistake in the config, said once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from summbench.models.server_context import is_too_long

_COMPLAINT = (
    r"unsupported|not supported|n.t support|unrecogni[sz]ed|unknown|not permitted|forbidden"
    r"|unexpected|not allowed|invalid|not a valid|not available|additional propert|not a recogni"
    r"|must be|should be|not one of|cannot be|can.t be|out of range|too large"
)
_NO_MODEL = re.compile(
    r"not found|not exist|unknown|invalid|not a valid|no such|not loaded|no models? loaded", re.I
)
_LEFT_TO_THE_CALLER = "response_format"  # a judge asks in another way then
_SPENT = "insufficient_quota"


def is_transient(status: int, body: object) -> bool:
    """Return whether the same request may be answered later; `body` is the error's JSON."""
    is_spent = _SPENT in to_text(body)
    return not is_spent and (status in (408, 429) or status >= 500)


def to_text(body: object, headers: Mapping[str, str] | None = None) -> str:
    """Return the body of an error as a text; of a redirect, where it leads."""
    if headers and (place := headers.get("location")):
        return f"it sends on to {place}; articles go there only if base_url names it"
    if isinstance(body, str):
        return body
    try:
        return json.dumps(body, ensure_ascii=False, default=str)
    except RecursionError:
        return "(an answer that is nested too deep)"


def explain_mistake(
    status: int, body: object, message: str, request: Mapping[str, Any], base_url: str
) -> str | None:
    """Return what is wrong with the config and what to set, or None if only this request failed.

    `message` is the error in one line. What is wrong with a key is not said here.
    """
    if status == 429 and not is_transient(status, body):
        return (
            f"The account at {base_url} has used up its quota ({message}); add credit, or use the "
            "key of another account."
        )
    if status == 405:
        return (
            f"{base_url} takes no chat completions ({message}); correct base_url, which mostly "
            "ends in /v1."
        )
    if status not in (400, 404, 422):
        return None
    if status != 404 and (name := _find_refused(body, message, request["extra_body"])):
        return f"{base_url} refuses {_advise(name, message, request['extra_body'])}"
    if status == 404 or _has_no_model(message, str(request["model"])):
        return (
            f"{base_url} has no model {request['model']!r} ({message}); name one that "
            f"{base_url}/models lists, or correct base_url, which mostly ends in /v1."
        )
    return None


def _find_refused(body: object, message: str, options: Mapping[str, Any]) -> str | None:
    """The option that the server does not take, by what it names or by what its words are near."""
    if is_too_long(message):
        return None
    for name in _list_named(body):
        if name in options and name != _LEFT_TO_THE_CALLER:
            return name
    for name in options.keys() - {_LEFT_TO_THE_CALLER}:
        word = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        if re.search(
            rf"({_COMPLAINT}).{{0,60}}{word}|{word}.{{0,60}}({_COMPLAINT})", message, re.I
        ):
            return name
    return None


def _list_named(body: object) -> Iterator[str]:
    """The parameters that an error is about: OpenAI's `param`, and each `loc` of pydantic."""
    if isinstance(body, dict):
        if isinstance(body.get("param"), str):
            yield body["param"].rpartition(".")[2]
        if isinstance(body.get("loc"), list) and body["loc"]:
            yield str(body["loc"][-1])
        for key in ("detail", "message", "error", "errors"):
            yield from _list_named(body.get(key))
    elif isinstance(body, list):
        for part in body:
            yield from _list_named(part)


def _advise(name: str, message: str, options: Mapping[str, Any]) -> str:
    """The option with its value, the server's words, and what to set."""
    if name == "seed":
        return f"seeds ({message}); set seed to null."
    advice = f"set generate.{name} to null"
    if name == "max_tokens" and "max_completion_tokens" in message:
        advice += f", and generate.max_completion_tokens to {options[name]}"
    return f"generate.{name}={options[name]!r} ({message}); {advice}."


def _has_no_model(message: str, model: str) -> bool:
    is_about_models = re.search(
        rf"(?<!\w){re.escape(model)}(?!\w)|no models? loaded", message, re.I
    )
    return bool(is_about_models and "model" in message.lower() and _NO_MODEL.search(message))


def read_retry_after(header: str) -> float:
    """Return the seconds in a header that holds a number or a date; 0 if it says nothing."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0
