"""GitHub's expressions, as far as our workflows use them: contexts, ==, !=, !, &&, ||, endsWith."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_TOKEN = re.compile(r"'(?:[^']|'')*'|[a-zA-Z_][\w-]*(?:\.[\w-]+)*|==|!=|&&|\|\||!|[(),]|\S")
_WORDS = {"&&": "and", "||": "or", "!": "not", "==": "==", "!=": "!=", "(": "(", ")": ")", ",": ","}


def evaluate(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of what is between the braces; what is not there is an empty text."""
    parts = []
    for token in _TOKEN.findall(expression):
        if token.startswith("'"):
            parts.append(repr(token[1:-1].replace("''", "'")))
        elif token in _WORDS:
            parts.append(_WORDS[token])
        elif token == "endsWith":
            parts.append("_ends_with")
        else:
            parts.append(repr(_look_up(token, contexts)))
    code = " ".join(parts)
    return eval(code, {"_ends_with": lambda text, end: str(text).endswith(str(end))})


def _look_up(name: str, contexts: Mapping[str, Any]) -> Any:
    value: Any = contexts
    for part in name.split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value


def fill_in(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with the value of each expression in its place."""
    return _EXPRESSION.sub(lambda match: str(evaluate(match[1], contexts)), text)


def is_true(condition: str, contexts: Mapping[str, Any]) -> bool:
    """Whether a step with this `if` runs."""
    inner = _EXPRESSION.fullmatch(condition.strip())
    return bool(evaluate(inner[1] if inner else condition, contexts))
