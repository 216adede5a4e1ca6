"""The one exception that is the user's to mend; it is shown without a traceback."""


class BenchError(Exception):
    """What is wrong, what was found, and what would be right, in whole sentences."""


def at_least_one(**given: int | None) -> None:
    """BenchError for the first that is below 1; None is left to those who know what it means."""
    for name, value in given.items():
        if value is not None and value < 1:
            raise BenchError(f"{name} is {value}; it must be at least 1.")
