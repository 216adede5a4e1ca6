"""JSON texts in which a key that comes twice is an error, as a CSV column is."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_DEEPEST = 100
_MOST_COMMAS = 5_000_000  # three bytes of JSON can be an object of 70 bytes in memory


def parse_json(text: str | bytes, *, allow_repeated_keys: bool = False) -> Any:
    """Return the value of a JSON text.

    Raises: ValueError, if it is no JSON, is nested deeper than 100, has millions of values, or an
    object has a key twice.
    """
    if text.count("," if isinstance(text, str) else b",") > _MOST_COMMAS:  # type: ignore[arg-type]
        raise ValueError(f"it has over {_MOST_COMMAS:,} commas, more than are read at once")
    try:
        value = json.loads(text, object_pairs_hook=None if allow_repeated_keys else _build_object)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    require_shallow(value)
    return value


def require_shallow(value: Any) -> None:
    """Check that a JSON value is not nested deeper than the code that walks through it can go.

    Raises: ValueError.
    """
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ValueError("it is nested too deep")


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} comes twice in one object; names must differ")
    return row


def decode_json(text: str, kind: type[T]) -> T:
    """Return the value of a JSON text as a type.

    Raises: ValueError, as `parse_json`, and if it is of another type.
    """
    parse_json(text)
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
