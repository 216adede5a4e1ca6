"""The one exception that is the user's to mend; it is shown without a traceback."""


class SummbenchError(Exception):
    """What is wrong, what was found, and what would be right, in whole sentences."""


def require_at_least_one(**given: int | None) -> None:
    """Refuse the first that is below 1; None is left to those who know what it means."""
    for name, value in given.items():
        if value is not None and value < 1:
            raise SummbenchError(f"{name} is {value}; it must be at least 1.")
