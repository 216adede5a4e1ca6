"""Articles and references from a table, a dataset of the hub and plain texts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.datasets.hub import Hub
from summbench.datasets.table import Table
from summbench.datasets.texts import Texts

_ROW = {"id": "a", "document": "The dam held.", "references": "It held."}
# The fields of CNN/DailyMail on the hub, with texts of our own.
_CNN = [
    {"article": "The dam held. It rained.", "highlights": "Dam holds.\nRain falls.", "id": "f0e1"},
    {"article": "The mayor left.", "highlights": "Mayor goes.", "id": "d2c3"},
]
_CNN_EXAMPLES = [
    Example(Article("f0e1", "The dam held. It rained."), ("Dam holds.\nRain falls.",)),
    Example(Article("d2c3", "The mayor left."), ("Mayor goes.",)),
]


def _write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _jsonl(path: Path, *rows: Any) -> str:
    return _write(path, "".join(json.dumps(row) + "\n" for row in rows))


def _table(folder: Path, *rows: Any, **columns: Any) -> Sequence[Example]:
    return Table(_jsonl(folder / "a.jsonl", *rows), **columns).load()


def _refusal(load: Any, *rows: Any, **columns: Any) -> str:
    with pytest.raises(SummbenchError) as caught:
        load(*rows, **columns)
    return str(caught.value)


def test_csv_and_parquet_hold_the_same_examples_as_json_lines(tmp_path: Path) -> None:
    row = {"id": "a", "document": "One,\ntwo", "references": "It."}
    csv = _write(tmp_path / "a.csv", 'id,document,references\na,"One,\ntwo",It.\n')
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    assert _table(tmp_path, row) == [Example(Article("a", "One,\ntwo"), ("It.",))]
    assert Table(csv).load() == _table(tmp_path, row)
    assert Table(str(tmp_path / "a.parquet")).load() == _table(tmp_path, row)


@pytest.mark.parametrize(
    ("cell", "references"),
    [
        ("One.\nTwo.", ("One.\nTwo.",)),
        (["One.", "Two."], ("One.", "Two.")),
        ([["One.", "Two."], ["Three."]], ("One.\nTwo.", "Three.")),
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
    path = _write(tmp_path / "a.csv", 'document,references\n"one\ntwo",x\nthree,y\n')
    assert [e.article.id for e in Table(path, id=None).load()] == ["1", "2"]


@pytest.mark.parametrize("name", ["a/b c", "..", "Jürgen Ærø", "x" * 300, "nul\0", " a ", 0, -7])
def test_any_integer_and_any_text_that_is_not_blank_is_an_id(
    tmp_path: Path, name: str | int
) -> None:
    assert _table(tmp_path, _ROW | {"id": name})[0].article.id == str(name)


def test_lone_surrogates_become_replacement_characters_and_pairs_stay(tmp_path: Path) -> None:
    # JSON may write them as escapes; U+D83D U+DE00 is the pair of U+1F600.
    row = r'{"id": "a\ud800", "document": "\udc00b\ud83d\ude00", "references": ["c\udfff"]}'
    assert Table(_write(tmp_path / "a.jsonl", row)).load() == [
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
    message = _refusal(_table, tmp_path, _ROW, {**_ROW, "id": "b", column: cell})
    assert message.startswith(f"{tmp_path / 'a.jsonl'}: line 2, column {column!r}")
    assert said in message


@pytest.mark.parametrize("what", ["id", "document", "references"])
def test_a_missing_column_is_named_with_those_there_are_and_what_mends_it(
    tmp_path: Path, what: str
) -> None:
    row = {("title" if key == what else key): value for key, value in _ROW.items()}
    message = _refusal(_table, tmp_path, row)
    assert f"line 1 has no column {what!r}; it has {', '.join(map(repr, sorted(row)))}." in message
    assert message.endswith(f"Name the right one with dataset.<name>.{what}=...")


def test_an_id_that_comes_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    message = _refusal(_table, tmp_path, _ROW | {"id": "7"}, _ROW, _ROW | {"id": 7})
    assert "line 3, column 'id' repeats the id '7' of line 1; ids must be unique." in message


def test_a_table_that_has_only_a_header_is_refused(tmp_path: Path) -> None:
    message = _refusal(Table(_write(tmp_path / "a.csv", "id,document,references\n")).load)
    assert message.endswith("a.csv has no rows; expected at least one article.")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for a dataset; the library keeps its cache beside it and stays offline."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "cnn").mkdir()
    return tmp_path / "cnn"


def _cnn(folder: Path | str, **changed: Any) -> Sequence[Example]:
    columns = {"id": "id", "document": "article", "references": "highlights"}
    return Hub(str(folder), **(columns | changed)).load()


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_a_folder_in_hub_layout_is_a_dataset(hub: Path, ending: str) -> None:
    path = hub / f"test-00000-of-00001.{ending}"
    _jsonl(path, *_CNN)
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(_CNN), path)
    assert _cnn(hub) == _CNN_EXAMPLES
    assert [e.article.id for e in _cnn(hub, id=None)] == ["1", "2"]


def test_a_tilde_is_the_home_folder(hub: Path) -> None:
    _jsonl(hub / "test.jsonl", *_CNN)
    assert _cnn("~/cnn") == _CNN_EXAMPLES


def test_what_is_wrong_in_a_hub_dataset_is_named_by_split_row_and_column(hub: Path) -> None:
    twice = _CNN[1] | {"id": "f0e1"}
    _jsonl(hub / "test.jsonl", _CNN[0], {**twice, "article": None})
    _jsonl(hub / "train.jsonl", _CNN[0], twice)
    assert "cnn/test: row 2, column 'article' holds nothing (null)" in _refusal(_cnn, hub)
    message = _refusal(_cnn, hub, split="train")
    assert "cnn/train: row 2, column 'id' repeats the id 'f0e1' of row 1" in message
    message = _refusal(_cnn, hub, document="text")
    assert "has no column 'text'; it has 'article', 'highlights', 'id'. Name the right" in message
    assert "(split 'dev') could not be loaded: " in _refusal(_cnn, hub, split="dev")


@pytest.mark.parametrize("name", ["abisee/cnn_dailymail", "./nowhere"])
def test_a_dataset_that_is_not_there_says_what_to_do_without_a_network(
    hub: Path, name: str
) -> None:
    message = _refusal(_cnn, name)
    assert message.startswith(f"The dataset {name!r} (split 'test') could not be loaded: ")
    assert "download it first, or give dataset.<name>.path a folder" in message


@pytest.mark.parametrize("data", [b"{no JSON\n", b'{"article": "\xe9"}\n', b""])
@pytest.mark.parametrize("name", ["test.parquet", "test.jsonl", "README.md"])
def test_a_damaged_dataset_is_named(hub: Path, name: str, data: bytes) -> None:
    _write(hub / name, data)
    assert f"The dataset '{hub}' (split 'test') could not be loaded: " in _refusal(_cnn, hub)


def test_texts_are_the_text_files_of_a_folder_by_name(tmp_path: Path) -> None:
    for name, content in {"b.txt": "B", "a.b.txt": "\ufeffÄ\n1", "c.md": "C", "0.txt": ""}.items():
        _write(tmp_path / name, content)
    texts = [Example(Article(*a)) for a in (("0", ""), ("a.b", "Ä\n1"), ("b", "B"))]
    assert Texts(str(tmp_path)).load() == texts
    assert Texts(str(tmp_path / "c.md")).load() == [Example(Article("c", "C"))]


def test_a_folder_that_is_called_like_a_text_is_none(tmp_path: Path) -> None:
    (tmp_path / "old.txt").mkdir()
    assert "has no .txt file; expected at least one" in _refusal(Texts(str(tmp_path)).load)


def test_texts_say_what_is_wrong(tmp_path: Path) -> None:
    message = _refusal(Texts(str(tmp_path / "x")).load)
    assert message.endswith("x does not exist; expected a text file or a folder.")
    path = _write(tmp_path / "a.txt", b"\xef\xbb\xbfgood\nbad \xe9\n")
    assert "a.txt: line 2, byte 5 is 0xe9, which is not UTF-8" in _refusal(Texts(path).load)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
def test_a_file_name_that_is_not_utf8_gives_an_id_that_is(tmp_path: Path) -> None:
    _write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")), "x")
    assert Texts(str(tmp_path)).load() == [Example(Article("caf\ufffd", "x"))]
