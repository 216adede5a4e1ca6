"""The one exception that is the user's to mend; it is shown without a traceback."""


class BenchError(Exception):
    """What is wrong, what was found, and what would be right, in whole sentences."""
