"""Whether a prediction from outside can be stored: types, ranges and lengths of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan

from summbench.core.records import Prediction

NO_SUMMARY = "there is no summary of this article"
"""The error of an article of which a file of summaries has none."""

LONGEST_TEXT = 10_000_000
"""Characters of a summary or of thoughts; no article that anybody summarises has as many.

A run can allow a summary fewer, by `max_summary_characters`.
"""
_LONGEST_LABEL = 1_000
_LONGEST: dict[str, int] = {
    "summary": LONGEST_TEXT,
    "reasoning": LONGEST_TEXT,
    "raw": LONGEST_TEXT,
    "raw_reasoning": LONGEST_TEXT,
    "finish_reason": _LONGEST_LABEL,
    "error": LONGEST_TEXT,
}
_OPTIONAL_TEXTS = ("raw", "error")
_LARGEST_COUNT = 2**63 - 1  # of a 64-bit column


def check_prediction(prediction: Prediction) -> None:
    """Check the types and ranges of what a model returned.

    Raises: ValueError, for the first field that can't be stored, and what is expected there.
    """
    for name, longest in _LONGEST.items():
        _check_text(name, getattr(prediction, name), longest, name in _OPTIONAL_TEXTS)
    for name in ("input_tokens", "output_tokens"):
        count = getattr(prediction, name)
        if count is not None and not is_count(count):
            raise ValueError(
                f"{name} is {show_value(count)}; expected a whole number from 0 on, or None"
            )
    if not _is_duration(prediction.seconds):
        seconds = show_value(prediction.seconds)
        raise ValueError(f"seconds is {seconds}; expected a finite number from 0 on, or NaN")
    if not isinstance(prediction.input_truncated, bool):
        truncated = show_value(prediction.input_truncated)
        raise ValueError(f"input_truncated is {truncated}; expected a bool")


def is_count(value: object) -> bool:
    """Tell whether the value is a whole number that a 64-bit column holds."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_whole and 0 <= value <= _LARGEST_COUNT  # type: ignore[operator]


def show_value(value: object) -> str:
    """Write the value as Python does, in 60 characters; some values can't be written."""
    try:
        return f"{value!r:.60}"
    except Exception:  # a class of somebody's own, or a number of more digits than Python writes
        return f"a {type(value).__name__}"


def _is_duration(value: object) -> bool:
    """NaN is a duration that nobody measured, as in a file of summaries."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        seconds = float(value)
    except OverflowError:
        return False
    return isnan(seconds) or (isfinite(seconds) and seconds >= 0)


def _check_text(name: str, value: object, longest: int, optional: bool) -> None:
    if value is None and optional:
        return
    if not isinstance(value, str):
        expected = "a string or None" if optional else "a string"
        raise ValueError(f"{name} is {show_value(value)}; expected {expected}")
    if len(value) > longest:
        raise ValueError(f"{name} has {len(value):,} characters; expected at most {longest:,}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name} has a lone surrogate at character {error.start}; expected Unicode text"
        ) from error


def check_usage(usage: object) -> dict[str, float]:
    """Return what a call cost.

    Raises: ValueError, if these are not names with finite numbers.
    """
    if not isinstance(usage, Mapping):
        raise ValueError(f"usage is {show_value(usage)}")
    for name, amount in usage.items():
        is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
        if not isinstance(name, str) or not is_number or not isfinite(amount):
            raise ValueError(f"usage has {show_value(name)}: {show_value(amount)}")
    return dict(usage)
