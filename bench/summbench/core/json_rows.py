"""Rows of JSON Lines, and of JSON files: arrays, columns, or objects by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from summbench.core.column_names import is_column_name
from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.text_encoding import read_lines, read_text

Row = dict[str, Any]
LINE = "line"
"""The column of a file that has one text a row and no names."""


def read_json_lines(path: Path) -> Iterator[tuple[int, Row]]:
    """Read one object a line; a text or a list in place of an object is a row of one column.

    A file that is a single array in one line, or an array over several lines, is read as JSON is.
    """
    lines = ((number, line) for number, line in read_lines(path) if line.strip())
    first = next(lines, None)
    if first is None:
        return
    try:
        value = parse_json(first[1])
    except ValueError as error:
        if first[1].lstrip()[0] == "[" and "twice" not in str(error):
            yield from read_json(path)
            return
        raise _build_error(path, *first, error) from error
    second = next(lines, None)
    if isinstance(value, list) and second is None:
        yield from _list_rows(path, value)
        return
    yield first[0], _to_row(path, value, first[0])
    for number, line in chain([] if second is None else [second], lines):
        try:
            row = parse_json(line)
        except ValueError as error:
            raise _build_error(path, number, line, error) from error
        if isinstance(row, dict) != isinstance(value, dict):
            kind = "object" if isinstance(value, dict) else type(value).__name__
            raise SummbenchError(
                f"{path}: line {number} is a JSON {type(row).__name__}; every line must be one "
                f"JSON {kind}, as line {first[0]} is."
            )
        yield number, _to_row(path, row, number)


def read_json(path: Path) -> Iterator[tuple[int, Row]]:
    """Read the rows of a JSON file; one that holds JSON Lines is read as such.

    An object is one of equally long lists or of objects by row (columns), of a list (the rows), or
    of texts, lists of texts or objects by id. A few objects of many texts are systems.
    """
    text = read_text(path)
    try:
        value = parse_json(text)
    except ValueError as error:
        if "Extra data" in str(error):
            yield from read_json_lines(path)
            return
        raise SummbenchError(f"{path} is not JSON ({error}).{_advise(text, error)}") from error
    if isinstance(value, list):
        yield from _list_rows(path, value)
    elif isinstance(value, dict) and value:
        yield from enumerate(_list_object_rows(path, value), start=1)
    else:
        kind = type(value).__name__
        raise SummbenchError(f"{path} is a JSON {kind}; expected an array of objects or of texts.")


def _list_rows(path: Path, values: list[Any]) -> Iterator[tuple[int, Row]]:
    for number, value in enumerate(values, start=1):
        yield number, _to_row(path, value, number, "item")


def _list_object_rows(path: Path, value: Mapping[str, Any]) -> Iterator[Row]:
    cells = list(value.values())
    if all(isinstance(cell, list) for cell in cells):
        if len(cells) == 1:
            yield from (row for _, row in _list_rows(path, cells[0]))
            return
        if _is_by_id(value):
            yield from ({"id": name, LINE: cell} for name, cell in value.items())
            return
        lengths = {name: len(cell) for name, cell in value.items()}
        if len(set(lengths.values())) > 1:
            sizes = ", ".join(f"{name!r} has {length}" for name, length in lengths.items())
            raise SummbenchError(f"{path}: the columns differ in length: {sizes}.")
        yield from (dict(zip(value, row, strict=True)) for row in zip(*cells, strict=True))
    elif all(isinstance(cell, dict) for cell in cells):
        keys = list(cells[0])
        if _is_numbering(keys) and all(list(cell) == keys for cell in cells):
            yield from ({name: cell[key] for name, cell in value.items()} for key in keys)
        elif _is_by_system(cells):
            ids = dict.fromkeys(key for cell in cells for key in cell)
            yield from ({"id": key, **{n: c.get(key) for n, c in value.items()}} for key in ids)
        else:
            yield from ({"id": name, **cell} for name, cell in value.items())
    elif all(isinstance(cell, str) for cell in cells):
        yield from ({"id": name, LINE: cell} for name, cell in value.items())
    else:
        lists = [name for name, cell in value.items() if _is_row_list(cell)]
        if len(lists) != 1:
            raise SummbenchError(
                f"{path} is a JSON object with the keys {', '.join(map(repr, value))[:200]}; "
                "expected an array of objects or of texts."
            )
        yield from (row for _, row in _list_rows(path, value[lists[0]]))


def _is_by_id(value: Mapping[str, list[Any]]) -> bool:
    """Lists of texts of articles, not columns: unknown names, and more of them than texts each."""
    is_text = all(isinstance(text, str) for cell in value.values() for text in cell)
    has_columns = any(is_column_name(name) for name in value)
    return is_text and not has_columns and len(value) > max(map(len, value.values()))


def _is_by_system(cells: list[dict[str, Any]]) -> bool:
    """Texts by article of each system: no names of columns, and more texts than systems."""
    texts = [(key, text) for cell in cells for key, text in cell.items()]
    is_text = all(isinstance(text, str | None) and not is_column_name(key) for key, text in texts)
    return is_text and len(cells) < max(map(len, cells))


def _is_numbering(keys: list[str]) -> bool:
    return bool(keys) and keys == [str(number) for number in range(len(keys))]


def _is_row_list(cell: Any) -> bool:
    return isinstance(cell, list) and bool(cell) and isinstance(cell[0], dict)


def _to_row(path: Path, value: Any, number: int, unit: str = "line") -> Row:
    if isinstance(value, dict):
        return value
    if isinstance(value, str | list):
        return {LINE: value}
    raise SummbenchError(
        f"{path}: {unit} {number} is a JSON {type(value).__name__}; expected an object or a text "
        f"in every {unit}."
    )


def _build_error(path: Path, number: int, line: str, error: ValueError) -> SummbenchError:
    return SummbenchError(
        f"{path}: line {number} is not JSON ({error}); every line must be one JSON object."
        f"{_advise(line, error)}"
    )


def _advise(text: str, error: ValueError) -> str:
    """What is usually wrong with such a text; empty if nothing is known."""
    text = text.strip()
    if re.match(r"[\[{]\s*'", text):
        return " It is written as Python does; json.dumps writes JSON."
    if re.match(r"//|/\*|#", text):
        return " JSON has no comments."
    is_cut_off = text.startswith("{") and not text.endswith(("}", "},"))
    if re.search(r",\s*([}\]]|\Z)", text) and not is_cut_off:
        return " JSON has no comma after the last of a list or an object."
    if text in ("{", "["):
        return " It seems to go on over several lines; json.dumps without indent writes one."
    if "control character" in str(error):
        return ' Within a text, JSON writes a tab as "\\t" and a line break as "\\n".'
    if is_cut_off:
        return ' It seems to be cut off; a line break in a text is written "\\n".'
    is_json = text.startswith(("{", "["))
    return "" if is_json else " It may be a message of the program that wrote the file."
