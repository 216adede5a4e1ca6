"""Rows of Python objects are the examples that a JSONL file of the same rows has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from summbench.core.records import Article, Example
from summbench.datasets.columns import MAX_EXAMPLES_IN_MEMORY, LazyExamples
from summbench.datasets.description import fingerprint_dataset
from summbench.datasets.in_memory import InMemoryDataset
from summbench.datasets.table import Table
from tests.datasets.files import get_error, write_jsonl

_ROWS: list[dict[str, Any]] = [
    {
        "id": "a",
        "document": "One,\n\u201ctwo\u201d\r\n\u2028x\0.",
        "references": ["R\u00e9f.", "B."],
    },
    {"id": "b", "document": "", "references": ["Third."]},
    {"id": "7", "document": " \ud800 ", "references": ["Fourth.\nFifth."]},
]
_ENCODABLE = _ROWS[:2]  # Arrow and pandas hold no lone surrogate
_OBJECTS: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "list": list,
    "iterator": iter,
    "DataFrame": pd.DataFrame,
    "indexed DataFrame": lambda rows: pd.DataFrame(rows).set_index("id"),
    "datasets.Dataset": datasets.Dataset.from_list,
    "datasets.IterableDataset": lambda rows: datasets.Dataset.from_list(rows).to_iterable_dataset(),
    "numpy format": lambda rows: datasets.Dataset.from_list(rows).with_format("numpy"),
    "Arrow table": pa.Table.from_pylist,
    "Arrow scalars": lambda rows: [{k: pa.scalar(v) for k, v in row.items()} for row in rows],
}


def _get_error(data: object, **options: Any) -> str:
    return get_error(lambda: InMemoryDataset(data, **options).load())


def test_rows_in_memory_have_the_examples_and_the_fingerprint_of_a_file(tmp_path: Path) -> None:
    file = Table(write_jsonl(tmp_path / "a.jsonl", *_ROWS)).load()
    examples = InMemoryDataset(_ROWS).load()
    assert examples == file
    assert examples[0] == Example(Article("a", _ROWS[0]["document"]), ("R\u00e9f.", "B."))
    assert examples[2].article.text == " \ufffd "
    assert fingerprint_dataset(examples) == fingerprint_dataset(file)


@pytest.mark.parametrize("kind", _OBJECTS)
def test_every_kind_of_object_has_the_same_examples(tmp_path: Path, kind: str) -> None:
    file = Table(write_jsonl(tmp_path / "a.jsonl", *_ENCODABLE)).load()
    dataset = InMemoryDataset(_OBJECTS[kind](_ENCODABLE))
    assert dataset.load() == dataset.load() == file


@pytest.mark.parametrize("document", ["document", "article", "text", "dialogue"])
@pytest.mark.parametrize("references", ["references", "reference", "highlights", "summary"])
def test_columns_are_recognised_by_the_names_of_the_field(document: str, references: str) -> None:
    rows = [{document: "The dam held.", references: "It held.", "url": "x"}]
    assert InMemoryDataset(rows).load() == [Example(Article("1", "The dam held."), ("It held.",))]


def test_the_first_name_is_taken_whatever_the_order_of_the_columns() -> None:
    rows = [{"summary": "S.", "text": "T.", "highlights": "H.", "document": "D."}]
    assert InMemoryDataset(rows).load() == [Example(Article("1", "D."), ("H.",))]


def test_rows_without_an_id_are_numbered_and_without_references_have_none() -> None:
    examples = InMemoryDataset(pd.DataFrame({"text": ["A.", "B."]})).load()
    assert examples == [Example(Article("1", "A.")), Example(Article("2", "B."))]


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT, np.float32("nan")])
@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("id", "row 2, column 'id' holds nothing (null), not an id."),
        ("document", "row 2, column 'document' holds nothing (null), not a text."),
        ("references", "row 2, column 'references' holds nothing (null); expected a reference "),
    ],
)
def test_a_missing_cell_is_the_null_of_a_file(
    tmp_path: Path, missing: object, column: str, message: str
) -> None:
    error = _get_error(pd.DataFrame([_ROWS[0], {**_ROWS[1], column: missing}]), source="news")
    assert error.startswith(f"news: {message}")
    file = Table(write_jsonl(tmp_path / "a.jsonl", _ROWS[0], {**_ROWS[1], column: None}))
    assert f"column {column!r} holds nothing (null)" in get_error(file.load)


def test_a_missing_reference_among_others_is_named() -> None:
    error = _get_error([{"text": "A.", "summary": ["R.", float("nan")]}])
    assert error == "the data: row 1, column 'summary': reference 2 is nothing (null)."


def test_integers_of_numpy_are_ids_and_other_numbers_are_not() -> None:
    rows = [{"id": np.int64(7), "text": np.str_("A.")}]
    assert InMemoryDataset(rows).load() == [Example(Article("7", "A."))]
    # pandas makes floats of integers beside a missing one.
    error = _get_error(pd.DataFrame({"id": [1, None], "text": ["A.", "B."]}))
    assert error == "the data: row 2, column 'id' holds nothing (null), not an id."
    error = _get_error(pd.DataFrame({"id": [1.5], "text": ["A."]}))
    assert error == "the data: row 1, column 'id' holds 1.5, not an id."


def test_a_row_that_lacks_a_column_of_other_rows_is_named() -> None:
    rows = [{"text": "A."}, {"text": "B.", "summary": "S."}]
    assert _get_error(rows) == "the data: row 1 has no column 'summary'; it has 'text'."


def test_an_id_that_repeats_is_named_with_both_rows() -> None:
    error = _get_error([{"id": 1, "text": "A."}, {"id": "1", "text": "B."}])
    assert error == (
        "the data: row 2, column 'id' repeats the id '1' of row 1; ids must be unique."
    )


def test_without_a_column_for_the_article_the_names_are_listed() -> None:
    assert _get_error([{"words": "A.", "summary": "S."}], source="news") == (
        "news has no column for the article; it has 'words', 'summary'. Call it 'document' or "
        "'article'."
    )
    dataset = InMemoryDataset([{"summary": "S."}], document_required=False)
    assert dataset.load() == [Example(Article("1", ""), ("S.",))]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"text": ["A."]}, "dict"),
        ("news.jsonl", "str"),
        (7, "int"),
        (datasets.DatasetDict({"test": datasets.Dataset.from_list([{"a": 1}])}), "DatasetDict"),
    ],
)
def test_what_has_no_rows_is_refused(data: object, kind: str) -> None:
    error = _get_error(data)
    assert error.startswith(f"the data is a {kind}; expected rows: a list of dicts, a DataFrame,")


def test_a_row_that_is_no_mapping_and_no_rows_at_all_are_refused() -> None:
    assert _get_error([{"text": "A."}, "B."]) == (
        "the data: row 2 is a str; expected a mapping of column names to values."
    )
    error = _get_error([], document_required=False)
    assert error == "the data has no rows; expected at least one article."


def test_two_columns_of_one_name_are_refused() -> None:
    # to_dict("records") would keep the last one and only warn.
    frame = pd.DataFrame([["A.", "R.", "S."]], columns=["text", "summary", "summary"])
    error = _get_error(frame)
    assert error == "the data: two columns are called 'summary'; names must differ."


def test_a_large_dataset_is_not_held_and_reads_the_same() -> None:
    texts = [f"Item {i}." for i in range(MAX_EXAMPLES_IN_MEMORY + 1)]
    examples = InMemoryDataset(datasets.Dataset.from_dict({"text": texts})).load()
    assert isinstance(examples, LazyExamples)
    assert [e.article.text for e in examples] == texts


def test_summaries_of_systems_are_read_from_the_same_rows() -> None:
    rows = [{"text": "A.", "summary": "R.", "systems": {"one": "x", "two": ["y", "z"]}},
            {"text": "B.", "summary": "S.", "systems": {"one": np.nan, "two": ""}}]  # fmt: skip
    for data in (rows, iter(rows), pd.DataFrame(rows)):
        dataset = InMemoryDataset(data)
        assert dataset.read_summaries() == {"one": {"1": "x"}, "two": {"1": "y\nz", "2": ""}}
        assert [e.article.id for e in dataset.load()] == ["1", "2"]


@pytest.mark.parametrize("column", ["prediction", "generated"])
def test_one_system_has_a_column_of_its_own(column: str) -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "reference": ["R.", "S."], column: ["x", None]})
    dataset = InMemoryDataset(frame, document_required=False)
    assert dataset.read_summaries() == {"prediction": {"a": "x"}}
    assert dataset.load() == [
        Example(Article("a", ""), ("R.",)),
        Example(Article("b", ""), ("S.",)),
    ]


def test_rows_without_summaries_are_named_without_a_config_key() -> None:
    message = get_error(InMemoryDataset([{"id": "a", "text": "A."}]).read_summaries)
    assert message == (
        "the data: row 1 has neither 'systems' (name -> summary) nor 'prediction'; "
        "it has 'id', 'text'."
    )
