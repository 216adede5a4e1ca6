"""The cells of rows: nested columns, ids, blanks, and lists written as text."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping
from decimal import Decimal
from math import inf
from typing import Any, TypeGuard

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.python_syntax import evaluate_literal
from summbench.core.text import replace_surrogates

MISSING: Any = object()
"""What `get_cell` returns for a column that the row does not have."""


def get_cell(row: Mapping[str, Any], column: str) -> Any:
    """Return the cell of a column, or MISSING; `doc.article` is the key `article` within `doc`.

    A number is a position in a list, as in `resps.0`.
    """
    if column in row:
        return row[column]
    cell: Any = row
    for key in column.split("."):
        if isinstance(cell, Mapping) and key in cell:
            cell = cell[key]
        elif isinstance(cell, list) and key.isdecimal() and int(key) < len(cell):
            cell = cell[int(key)]
        else:
            return MISSING
    return cell


def list_columns(row: Mapping[str, Any]) -> list[str]:
    """Return the names of the row's columns, those within an object with dots."""
    return [
        f"{name}.{inner}" if inner else name
        for name, cell in row.items()
        for inner in (cell if isinstance(cell, Mapping) and cell else ("",))
    ]


def is_blank(cell: Any) -> bool:
    """Tell whether a cell holds nothing: null, NaN, white space, or a list of such cells."""
    if isinstance(cell, list):
        return all(map(is_blank, cell))
    is_nan = isinstance(cell, float) and cell != cell
    return cell is None or is_nan or (isinstance(cell, str) and not cell.strip())


def is_sentences(cell: Any) -> TypeGuard[list[str]]:
    """Tell whether a cell is a list of texts."""
    return isinstance(cell, list) and all(isinstance(sentence, str) for sentence in cell)


def parse_id(value: Any, where: str) -> str:
    """Return an id as text: any whole number, or any text that is not blank.

    Raises: SummbenchError, which begins with `where`, for anything else.
    """
    if isinstance(value, float) and 2**53 <= abs(value) < inf:
        raise SummbenchError(
            f"{where} holds {value!r}, a float that has lost the last digits of a number so large. "
            "Write the ids as texts or whole numbers."
        )
    if isinstance(value, float | Decimal) and value == value and value % 1 == 0:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise SummbenchError(f"{where} holds {format_value(value)}, not an id.")
    return replace_surrogates(str(value))


def format_value(value: Any) -> str:
    """Format a cell for a message, at most 80 characters."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, str | list | dict) and not value:
        return f"an empty {type(value).__name__}"
    return "only white space" if isinstance(value, str) and not value.strip() else repr(value)[:80]


def parse_written_list(cell: str) -> list[str] | None:
    """Return the texts of a list that was written as text, or None if the cell is no such list.

    Python's `['a', 'b']`, JSON's `["a", "b"]` and NumPy's `['a' 'b']` are read.
    """
    text = cell.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        value = parse_json(text)
    except ValueError:
        value = _parse_python_list(text)
    is_list = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    return value if is_list else None


def parse_written_object(cell: str) -> dict[str, Any] | None:
    """Return the object that was written as text, as JSON or Python, or None if it is none."""
    text = cell.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        value = parse_json(text)
    except ValueError:
        try:
            value = evaluate_literal(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    return value if isinstance(value, dict) and all(isinstance(key, str) for key in value) else None


def _parse_python_list(text: str) -> list[str] | None:
    """Strings between brackets, with commas or without: Python would join those without."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        strings = [token.string for token in tokens if token.type == tokenize.STRING]
        others = {token.string.strip() for token in tokens if token.type != tokenize.STRING}
        return (
            [evaluate_literal(string) for string in strings]
            if others <= set("[],") | {""}
            else None
        )
    except (tokenize.TokenError, ValueError, SyntaxError, MemoryError, RecursionError):
        return None
