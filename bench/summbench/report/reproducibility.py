"""What `summbench verify` found, as a table for people."""

from collections.abc import Mapping


def markdown(states: Mapping[str, Mapping[str, str]]) -> str:
    """A row for each model, a column for each variation."""
    headings = ["model", *next(iter(states.values()), {})]
    rows = [headings, *([model, *found.values()] for model, found in states.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(map(str.ljust, row, widths)) for row in rows]
    rule = " | ".join("-" * width for width in widths)
    return "".join(f"| {line} |\n" for line in (lines[0], rule, *lines[1:]))
