"""Arguments of the public functions, checked where they come in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError


def to_path(name: str, value: Any) -> Path:
    """The path that an argument called `name` gives.

    Raises: SummbenchError, if it is none.
    """
    if isinstance(value, str | os.PathLike):
        return Path(value)
    raise SummbenchError(f"{name} is {value!r:.80}; expected a path.")


def to_names(name: str, value: Any) -> tuple[str, ...]:
    """One name, or several.

    Raises: SummbenchError, if they are no strings.
    """
    names = (value,) if isinstance(value, str) else value
    if isinstance(names, Iterable):
        names = tuple(names)
        if all(isinstance(text, str) for text in names):
            return names
    raise SummbenchError(f"{name} is {value!r:.80}; expected a list of names.")


def to_column(name: str, value: Any) -> list[Any]:
    """The entries of an ordered column: a list, a tuple, an array or a Series.

    Raises: SummbenchError, for a string, which is one entry, and for what has no order.
    """
    is_ordered = isinstance(value, Sequence) or hasattr(value, "tolist")
    if isinstance(value, str | bytes | Set | dict) or not is_ordered:
        kind = type(value).__name__
        raise SummbenchError(
            f"{name} is a {kind}; expected a list with one entry for each article."
        )
    return list(value)
