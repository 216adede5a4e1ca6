"""The exception for everything that a user can correct."""


class SummbenchError(Exception):
    """Says what is wrong, what was found, and what would be right; shown without a traceback."""


def require_at_least_one(**values: int | None) -> None:
    """Check that no value is below 1; None is allowed.

    Raises: SummbenchError, which names the first that is.
    """
    for name, value in values.items():
        if value is not None and value < 1:
            raise SummbenchError(f"{name} is {value}; it must be at least 1.")
