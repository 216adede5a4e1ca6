"""Where in a reply its answer is: in double square brackets, or in one JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from summbench.core.json_text import require_shallow
from summbench.core.judgements import ReplyFormat

_BRACKETS = re.compile(r"\[\[([^\[\]]*)\]\]")
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}


def build_choice_schema(key: str, choices: Sequence[str]) -> dict[str, Any]:
    """The JSON Schema of an object in which the key has one of the choices."""
    return build_schema({key: {"type": "string", "enum": list(choices)}})


def read_choice(reply: str, form: ReplyFormat, key: str, choices: Sequence[str]) -> str | None:
    """The choice in brackets, or of the key in JSON; None if there is none, or several."""
    if form == "json":
        content = read_object(reply, [key])
        choice = None if content is None else content[key]
        return choice if choice in choices else None
    by_name = {choice.casefold(): choice for choice in choices}
    chosen = {by_name.get(content.casefold()) for _, content in list_brackets(reply)}
    return chosen.pop() if len(chosen) == 1 else None


def build_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of an object with these properties and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_brackets(reply: str) -> Iterator[tuple[str, str]]:
    """What is before and in each pair of double brackets; a pair that is incomplete is empty.

    Before it is what follows the last pair.
    """
    text = reply.translate(_FULL_WIDTH)
    pairs = list(_BRACKETS.finditer(text))
    end = 0
    for pair in pairs:
        yield text[end : pair.start()], pair[1].strip(" \t\n*_`")
        end = pair.end()
    if text.count("[[") != len(pairs):
        yield "", ""


def read_object(reply: str, keys: Sequence[str]) -> dict[str, Any] | None:
    """The one object with exactly these keys; None if one has some of them, or two differ.

    Objects inside an object are not looked at.
    """
    attempts = [o for o in _list_objects(reply) if any(key in o for key in keys)]
    if not attempts or any(set(o) != set(keys) or o != attempts[0] for o in attempts):
        return None
    return attempts[0]


def _list_objects(reply: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(object_pairs_hook=_build_object)
    start = reply.find("{")
    while start >= 0:
        end = start + 1
        try:
            content, end = decoder.raw_decode(reply, start)
            require_shallow(content)
            yield content
        except (ValueError, RecursionError):
            pass
        start = reply.find("{", end)


def _build_object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a key that is there twice has no value, as it could be either."""
    content = dict(pairs)
    return content if len(content) == len(pairs) else dict.fromkeys(content)
