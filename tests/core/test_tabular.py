"""Rows and their lines out of JSONL, CSV, TSV and Parquet, and a sentence for what is none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.tabular import read_rows

_BOM = b"\xef\xbb\xbf"


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(SummbenchError) as caught:
        list(read_rows(path))
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL"])
def test_json_lines_are_counted_with_the_blank_ones(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path, name, '{"id": 1}\n\n  \n{"id": "ü"}')
    assert list(read_rows(path)) == [(1, {"id": 1}), (4, {"id": "ü"})]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_json_lines_may_end_as_on_windows_and_begin_with_a_mark(
    tmp_path: Path, ending: str
) -> None:
    path = _file(tmp_path, "a.jsonl", _BOM + f'{{"a": "x"}}{ending}{{"a": "y"}}{ending}'.encode())
    assert list(read_rows(path)) == [(1, {"a": "x"}), (2, {"a": "y"})]


def test_a_line_separator_inside_a_json_text_ends_no_line(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.jsonl", '{"a": "one\u2028two\x85three"}\n')
    assert list(read_rows(path)) == [(1, {"a": "one\u2028two\x85three"})]


def test_a_quoted_csv_cell_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", 'id,text\na,"one,\ntwo ""2""\n"\nb,three\n')
    assert list(read_rows(path)) == [
        (4, {"id": "a", "text": 'one,\ntwo "2"\n'}),
        (5, {"id": "b", "text": "three"}),
    ]


@pytest.mark.parametrize("header", [b"id,text\r\n", b'"id","text"\r\n'])
def test_a_csv_of_a_spreadsheet_has_a_mark_that_is_no_part_of_the_header(
    tmp_path: Path, header: bytes
) -> None:
    path = _file(tmp_path, "a.csv", _BOM + header + b"a,one\r\n")
    assert list(read_rows(path)) == [(2, {"id": "a", "text": "one"})]


def test_a_tsv_is_parted_by_tabs_alone(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.tsv", 'id\ttext\na\tone, "two"\n')
    assert list(read_rows(path)) == [(2, {"id": "a", "text": 'one, "two"'})]


def test_a_cell_may_be_longer_than_the_limit_of_the_csv_module(tmp_path: Path) -> None:
    long = "x" * 131_073  # csv.field_size_limit() is 131072 unless raised
    path = _file(tmp_path, "a.csv", f"id,text\na,{long}\n")
    assert list(read_rows(path)) == [(2, {"id": "a", "text": long})]


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", r'{"text": "a\u0000b"}'), ("a.csv", "text\na\0b\n")]
)
def test_nul_is_a_character_like_others(tmp_path: Path, name: str, content: str) -> None:
    assert [row for _, row in read_rows(_file(tmp_path, name, content))] == [{"text": "a\0b"}]


def test_parquet_rows_are_counted_on_over_row_groups_and_batches(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(2500))}), path, row_group_size=600)
    found = list(read_rows(path))
    assert [number for number, _ in found] == list(range(1, 2501))
    assert found[-1] == (2500, {"id": 2499})


def test_a_parquet_row_holds_python_values(tmp_path: Path) -> None:
    row = {"id": "ü", "n": 3, "none": None, "list": ["a", "b"], "deep": [["a"], ["b", "c"]]}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    assert list(read_rows(tmp_path / "a.parquet")) == [(1, row)]


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").mkdir()
    assert "does not exist; expected a file: .jsonl, .json, .csv" in _refusal(tmp_path / "a.jsonl")
    assert "is a folder; expected a file: .jsonl, .json, .csv" in _refusal(tmp_path / "b.jsonl")
    assert "is empty; expected at least one row" in _refusal(_file(tmp_path, "c.jsonl", ""))


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.xlsx", "'.xlsx'"), ("a.docx.gz", "'.gz'"), ("articles", "''")]
)
def test_an_unknown_suffix_is_named_with_those_that_are_known(
    tmp_path: Path, name: str, suffix: str
) -> None:
    message = _refusal(_file(tmp_path, name, "{}"))
    assert f"ends in {suffix}; expected .jsonl, .json, .csv, .tsv, .parquet, or .txt" in message


def test_what_is_not_utf8_is_named_by_line_and_byte(tmp_path: Path) -> None:
    # {"a":" is six bytes; in Latin-1 the e with acute is E9.
    message = _refusal(_file(tmp_path, "a.jsonl", b'{"a":"x"}\n{"a":"\xe9t\xe9"}\n'))
    assert "line 2, byte 7 is 0xe9, which is not UTF-8. Save the file as UTF-8" in message


def test_the_byte_that_is_not_utf8_is_counted_with_the_mark_before_it(tmp_path: Path) -> None:
    # The mark has three bytes and {"a":" has six, so the first wrong byte is the tenth.
    message = _refusal(_file(tmp_path, "a.jsonl", _BOM + b'{"a":"\xe9t\xe9"}\n'))
    assert "line 1, byte 10 is 0xe9" in message


def test_a_wrong_byte_inside_a_quoted_cell_is_on_the_line_of_the_file(tmp_path: Path) -> None:
    # No Windows-1252: that has no character for 81.
    message = _refusal(_file(tmp_path, "a.csv", b'id,text\na,"one\ntw\x81"\n'))
    assert "line 3, byte 3 is 0x81" in message


@pytest.mark.parametrize("line", ["{nope}", '{"a": 1', "{'a': 1}", '{"a": 1} {"a": 2}', "{]"])
def test_a_line_that_is_not_json_is_named(tmp_path: Path, line: str) -> None:
    message = _refusal(_file(tmp_path, "a.jsonl", f'{{"a": 1}}\n{line}\n'))
    assert "line 2 is not JSON (" in message
    assert "every line must be one JSON object" in message


@pytest.mark.parametrize("nested", ["[" * 100_000, '{"a":' * 100_000])
def test_json_nested_too_deep_is_a_line_that_is_not_json(tmp_path: Path, nested: str) -> None:
    assert "line 2 is not JSON (" in _refusal(_file(tmp_path, "a.jsonl", "{}\n" + nested))


def test_a_number_that_python_refuses_to_read_is_a_line_that_is_not_json(tmp_path: Path) -> None:
    number = "1" * 5000  # sys.int_info.default_max_str_digits is 4300
    assert "line 2 is not JSON (" in _refusal(
        _file(tmp_path, "a.jsonl", f'{{}}\n{{"id": {number}}}\n')
    )


@pytest.mark.parametrize(
    ("line", "kind"), [("[1]", "list"), ("3", "int"), ("null", "NoneType"), ('"x"', "str")]
)
def test_json_that_is_no_object_is_named_by_its_kind(tmp_path: Path, line: str, kind: str) -> None:
    message = _refusal(_file(tmp_path, "a.jsonl", f'{{"a": 1}}\n{line}\n'))
    assert f"line 2 is a JSON {kind}; every line must be one JSON object" in message


@pytest.mark.parametrize("row", ["a", "a,b,c"])
@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t")])
def test_a_row_with_too_few_or_too_many_cells_is_named_by_its_last_line(
    tmp_path: Path, name: str, delimiter: str, row: str
) -> None:
    text = f'id,text\na,"one\ntwo"\n{row}\n'.replace(",", delimiter)
    message = _refusal(_file(tmp_path, name, text))
    assert f"ends on line 4 has {row.count(',') + 1} cells, not 2 as the header has" in message


@pytest.mark.parametrize("row", ['b,"two"2', 'b,"two'])
def test_broken_quotes_are_named_by_the_line_on_which_they_are_noticed(
    tmp_path: Path, row: str
) -> None:
    message = _refusal(_file(tmp_path, "a.csv", f"id,text\na,one\n{row}\n"))
    assert "line 3 is not CSV (" in message


def test_two_csv_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    # A dict would keep the last cell only, and a reference would be lost without a word.
    message = _refusal(_file(tmp_path, "a.csv", "id,reference,reference\na,one,two\n"))
    assert "'reference'" in message


@pytest.mark.parametrize("content", [b"no Parquet at all", b"P", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_garbage_is_not_a_readable_parquet_file(tmp_path: Path, content: bytes) -> None:
    message = _refusal(_file(tmp_path, "a.parquet", content))
    assert "a.parquet is not a readable Parquet file (" in message


def test_half_a_parquet_file_is_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a", "b"]}), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is not a readable Parquet file (" in _refusal(path)


def test_a_parquet_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    latin = pa.array([b"caf\xe9"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": latin}), tmp_path / "a.parquet")
    assert "utf-8" in _refusal(tmp_path / "a.parquet").lower()
