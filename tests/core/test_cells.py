"""Cells: ids, columns within objects, and lists that were written as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from summbench.core.cells import (
    MISSING,
    get_cell,
    is_blank,
    parse_id,
    parse_written_bytes,
    parse_written_list,
    parse_written_object,
)
from summbench.core.errors import SummbenchError


@pytest.mark.parametrize(
    ("value", "name"), [(7, "7"), (7.0, "7"), (Decimal("7.00"), "7"), (" a ", " a "), (1e3, "1000")]
)
def test_whole_numbers_and_texts_are_ids(value: Any, name: str) -> None:
    assert parse_id(value, "here") == name


@pytest.mark.parametrize(
    "value", [1.5, Decimal("1.5"), float("nan"), float("inf"), Decimal("NaN"), None, "", True]
)
def test_what_is_no_id_is_named(value: Any) -> None:
    with pytest.raises(SummbenchError, match=r"^here holds .*not an id"):
        parse_id(value, "here")


def test_a_dot_goes_into_an_object_unless_a_column_has_it_in_its_name() -> None:
    row = {"doc": {"article": "A.", "x": {"y": 1}}, "resps": [["R."]], "a.b": 3, "a": {"b": 4}}
    assert get_cell(row, "doc.article") == "A."
    assert get_cell(row, "doc.x.y") == 1
    assert get_cell(row, "resps.0.0") == "R."
    assert get_cell(row, "a.b") == 3
    for name in ("doc.text", "doc.article.x", "resps.1", "text"):
        assert get_cell(row, name) is MISSING


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("['a', 'b']", ["a", "b"]),
        ("""["it's", 'b, c']""", ["it's", "b, c"]),
        ('["a", "b\\nc"]', ["a", "b\nc"]),
        ("['a' 'b']", ["a", "b"]),  # NumPy's; Python would read one text, 'ab'
        ("['a'\n 'b']", ["a", "b"]),
        (" ['a'] ", ["a"]),
        ('["", ""]', ["", ""]),
        ("[]", []),
        ("()", []),
        ("[None, None]", [None, None]),
        ("('a', 'b')", ["a", "b"]),
        ("('a',)", ["a"]),
        ("{'b', 'a'}", ["b", "a"]),
        ("array(['a', 'b'],\n      dtype='<U1')", ["a", "b"]),
        ("np.array(['a' 'b'], dtype=object)", ["a", "b"]),
        ("['a', nan]", ["a", None]),
        ('["a", null]', ["a", None]),
        ("['a' None 'b']", ["a", None, "b"]),
        ("[['a', 'b'], ['c']]", [["a", "b"], ["c"]]),
        ("[('a', 'b'), 'c']", [["a", "b"], "c"]),
        ('[["a", "b"], ["c"]]', [["a", "b"], ["c"]]),
    ],
)
def test_a_list_that_was_written_as_text_is_a_list(cell: str, texts: list[Any]) -> None:
    assert parse_written_list(cell) == texts


@pytest.mark.parametrize(
    "cell",
    ["[sic]", "[1, 2]", "a ['b']", "['a'", "['a', 3]", "[a, 'b']", "['a'] + ['b']",
     "('a')", "(a, b)", "{a}", "{'a': 'b'}", "['a', []]", "array([1, 2])", "(1) 'a' (2)",
     "('a' or 'b')", "{}", "f(['a'])", "(", "'a', 'b'"],
)  # fmt: skip
def test_other_brackets_are_text(cell: str) -> None:
    assert parse_written_list(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("b'The dam held.'", "The dam held."),
        (' b"It\'s \\xc3\\xa9t\\xc3\\xa9.\\n"\n', "It's \xe9t\xe9.\n"),
        ("b'\\xff'", "\ufffd"),
        ("b''", ""),
        ("b'", None),
        ("b'A' and b'B'", None),
        ("by 'them'", None),
        ("", None),
    ],
)
def test_bytes_that_were_written_as_text_are_their_text(cell: str, text: str | None) -> None:
    assert parse_written_bytes(cell) == text


def test_an_object_may_be_written_as_python_or_json() -> None:
    assert parse_written_object("{'a': 'x'}") == parse_written_object('{"a": "x"}') == {"a": "x"}
    assert parse_written_object("{x}") is None
    assert parse_written_object("{1: 'x'}") is None


@pytest.mark.parametrize("cell", [None, "", " \n", float("nan"), [], [None, ""]])
def test_a_blank_cell_holds_nothing(cell: Any) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize("cell", ["x", 0, False, ["", "x"]])
def test_other_cells_hold_something(cell: Any) -> None:
    assert not is_blank(cell)
