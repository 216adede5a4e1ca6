"""Columns found by the names that people give them, and the questions where there is a doubt."""

from __future__ import annotations

from typing import Any

import pytest

from summbench.core.column_recognition import Recognizer, Roles
from summbench.core.column_samples import check_columns, sample_columns
from summbench.core.errors import SummbenchError

_TEXT = "The dam at Orlo held."
_OPTIONS = {
    "document": "dataset.table.document",
    "references": "dataset.table.references",
    "predictions": "model.replay.prediction",
}


def _recognize(names: str | dict[str, Any], **options: Any) -> Roles:
    row = dict.fromkeys(names.split(), _TEXT) if isinstance(names, str) else names
    samples = sample_columns([(1, row)])
    return Recognizer("f", samples, options=_OPTIONS, **options).recognize()


@pytest.mark.parametrize(
    "document", ["document", "article", "text", "source", "dialogue", "input", "doc"]
)
@pytest.mark.parametrize(
    "references",
    ["references", "highlights", "summary", "reference", "target", "label", "gold", "ground_truth"],
)
@pytest.mark.parametrize(
    "prediction",
    [
        "prediction", "predict", "predicted", "generated", "hypothesis", "candidate", "output",
        "response",
    ],
)  # fmt: skip
def test_known_names_are_recognised(document: str, references: str, prediction: str) -> None:
    expected = Roles("id", document, (references,), predictions=(prediction,))
    assert _recognize(f"id {document} {references} {prediction}") == expected


@pytest.mark.parametrize(
    "name", ["Generated Summary", "generatedSummary", "generated-summary", "GENERATED_SUMMARY"]
)
def test_case_and_separators_of_a_name_do_not_matter(name: str) -> None:
    assert _recognize({"Reference": _TEXT, name: _TEXT}).predictions == (name,)


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("id reference_1 reference_2 prediction",
         Roles("id", None, ("reference_1", "reference_2"), predictions=("prediction",))),
        ("reference reference2 output", Roles(None, None, ("reference", "reference2"),
                                              predictions=("output",))),
        ("id article highlights bart t5", Roles("id", "article", ("highlights",),
                                                predictions=("bart", "t5"))),
        ("highlights prediction_bart prediction_t5",
         Roles(None, None, ("highlights",), predictions=("prediction_bart", "prediction_t5"))),
        ("id model summary", Roles("id", system="model", predictions=("summary",))),
        ("source summary model", Roles(None, "source", system="model", predictions=("summary",))),
        ("article_id model_name summary summary_uid company",
         Roles("article_id", system="model_name", predictions=("summary",))),
        ("id reference summary", Roles("id", None, ("reference",), predictions=("summary",))),
        ("article summary output title url",
         Roles(None, "article", ("summary",), predictions=("output",))),
    ],
)  # fmt: skip
def test_tables_of_other_shapes_are_recognised(names: str, roles: Roles) -> None:
    row = dict.fromkeys(names.split(), _TEXT) | {
        name: "bart large" for name in ("model", "model_name", "company", "summary_uid")
        if name in names.split()
    }  # fmt: skip
    assert _recognize(row) == roles


@pytest.mark.parametrize("systems", [{"a": "x"}, '{"a": "x"}', "{'a': 'x'}"])
def test_systems_may_be_an_object_in_a_cell(systems: Any) -> None:
    roles = _recognize({"id": 1, "reference": _TEXT, "systems": systems})
    assert (roles.systems, roles.predictions, roles.references) == ("systems", (), ("reference",))


def test_numbers_are_no_texts() -> None:
    roles = _recognize({"id": 1, "label": 3, "reference": _TEXT, "prediction": _TEXT})
    assert roles.references == ("reference",)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("id article highlights output prediction",
         "'output' and 'prediction' may all be the summaries. Name the right one: "
         "model.replay.prediction=output, or 'model.replay.prediction=[output,prediction]' for a "
         "system each."),
        ("id article highlights summary prediction",
         "'highlights' and 'summary' may all be the references. Name the right one: "
         "dataset.table.references=highlights, or "
         "'dataset.table.references=[highlights,summary]' for all of them."),
        ("article document reference prediction",
         "'article' and 'document' may all be the article. Name the right one: "
         "dataset.table.document=article."),
        ("id article sumary predicton", "'sumary' and 'predicton' may all be summaries of systems"),
        ("id article refrence prediction",
         "'refrence' may be the references. Name the right one: dataset.table.references=refrence, "
         "or dataset.table.references=null if it is none."),
    ],
)  # fmt: skip
def test_a_doubt_is_a_question_with_what_to_type(names: str, message: str) -> None:
    with pytest.raises(SummbenchError) as caught:
        _recognize(names)
    assert message in str(caught.value)


def test_a_column_of_labels_is_no_system_without_a_question() -> None:
    with pytest.raises(SummbenchError, match="'bart' and 'desk' may all be summaries"):
        _recognize({"id": 1, "highlights": _TEXT, "bart": _TEXT, "desk": "sport"})


def test_a_name_with_a_space_is_quoted_as_it_has_to_be_typed() -> None:
    with pytest.raises(SummbenchError, match=r"'model\.replay\.prediction=\"the words\"'"):
        _recognize({"reference": _TEXT, "the words": _TEXT, "b": "x"})


def test_what_is_named_is_not_looked_for() -> None:
    named = {"references": "highlights", "predictions": "summary"}
    roles = _recognize("id article highlights summary output", named=named)
    assert (roles.references, roles.predictions) == (("highlights",), ("summary",))


def test_the_only_column_is_what_the_file_was_given_for() -> None:
    for name in ("line", "text", "whatever"):
        assert _recognize({"id": 1, name: _TEXT}, sole="references").references == (name,)
        roles = _recognize({name: _TEXT}, sole="predictions", needed=("predictions",))
        assert roles.predictions == (name,)


def test_every_named_column_that_is_missing_is_in_one_message() -> None:
    samples = sample_columns([(1, {"id": 1, "doc": {"article": "A."}, "target": "R."})])
    named = {"document": "doc.artcle", "references": ["target", "targt"], "id": "id"}
    with pytest.raises(SummbenchError) as caught:
        check_columns("f", samples, named, _OPTIONS)
    message = str(caught.value)
    assert "no row has the column 'doc.artcle' (dataset.table.document) and 'targt'" in message
    assert "Did you mean 'doc.article'" in message
    check_columns("f", samples, {"document": "doc.article", "references": None}, _OPTIONS)
