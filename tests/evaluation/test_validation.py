"""What a config gives a class is held against the class's own annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.evaluation.validation import check_arguments

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


def _mistake(made: type, given: Mapping[str, Any]) -> str:
    """What is said of the arguments; nothing if they are taken."""
    try:
        check_arguments("lead3", made, given)
    except SummbenchError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "given",
    [
        {"count": 3, "share": 1, "stem": True, "name": None, "how": "tail"},
        {"count": -3, "share": 0.25, "name": "x", "types": ["a", "b"], "labels": {"a": 1}},
        {"count": 0, "types": [], "labels": {}, "folder": "news", "anything": [1, "b", None]},
    ],
)
def test_what_fits_is_taken(given: Mapping[str, Any]) -> None:
    assert _mistake(_Plain, given) == ""


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
    said = _mistake(_Plain, {"count": 1, key: value})
    assert said == f"'lead3': {key} is {value!r}; expected {takes}."


def test_classes_that_say_nothing_usable_are_taken_at_their_word() -> None:
    assert _mistake(_OnlyChecked, {"count": "x"}) == ""
    assert _mistake(_Unannotated, {"count": "x"}) == ""


def test_missing_and_unknown_arguments_are_named() -> None:
    with pytest.raises(SummbenchError, match="missing a required argument: 'count'"):
        check_arguments("lead3", _Plain, {})
    with pytest.raises(SummbenchError, match=r"Did you mean 'share'\? It takes count, share, stem"):
        check_arguments("lead3", _Plain, {"count": 1, "shares": 0.5})


def test_counts_begin_at_one() -> None:
    require_at_least_one(a=1, b=None, c=12)
    with pytest.raises(SummbenchError, match=r"^c is 0; it must be at least 1\.$"):
        require_at_least_one(a=1, c=0, d=-1)
