"""Python's own syntax, read by one thread at a time.

The parser of CPython 3.11 counts its depth in one place for all threads, and fails if two parse at
once.
"""

from __future__ import annotations

import ast
from threading import Lock
from typing import Any

_PARSER = Lock()
_LONGEST_LITERAL = 1_000_000


def parse_module(source: str | bytes) -> ast.Module:
    """Return the syntax tree of a module.

    Raises: SyntaxError, for what is no Python.
    """
    with _PARSER:
        return ast.parse(source)


def evaluate_literal(text: str) -> Any:
    """Return the value of a written number, text, list or mapping; nothing in it is run.

    Raises: as `ast.literal_eval`, for what is none of them; ValueError, for what is so long that
    its syntax tree would take gigabytes.
    """
    if len(text) > _LONGEST_LITERAL:
        raise ValueError(f"it is longer than {_LONGEST_LITERAL:,} characters")
    with _PARSER:
        return ast.literal_eval(text)
