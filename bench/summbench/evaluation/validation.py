"""Values from outside: the arguments of a config, and the predictions of a model."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from math import inf, isnan
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction

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
_TEXTS = ("summary", "finish_reason", "reasoning", "raw_reasoning", "raw", "error")
_OPTIONAL_TEXTS = ("raw", "error")
_LARGEST_COUNT = 2**63 - 1  # of a 64-bit column


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
                f"{name!r}: {key} is {value!r}; expected {_describe_type(hints[key])}."
            )


def _get_hints(component: type) -> Mapping[str, Any]:
    """Empty where an annotation names what only a type checker sees."""
    try:
        return get_type_hints(component.__init__)  # type: ignore[misc]
    except NameError:
        return {}


def _fits(value: Any, hint: Any) -> bool:
    origin, parameters = get_origin(hint), get_args(hint)
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


def _describe_type(hint: Any) -> str:
    origin, parameters = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " or ".join(map(repr, parameters))
    if origin in (Union, UnionType):
        return " or ".join(map(_describe_type, parameters))
    if origin in (Sequence, list):
        return f"a list, each item {_describe_type(parameters[0])}"
    if origin in (Mapping, dict):
        return f"a mapping, each value {_describe_type(parameters[1])}"
    return _NAMES.get(hint, "something else")


def check_prediction(prediction: Prediction) -> None:
    """Check the types and ranges of what a model returned.

    Raises: ValueError, for the first field that can't be stored, and what is expected there.
    """
    for name in _TEXTS:
        _check_text(name, getattr(prediction, name), name in _OPTIONAL_TEXTS)
    for name in ("input_tokens", "output_tokens"):
        count = getattr(prediction, name)
        is_count = isinstance(count, int) and not isinstance(count, bool)
        if count is not None and not (is_count and 0 <= count <= _LARGEST_COUNT):
            raise ValueError(f"{name} is {count!r:.60}; expected a whole number from 0 on, or None")
    seconds = prediction.seconds
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not (isnan(seconds) or 0 <= seconds < inf):  # NaN: unknown, as in a file
        raise ValueError(f"seconds is {seconds!r:.60}; expected a finite number from 0 on, or NaN")
    if not isinstance(prediction.input_truncated, bool):
        raise ValueError(f"input_truncated is {prediction.input_truncated!r:.60}; expected a bool")


def _check_text(name: str, value: object, optional: bool) -> None:
    if value is None and optional:
        return
    if not isinstance(value, str):
        expected = "a string or None" if optional else "a string"
        raise ValueError(f"{name} is {value!r:.60}; expected {expected}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name} has a lone surrogate at character {error.start}; expected Unicode text"
        ) from error
