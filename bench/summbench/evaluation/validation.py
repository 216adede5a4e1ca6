"""The arguments of a config, checked against the types that their class names."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

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
    str: "a string",
    NoneType: "null",
}


def check_arguments(name: str, component: type, arguments: Mapping[str, Any]) -> None:
    """SummbenchError if an argument is missing, unknown, or certainly not of its annotated type.

    Of types only those are checked that YAML has: bool, int, float, str, null, Literal, lists and
    mappings of them. A number is no string and true no number, whatever Python could make of it.
    """
    try:
        inspect.signature(component).bind(**arguments)
    except TypeError as error:
        parameters = list(inspect.signature(component).parameters)
        unknown = [key for key in arguments if key not in parameters]
        near = [near for key in unknown for near in difflib.get_close_matches(key, parameters, 1)]
        hint = f" Did you mean {near[0]!r}?" if near else ""
        takes = ", ".join(parameters) or "nothing"
        raise SummbenchError(f"{name!r}: {error}.{hint} It takes {takes}.") from error
    hints = _get_hints(component)
    for key, value in arguments.items():
        if not _fits(value, hints.get(key, Any)):
            raise SummbenchError(
                f"{name!r}: {key} is {value!r}; expected {describe_type(hints[key])}."
            )


def _get_hints(component: type) -> Mapping[str, Any]:
    """Empty where an annotation names what only a type checker sees."""
    try:
        return get_type_hints(component.__init__, include_extras=True)  # type: ignore[misc]
    except NameError:
        return {}


def _fits(value: Any, hint: Any) -> bool:
    origin, parameters = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _fits(value, parameters[0]) and all(value >= low for low in parameters[1:])
    if origin is Literal:
        return value in parameters
    if origin in (Union, UnionType):
        return any(_fits(value, alternative) for alternative in parameters)
    if hint in _PLAIN:
        return type(value) in _PLAIN[hint]
    if origin in (Sequence, list):
        return isinstance(value, list) and all(_fits(item, parameters[0]) for item in value)
    if origin in (Mapping, dict):
        items = value.values() if isinstance(value, dict) else ()
        return isinstance(value, dict) and all(_fits(item, parameters[1]) for item in items)
    return True


def describe_type(hint: Any) -> str:
    """Return what a value of the type is, in words."""
    origin, parameters = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return f"{describe_type(parameters[0])} from {parameters[1]}"
    if origin is Literal:
        return " or ".join(map(repr, parameters))
    if origin in (Union, UnionType):
        return " or ".join(map(describe_type, parameters))
    if origin in (Sequence, list):
        return f"a list, each item {describe_type(parameters[0])}"
    if origin in (Mapping, dict):
        return f"a mapping, each value {describe_type(parameters[1])}"
    return _NAMES.get(hint, "something else")
