"""Summaries made elsewhere: whose they are, which are missing, and what is no summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.models.replay import Replay

_ODD_NAMES = ["a/b", "a b", "..", "Jürgen Ærø", "x" * 300, "nul\0", "<b>|`$(x)`", "-x", "a\nb"]


def _replay(folder: Path, *rows: Any, **columns: str) -> Replay:
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Replay(str(path), **columns)


def _summaries(replay: Replay, *ids: str) -> dict[str, list[str | None]]:
    """System -> its summaries of these articles, None where it has none."""
    articles = [Article(name, "unused") for name in ids]
    found: dict[str, list[str | None]] = {}
    for system, model in replay.load_systems().items():
        predictions = model.summarise(articles)
        assert [prediction.article_id for prediction in predictions] == list(ids)
        found[system] = [None if p.error else p.summary for p in predictions]
    return found


def _refusal(folder: Path, *rows: Any, **columns: str) -> str:
    with pytest.raises(SummbenchError) as caught:
        _replay(folder, *rows, **columns).load_systems()
    assert str(folder / "a.jsonl") in str(caught.value)
    return str(caught.value)


def test_systems_come_in_the_order_in_which_the_file_first_names_them(tmp_path: Path) -> None:
    replay = _replay(
        tmp_path,
        {"id": "1", "systems": {"b": "b1"}},
        {"id": "2", "systems": {"c": "c2", "a": "a2", "b": "b2"}},
    )
    assert list(replay.load_systems()) == ["b", "c", "a"]
    # Asked in another order, and for an article twice.
    assert _summaries(replay, "2", "1", "2") == {
        "b": ["b2", "b1", "b2"],
        "c": ["c2", None, "c2"],
        "a": ["a2", None, "a2"],
    }


def test_an_empty_summary_is_an_answer_and_a_null_one_is_not(tmp_path: Path) -> None:
    replay = _replay(
        tmp_path, {"id": "1", "systems": {"a": ""}}, {"id": "2", "systems": {"a": None}}
    )
    assert _summaries(replay, "1", "2", "3") == {"a": ["", None, None]}


def test_a_system_that_has_only_nulls_fails_on_every_article(tmp_path: Path) -> None:
    replay = _replay(tmp_path, {"id": "1", "systems": {"a": "x", "b": None}})
    assert _summaries(replay, "1") == {"a": ["x"], "b": [None]}


def test_a_missing_summary_says_so(tmp_path: Path) -> None:
    [model] = _replay(tmp_path, {"id": "1", "prediction": "x"}).load_systems().values()
    [prediction] = model.summarise([Article("2", "unused")])
    assert prediction.error == "there is no summary of this article"
    assert prediction.summary == ""


def test_a_single_system_has_its_own_column_and_a_name_of_choice(tmp_path: Path) -> None:
    rows = [{"key": "1", "text": "x", "prediction": "wrong"}, {"key": "2", "text": None}]
    replay = _replay(tmp_path, *rows, id="key", prediction="text", name="Mine")
    assert _summaries(replay, "1", "2") == {"Mine": ["x", None]}


def test_the_systems_column_may_have_another_name(tmp_path: Path) -> None:
    row = {"id": "1", "out": {"a": "x"}, "prediction": "not asked for"}
    assert _summaries(_replay(tmp_path, row, systems="out"), "1") == {"a": ["x"]}


@pytest.mark.parametrize("name", _ODD_NAMES)
def test_any_name_that_is_not_blank_is_a_system(tmp_path: Path, name: str) -> None:
    assert _summaries(_replay(tmp_path, {"id": "1", "systems": {name: "x"}}), "1") == {name: ["x"]}


@pytest.mark.parametrize("name", ["", " ", "\n\t"])
def test_a_blank_name_is_no_system(tmp_path: Path, name: str) -> None:
    message = _refusal(tmp_path, {"id": "1", "systems": {"a": "x", name: "x"}})
    assert f"line 1: {name!r} is no name for a system" in message


def test_a_list_of_sentences_is_a_summary_of_that_many_lines(tmp_path: Path) -> None:
    replay = _replay(tmp_path, {"id": "1", "systems": {"a": ["One.", "Two."], "b": []}})
    assert _summaries(replay, "1") == {"a": ["One.\nTwo."], "b": [""]}


@pytest.mark.parametrize("summary", [3, False, {"text": "x"}, ["x", 3], ["x", None]])
def test_what_is_no_summary_is_named_by_line_and_system(tmp_path: Path, summary: Any) -> None:
    row = {"id": "1", "systems": {"a": "x", "b": "x"}}
    message = _refusal(tmp_path, row, {"id": "2", "systems": {"a": "x", "b": summary}})
    assert (
        f"line 2, system 'b' holds {summary!r}; expected a summary or a list of sentences"
        in message
    )


def test_integer_ids_are_the_ids_of_the_dataset(tmp_path: Path) -> None:
    # Table makes the same text of an integer id.
    assert _summaries(_replay(tmp_path, {"id": 7, "prediction": "x"}), "7") == {"prediction": ["x"]}


def test_lone_surrogates_become_replacement_characters_as_in_the_dataset(tmp_path: Path) -> None:
    replay = _replay(tmp_path, {"id": "a\ud800", "systems": {"s\udfff": "b\udc00"}})
    assert _summaries(replay, "a\ufffd") == {"s\ufffd": ["b\ufffd"]}


def test_a_row_without_an_id_is_named_with_its_columns_and_what_mends_it(tmp_path: Path) -> None:
    message = _refusal(tmp_path, {"id": "1", "prediction": "x"}, {"key": "2", "prediction": "x"})
    assert "line 2 has no column 'id'; it has 'key', 'prediction'." in message
    assert "model.replay.id=" in message


@pytest.mark.parametrize(("cell", "kind"), [(None, "null"), (" ", "white space"), ([1], "[1]")])
def test_an_id_that_is_none_is_named_by_what_it_is(tmp_path: Path, cell: Any, kind: str) -> None:
    message = _refusal(tmp_path, {"id": "1", "prediction": "x"}, {"id": cell, "prediction": "x"})
    assert "line 2" in message
    assert kind in message


@pytest.mark.parametrize("more", [{}, {"systems": None}, {"systems": "x"}])
def test_a_row_without_a_summary_is_named_with_its_columns_and_what_mends_it(
    tmp_path: Path, more: Any
) -> None:
    row = {"id": "1", "output": "x"} | more
    message = _refusal(tmp_path, row)
    assert "line 1 has neither 'systems' (name -> summary) nor 'prediction'" in message
    assert f"it has {', '.join(map(repr, row))}." in message
    assert message.endswith("Name the column with model.replay.prediction=...")


@pytest.mark.parametrize("answer", [{"prediction": "x"}, {"systems": {"a": "x"}}])
def test_two_summaries_of_one_article_by_one_system_are_named_with_both_lines(
    tmp_path: Path, answer: Any
) -> None:
    message = _refusal(tmp_path, {"id": "1"} | answer, {"id": "2"} | answer, {"id": 1} | answer)
    assert "line 3" in message
    assert "line 1" in message


def test_one_article_may_have_a_row_for_each_system(tmp_path: Path) -> None:
    rows = [{"id": "1", "systems": {"a": "x"}}, {"id": "1", "systems": {"b": "y"}}]
    assert _summaries(_replay(tmp_path, *rows), "1") == {"a": ["x"], "b": ["y"]}


def test_a_file_that_names_no_system_is_refused(tmp_path: Path) -> None:
    assert "names no system" in _refusal(tmp_path, {"id": "1", "systems": {}})


def test_a_csv_of_one_system_is_read_with_its_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\ufeffid,prediction\n1,"One.\nTwo, ""too""."\n2,\n', encoding="utf-8")
    found = _summaries(Replay(str(path), name="mine"), "1", "2")
    assert found == {"mine": ['One.\nTwo, "too".', ""]}


def test_a_struct_column_of_parquet_names_the_systems(tmp_path: Path) -> None:
    rows = [{"id": 1, "systems": {"a": "x", "b": None}}, {"id": 2, "systems": {"a": "", "b": "y"}}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    replay = Replay(str(tmp_path / "a.parquet"))
    assert _summaries(replay, "1", "2") == {"a": ["x", ""], "b": [None, "y"]}


def test_a_damaged_file_is_refused_as_any_table_is(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"a\.jsonl does not exist; expected a file: .jsonl"):
        Replay(str(tmp_path / "a.jsonl")).load_systems()
    (tmp_path / "a.jsonl").write_bytes(b'{"id": 1, "prediction": "x"}\n[1]\n')
    with pytest.raises(SummbenchError, match="line 2 is a JSON list; every line must be one JSON"):
        Replay(str(tmp_path / "a.jsonl")).load_systems()
