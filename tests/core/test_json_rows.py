"""Rows out of JSON in the shapes that programs write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.tabular import read_rows

_ROWS = [{"id": "a", "text": "One."}, {"id": "b", "text": "Two."}]


def _read(folder: Path, name: str, content: str) -> list[dict[str, Any]]:
    (folder / name).write_text(content)
    return [row for _, row in read_rows(folder / name)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(_ROWS)),
        ("a.json", json.dumps(_ROWS, indent=1)),
        ("a.json", json.dumps({"data": _ROWS})),
        ("a.json", json.dumps({"version": 1, "data": _ROWS})),
        ("a.json", json.dumps({"id": ["a", "b"], "text": ["One.", "Two."]})),
        ("a.json", json.dumps({"id": {"0": "a", "1": "b"}, "text": {"0": "One.", "1": "Two."}})),
        ("a.json", json.dumps({"a": {"text": "One."}, "b": {"text": "Two."}})),
        ("a.json", "".join(json.dumps(row) + "\n" for row in _ROWS)),
        ("a.jsonl", json.dumps(_ROWS)),
        ("a.jsonl", json.dumps(_ROWS, indent=1)),
        ("a.jsonl", "".join(json.dumps(row) + "\n" for row in _ROWS)),
    ],
)
def test_rows_are_the_same_in_every_shape(tmp_path: Path, name: str, content: str) -> None:
    assert _read(tmp_path, name, content) == _ROWS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '["One.", "Two."]'),
        ("a.jsonl", '["One.", "Two."]\n'),
        ("a.jsonl", '"One."\n"Two."\n'),
        ("a.txt", "One.\r\nTwo.\r\n"),
        ("a.hypo", "One.\nTwo."),
    ],
)
def test_texts_without_names_are_rows_of_one_column(
    tmp_path: Path, name: str, content: str
) -> None:
    assert _read(tmp_path, name, content) == [{"line": "One."}, {"line": "Two."}]


def test_an_empty_line_is_an_empty_text(tmp_path: Path) -> None:
    assert _read(tmp_path, "a.txt", "One.\n\nTwo.\n")[1] == {"line": ""}


def test_a_list_a_line_is_a_cell_with_several_texts(tmp_path: Path) -> None:
    rows = _read(tmp_path, "a.jsonl", '["One.", "1."]\n["Two."]\n')
    assert rows == [{"line": ["One.", "1."]}, {"line": ["Two."]}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"id": 1}\n{"id": 2, "text": "", "text": "x"}\n'),
        ("a.json", '[{"id": 2, "text": "", "text": "x"}]'),
        ("a.jsonl", '[{"id": 2, "text": "", "text": "x"}]'),
        ("a.jsonl", '{"id": 2, "doc": {"text": "", "text": "x"}}'),
    ],
)
def test_a_key_that_comes_twice_is_refused(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(SummbenchError, match="the key 'text' comes twice in one object"):
        _read(tmp_path, name, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("3", "is a JSON int"),
        ("{}", "is a JSON dict"),
        ('{"a": 1}', "with the keys 'a'"),
        ('{"a": ["x"], "b": ["x", "y"]}', "'a' has 1, 'b' has 2"),
        ("[1]", "item 1 is a JSON int"),
        ("[", "is not JSON"),
    ],
)
def test_other_json_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(SummbenchError, match=message):
        _read(tmp_path, "a.json", content)
