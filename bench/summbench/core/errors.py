"""The exception for everything that a user can correct."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from summbench.core.control_characters import show_controls

_LONGEST = 4_000
_LAST = 1_000


class SummbenchError(Exception):
    """Says what is wrong, what was found, and what would be right; shown without a traceback.

    Control characters of what was found are codes, wherever the sentence is shown, and the middle
    of an enormous one is left out.
    """

    def __init__(self, message: str = "") -> None:
        if len(message) > _LONGEST + _LAST:
            n_left_out = len(message) - _LONGEST - _LAST
            left_out = f" ({n_left_out:,} characters are left out here) "
            message = f"{message[:_LONGEST]}{left_out}{message[-_LAST:]}"
        super().__init__(show_controls(message))


@contextmanager
def explain_read_errors(path: Path) -> Iterator[None]:
    """Turn an error of the file system, as of a file without permission, into a sentence.

    It names the file of the error, or else `path`.
    Raises: SummbenchError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise SummbenchError(f"{error.filename or path} can't be read ({reason}).") from error


@contextmanager
def contain_exits() -> Iterator[None]:
    """Turn the attempt of somebody's own code to end the program (`sys.exit`) into its failure.

    Raises: RuntimeError.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        name = type(error).__name__
        raise RuntimeError(f"its code raised {name}({error}), which would end the run") from error


Count = Annotated[int, 1]
"""A whole number from 1, where a config is checked by types."""


def require_at_least_one(**values: int | None) -> None:
    """Check that no value is below 1; None is allowed.

    Raises: SummbenchError, which names the first that is.
    """
    for name, value in values.items():
        if value is not None and value < 1:
            raise SummbenchError(f"{name} is {value}; it must be at least 1.")
