"""Groups of articles, of which results are shown apart: their names as the data has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

MOST_GROUPS = 50
"""More different texts are no groups, and are said to be none."""
_MOST_NUMBERS = 10  # of more different numbers three groups of equal size are made
_DATE = re.compile(r"\d{4}-\d{2}(?:\D.*)?")


def name_groups(values: Sequence[object]) -> list[str] | None:
    """The group of each article, from the cells of one column; None if they make no groups.

    Many different numbers are cut into three equal parts, many different dates (2026-11-30) by year
    or, within one year, by month. A blank cell is the group "(none)".
    """
    numbers = [value for value in values if _is_number(value)]
    if len(set(numbers)) > _MOST_NUMBERS and len(numbers) == len(values):
        return _cut_numbers(np.array(numbers, dtype=float))
    names = [_to_name(value) for value in values]
    if len(set(names)) > MOST_GROUPS and all(map(_DATE.fullmatch, names)):
        years = [name[:4] for name in names]
        names = years if len(set(years)) > 1 else [name[:7] for name in names]
    most = min(MOST_GROUPS, max(2, len(names) // 2))  # groups of one article are none
    return names if len(set(names)) <= most else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _to_name(value: object) -> str:
    if value is None or value != value or not str(value).strip():
        return "(none)"
    return " ".join(str(value).split())


def _cut_numbers(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[str]:
    low, high = np.quantile(numbers, [1 / 3, 2 / 3]).tolist()
    names = [f"up to {low:g}", f"{low:g} to {high:g}", f"above {high:g}"]
    return [names[int(value > low) + int(value > high)] for value in numbers.tolist()]
