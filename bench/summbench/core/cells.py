"""The cells of rows: nested columns, ids, blanks, and lists written as text."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping
from decimal import Decimal
from math import inf
from typing import Any, TypeGuard

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.python_syntax import evaluate_literal
from summbench.core.text import replace_surrogates

_ARRAY = re.compile(r"(?:np\.|numpy\.)?array\((\[.*\])(?:,\s*dtype=[^\]]*)?\)", re.DOTALL)
_NULLS = ("None", "null", "nan", "NaN")

WRITTEN_BYTES = "bytes that Python wrote as text (b'...'), read as the text that they hold"
"""What `parse_written_bytes` reads, for a note."""
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


def is_null_text(cell: Any) -> bool:
    """Tell whether a cell is a null that a program wrote as text, as `nan`."""
    return isinstance(cell, str) and cell.strip() in _NULLS


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


def parse_written_list(cell: str) -> list[Any] | None:
    """Return the list that was written as text, or None if the cell is no list of texts.

    JSON, Python's lists, tuples and sets, and NumPy's `['a' 'b']` and `array(['a'])` are read. An
    item is a text, a list of texts, or None where it was null or NaN.
    """
    text = cell.strip()
    if array := _ARRAY.fullmatch(text):
        text = array[1]
    if text[:1] + text[-1:] not in ("[]", "()", "{}"):
        return None
    try:
        value = parse_json(text)
    except ValueError:
        value = _parse_python_list(text)
    is_list = isinstance(value, list) and all(
        item is None or isinstance(item, str) or (item and is_sentences(item)) for item in value
    )
    return value if is_list else None


def parse_written_bytes(cell: str) -> str | None:
    """Return the text of bytes that Python wrote as text (`b'The dam'`), or None for another text.

    Bytes that are no UTF-8 become U+FFFD.
    """
    text = cell.strip()
    if not text.startswith(("b'", 'b"')) or text[-1] != text[1]:
        return None
    try:
        value = evaluate_literal(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else None


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


def _parse_python_list(text: str) -> Any:
    """Items with commas between them or without: Python would join texts without."""
    if (
        text.startswith("{") and text != "{}"
    ):  # the order of a set would be another one in each process
        text = f"[{text[1:-1]}]"
    parts: list[str] = []
    is_after_item = False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            word = "None" if token.string in _NULLS else token.string.strip()
            is_text = token.type == tokenize.STRING or word == "None"
            parts += [","] if is_after_item and (is_text or word in ("[", "(")) else []
            parts.append(word)
            is_after_item = is_text or word in ("]", ")") or (is_after_item and not word)
        return _to_lists(evaluate_literal(" ".join(parts).strip()))
    except (tokenize.TokenError, ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _to_lists(value: Any) -> Any:
    """A list in place of each tuple, and the text of bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return list(map(_to_lists, value)) if isinstance(value, list | tuple) else value
