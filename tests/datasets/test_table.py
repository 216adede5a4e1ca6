"""Articles and references from JSONL, CSV, TSV and Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core.records import Article, Example
from summbench.datasets.table import Table
from tests.datasets.files import get_error, write, write_jsonl

_ROW = {"id": "a", "document": "The dam held.", "references": "It held."}


def _table(folder: Path, *rows: Any, **columns: Any) -> Sequence[Example]:
    return Table(write_jsonl(folder / "a.jsonl", *rows), **columns).load()


def test_csv_and_parquet_hold_the_same_examples_as_json_lines(tmp_path: Path) -> None:
    row = {"id": "a", "document": "One,\ntwo", "references": "It."}
    csv = write(tmp_path / "a.csv", 'id,document,references\na,"One,\ntwo",It.\n')
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    assert _table(tmp_path, row) == [Example(Article("a", "One,\ntwo"), ("It.",))]
    assert Table(csv).load() == _table(tmp_path, row)
    assert Table(str(tmp_path / "a.parquet")).load() == _table(tmp_path, row)


@pytest.mark.parametrize(
    ("cell", "references"),
    [
        ("One.\nTwo.", ("One.\nTwo.",)),
        (["One.", "Two."], ("One.", "Two.")),
        ([["One.", "Two."], ["Three."]], ("One.\nTwo.", "Three.\u2028")),
    ],
)
def test_a_text_a_list_and_a_list_of_sentence_lists_are_references(
    tmp_path: Path, cell: Any, references: tuple[str, ...]
) -> None:
    assert _table(tmp_path, _ROW | {"references": cell})[0].references == references


def test_there_may_be_several_reference_columns_or_none(tmp_path: Path) -> None:
    row = _ROW | {"more": ["B.", "C."]}
    [found] = _table(tmp_path, row, references=["more", "references"])
    assert found.references == ("B.", "C.", "It held.")
    assert _table(tmp_path, row, references=None) == [Example(Article("a", "The dam held."))]


def test_without_an_id_column_the_rows_are_numbered(tmp_path: Path) -> None:
    assert [e.article.id for e in _table(tmp_path, _ROW, _ROW, id=None)] == ["1", "2"]


def test_rows_are_numbered_whatever_the_lines_they_stand_on(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'document,references\n"one\ntwo",x\nthree,y\n')
    assert [e.article.id for e in Table(path, id=None).load()] == ["1", "2"]


@pytest.mark.parametrize("name", ["a/b c", "..", "Jürgen Ærø", "x" * 300, "nul\0", " a ", 0, -7])
def test_any_integer_and_any_text_that_is_not_blank_is_an_id(
    tmp_path: Path, name: str | int
) -> None:
    assert _table(tmp_path, _ROW | {"id": name})[0].article.id == str(name)


def test_lone_surrogates_become_replacement_characters_and_pairs_stay(tmp_path: Path) -> None:
    # JSON may write them as escapes; U+D83D U+DE00 is the pair of U+1F600.
    row = r'{"id": "a\ud800", "document": "\udc00b\ud83d\ude00", "references": ["c\udfff"]}'
    assert Table(write(tmp_path / "a.jsonl", row)).load() == [
        Example(Article("a\ufffd", "\ufffdb\U0001f600"), ("c\ufffd",))
    ]


@pytest.mark.parametrize("text", ["", " \n ", "a\0b"])
def test_an_article_may_be_empty_blank_or_hold_nul(tmp_path: Path, text: str) -> None:
    assert _table(tmp_path, _ROW | {"document": text})[0].article.text == text


def test_an_article_that_is_not_required_is_empty_when_missing(tmp_path: Path) -> None:
    row = {"id": "a", "references": "It held."}
    found = _table(tmp_path, row, document_required=False)
    assert found == [Example(Article("a", ""), ("It held.",))]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("id", None, "holds nothing (null), not an id."),
        ("id", " ", "holds only white space, not an id."),
        ("id", 1.5, "holds 1.5, not an id."),
        ("id", True, "holds True, not an id."),
        ("document", None, "holds nothing (null), not a text."),
        ("document", 3, "holds 3, not a text."),
        ("document", ["x" * 99], f"holds ['{'x' * 78}, not a text."),  # cut after 80 characters
        (
            "references",
            None,
            "holds nothing (null); expected a reference summary or a list of them (dat",
        ),
        (
            "references",
            3,
            "holds 3; expected a reference summary or a list of them (dataset.<name>.",
        ),
        ("references", [], "holds an empty list; expected a reference summary or a list of them"),
        ("references", "", ": reference 1 is an empty str."),
        ("references", " \n", ": reference 1 is only white space."),
        ("references", ["x", None], ": reference 2 is nothing (null)."),
        ("references", [["x", 3]], ": reference 1 is ['x', 3]."),
        ("references", [["x"], []], ": reference 2 is an empty"),
    ],
)
def test_a_cell_that_holds_the_wrong_thing_is_named_by_file_line_and_column(
    tmp_path: Path, column: str, cell: Any, said: str
) -> None:
    message = get_error(_table, tmp_path, _ROW, {**_ROW, "id": "b", column: cell})
    assert message.startswith(f"{tmp_path / 'a.jsonl'}: line 2, column {column!r}")
    assert said in message


@pytest.mark.parametrize("what", ["id", "document", "references"])
def test_a_missing_column_is_named_with_those_there_are_and_what_mends_it(
    tmp_path: Path, what: str
) -> None:
    row = {("title" if key == what else key): value for key, value in _ROW.items()}
    message = get_error(_table, tmp_path, row)
    assert f"line 1 has no column {what!r}; it has {', '.join(map(repr, sorted(row)))}." in message
    assert message.endswith(f"Name the right one with dataset.<name>.{what}=...")


def test_an_id_that_comes_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    message = get_error(_table, tmp_path, _ROW | {"id": "7"}, _ROW, _ROW | {"id": 7})
    assert "line 3, column 'id' repeats the id '7' of line 1; ids must be unique." in message


def test_a_table_that_has_only_a_header_is_refused(tmp_path: Path) -> None:
    message = get_error(Table(write(tmp_path / "a.csv", "id,document,references\n")).load)
    assert message.endswith("a.csv has no rows; expected at least one article.")
