"""What a config gives a class is held against the class's own annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.prediction_checks import check_prediction
from summbench.core.records import Article, Example, Prediction, ignore_progress
from summbench.evaluation.executors.local import Local
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.evaluation.validation import check_arguments
from summbench.store.store import Store

if TYPE_CHECKING:
    from decimal import Decimal


class _Plain:
    def __init__(
        self,
        count: int,
        share: float = 0.5,
        stem: bool = False,
        name: str | None = None,
        how: Literal["head", "tail"] = "head",
        types: Sequence[str] = (),
        labels: Mapping[str, int] | None = None,
        folder: Path | None = None,
        anything: Any = None,
    ) -> None:
        pass


class _OnlyChecked:
    def __init__(self, count: Decimal) -> None:
        pass


class _Unannotated:
    def __init__(self, count) -> None:  # type: ignore[no-untyped-def]
        pass


def _get_message(component: type, arguments: Mapping[str, Any]) -> str:
    """The message about the arguments; empty if they are accepted."""
    try:
        check_arguments("lead3", component, arguments)
    except SummbenchError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "arguments",
    [
        {"count": 3, "share": 1, "stem": True, "name": None, "how": "tail"},
        {"count": -3, "share": 0.25, "name": "x", "types": ["a", "b"], "labels": {"a": 1}},
        {"count": 0, "types": [], "labels": {}, "folder": "news", "anything": [1, "b", None]},
    ],
)
def test_what_fits_is_accepted(arguments: Mapping[str, Any]) -> None:
    assert _get_message(_Plain, arguments) == ""


@pytest.mark.parametrize(
    ("key", "value", "takes"),
    [
        ("count", "x", "a whole number"),
        ("count", "3", "a whole number"),
        ("count", 3.0, "a whole number"),
        ("count", True, "a whole number"),
        ("count", None, "a whole number"),
        ("share", "much", "a number"),
        ("share", False, "a number"),
        ("stem", "maybe", "true or false"),
        ("stem", 1, "true or false"),
        ("name", 7, "a string or null"),
        ("how", "middle", "'head' or 'tail'"),
        ("types", "rouge1", "a list, each item a string"),
        ("types", ["rouge1", 2], "a list, each item a string"),
        ("labels", {"a": "one"}, "a mapping, each value a whole number or null"),
        ("labels", [1], "a mapping, each value a whole number or null"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(key: str, value: Any, takes: str) -> None:
    message = _get_message(_Plain, {"count": 1, key: value})
    assert message == f"'lead3': {key} is {value!r}; expected {takes}."


def test_classes_without_usable_annotations_are_not_checked() -> None:
    assert _get_message(_OnlyChecked, {"count": "x"}) == ""
    assert _get_message(_Unannotated, {"count": "x"}) == ""


def test_missing_and_unknown_arguments_are_named() -> None:
    with pytest.raises(SummbenchError, match="missing a required argument: 'count'"):
        check_arguments("lead3", _Plain, {})
    with pytest.raises(SummbenchError, match=r"Did you mean 'share'\? It takes count, share, stem"):
        check_arguments("lead3", _Plain, {"count": 1, "shares": 0.5})


def test_counts_begin_at_one() -> None:
    require_at_least_one(a=1, b=None, c=12)
    with pytest.raises(SummbenchError, match=r"^c is 0; it must be at least 1\.$"):
        require_at_least_one(a=1, c=0, d=-1)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("summary", None, "summary is None; expected a string"),
        ("summary", 3, "summary is 3; expected a string"),
        ("summary", ["x"], "summary is ['x']; expected a string"),
        ("summary", "ab\ud800", "summary has a lone surrogate at character 2"),
        ("reasoning", b"x", "reasoning is b'x'; expected a string"),
        ("finish_reason", None, "finish_reason is None; expected a string"),
        ("raw", 3, "raw is 3; expected a string or None"),
        ("error", 3, "error is 3; expected a string or None"),
        ("input_tokens", -1, "input_tokens is -1; expected a whole number from 0 on, or None"),
        ("input_tokens", 2.0, "input_tokens is 2.0; expected a whole number"),
        ("output_tokens", True, "output_tokens is True; expected a whole number"),
        ("output_tokens", "3", "output_tokens is '3'; expected a whole number"),
        ("output_tokens", 2**63, "output_tokens is 9223372036854775808; expected a whole number"),
        ("seconds", -0.1, "seconds is -0.1; expected a finite number from 0 on"),
        ("seconds", float("inf"), "seconds is inf; expected a finite number"),
        ("seconds", "1", "seconds is '1'; expected a finite number"),
        ("seconds", True, "seconds is True; expected a finite number"),
        ("input_truncated", 1, "input_truncated is 1; expected a bool"),
        ("input_truncated", None, "input_truncated is None; expected a bool"),
    ],
)
def test_a_prediction_that_is_none_is_refused_by_its_field(
    field: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError) as refused:
        check_prediction(replace(Prediction("a"), **{field: value}))
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"input_tokens": 0, "output_tokens": 2**63 - 1, "seconds": 0},
        {"seconds": np.float64(0.5), "error": "boom", "raw": "", "summary": "\x00 \U0001f327"},
        {"input_tokens": None, "input_truncated": True},
    ],
)
def test_a_prediction_that_can_be_stored_is_accepted(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    prediction = replace(Prediction("a"), **fields)
    check_prediction(prediction)
    store = Store(tmp_path)
    store.add_predictions("m", "f", [("k", replace(prediction, error=None))], {})
    assert len(store.load_predictions("m", "f").predictions) == 1


def test_a_wrong_value_fails_its_own_article_and_no_other(tmp_path: Path) -> None:
    class Careless:
        batch_size = 3

        def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
            return [
                Prediction(a.id, a.text, input_tokens=-1 if a.id == "1" else 1) for a in articles
            ]

    examples = {"d": [Example(Article(str(i), f"Text {i}.")) for i in range(3)]}
    with ModelSession(ModelSpec("m", "system", Careless, "f" * 64)) as session:
        state = prepare(session, examples, Store(tmp_path))
        predictions = predict(state, examples, Store(tmp_path), ignore_progress, Local())["d"]
    assert [p.summary for p in predictions] == ["Text 0.", "", "Text 2."]
    assert predictions[1].error == (
        "ValueError: input_tokens is -1; expected a whole number from 0 on, or None"
    )
    assert len(Store(tmp_path).load_predictions("m", "f" * 64).predictions) == 2
