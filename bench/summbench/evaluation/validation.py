"""What a config gives a class, held against what the class says it takes."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from summbench.core.errors import SummbenchError

_PLAIN: Mapping[Any, tuple[type, ...]] = {
    bool: (bool,),
    int: (int,),
    float: (int, float),
    str: (str,),
    NoneType: (NoneType,),
}
_NAMES: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    NoneType: "null",
}


def check(name: str, made: type, given: Mapping[str, Any]) -> None:
    """SummbenchError if an argument is missing, unknown, or certainly not of its annotated type.

    Of types only those are known that YAML has: bool, int, float, str, null, Literal, lists and
    mappings of them. A number is no text and true no number, whatever Python could make of it.
    """
    try:
        inspect.signature(made).bind(**given)
    except TypeError as error:
        known = list(inspect.signature(made).parameters)
        wrong = [key for key in given if key not in known]
        near = [near for key in wrong for near in difflib.get_close_matches(key, known, 1)]
        hint = f" Did you mean {near[0]!r}?" if near else ""
        takes = ", ".join(known) or "nothing"
        raise SummbenchError(f"{name!r}: {error}.{hint} It takes {takes}.") from error
    hints = _hints(made)
    for key, value in given.items():
        if not _fits(value, hints.get(key, Any)):
            raise SummbenchError(
                f"{name!r}: {key} is {value!r}; it takes {_described(hints[key])}."
            )


def _hints(made: type) -> Mapping[str, Any]:
    """Empty where an annotation names what only a type checker sees."""
    try:
        return get_type_hints(made.__init__)  # type: ignore[misc]
    except NameError:
        return {}


def _fits(value: Any, hint: Any) -> bool:
    kind, of = get_origin(hint), get_args(hint)
    if kind is Literal:
        return value in of
    if kind in (Union, UnionType):
        return any(_fits(value, one) for one in of)
    if hint in _PLAIN:
        return type(value) in _PLAIN[hint]
    if kind in (Sequence, list):
        return isinstance(value, list) and all(_fits(one, of[0]) for one in value)
    if kind in (Mapping, dict):
        return isinstance(value, dict) and all(_fits(one, of[1]) for one in value.values())
    return True


def _described(hint: Any) -> str:
    kind, of = get_origin(hint), get_args(hint)
    if kind is Literal:
        return " or ".join(map(repr, of))
    if kind in (Union, UnionType):
        return " or ".join(map(_described, of))
    if kind in (Sequence, list):
        return f"a list, each of it {_described(of[0])}"
    if kind in (Mapping, dict):
        return f"a mapping, each value {_described(of[1])}"
    return _NAMES.get(hint, "something else")
