"""What the numbers of an article say to a number of its summary."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from bench.support.figures import Number
from bench.support.tokens import Finding

_ROUNDED, _ABOUT = Decimal("0.05"), Decimal("0.1")
_AT_MOST = Decimal("1.5")
_UNROUNDED = frozenset({"ordinal", "time", "decade"})
_STRICT = _UNROUNDED | {"percent", "point"}
_RANK = {"exact": 0, "rounded": 1, "scale_error": 2, "unsupported": 3}


def checked(number: Number, source: Sequence[Number]) -> Finding:
    """The best that any number of the article says to it, and the nearest of them.

    exact: the same value and a compatible unit (of dates: all fields that both give); rounded: at
    most 5 % apart, or the article's value at the summary's precision, or as "about" and "more than"
    allow; scale_error: a power of ten apart.
    """
    same = next((other for other in source if _is_same(number, other)), None)
    if same is not None:
        return Finding(number.span, "exact", same.span)
    best: tuple[tuple[int, bool, Decimal], Number] | None = None
    for other in source:
        if (number.date is None) != (other.date is None) and not _year_of(number, other):
            continue
        state, apart = _state(number, other)
        order = (_RANK[state], not _compatible(number.unit, other.unit), apart)
        if best is None or order < best[0]:
            best = order, other
    if best is None:
        return Finding(number.span, "unsupported")
    state = next(name for name, rank in _RANK.items() if rank == best[0][0])
    return Finding(number.span, state, best[1].span)


def _is_same(number: Number, other: Number) -> bool:
    if number.date:
        return number.date == other.date
    shared = any(map(other.values.__contains__, number.values))
    return shared and _compatible(number.unit, other.unit)


def _state(number: Number, other: Number) -> tuple[str, Decimal]:
    if number.date and other.date:
        return _of_dates(number.date, other.date)
    if number.date or other.date:
        return "exact", Decimal(0)
    pairs = [(a, b) for a in number.values for b in other.values]
    apart = min([_apart(a, b) for a, b in pairs])
    if not _compatible(number.unit, other.unit):
        return "unsupported", apart
    if not number.is_year and _UNROUNDED.isdisjoint((number.unit, other.unit)):
        if any([_rounded(number, a, b) for a, b in pairs]):
            return "rounded", apart
        if any([_is_power_of_ten(a, b) for a, b in pairs]):
            return "scale_error", apart
    return "unsupported", apart


def _of_dates(ours: tuple[int, int, int], theirs: tuple[int, int, int]) -> tuple[str, Decimal]:
    given = [(a, b) for a, b in zip(ours, theirs, strict=True) if a and b]
    wrong = sum(a != b for a, b in given)
    return ("unsupported" if wrong else "exact"), Decimal(wrong)


def _year_of(number: Number, other: Number) -> bool:
    """Whether one is a year and the other a date in it."""
    year, date = (number, other.date) if other.date else (other, number.date)
    return bool(number.is_year and date and date[2] == year.values[0])


def _compatible(a: str, b: str) -> bool:
    """Money may come without its unit; a share, a point or a place may not."""
    if a == b:
        return True
    return (not a or not b) and a not in _STRICT and b not in _STRICT


def _apart(a: Decimal, b: Decimal) -> Decimal:
    return abs(a - b) / max(a, b) if a != b else Decimal(0)


def _rounded(number: Number, value: Decimal, source: Decimal) -> bool:
    if source == 0:
        return False
    apart = abs(value - source)
    error = apart / source
    if error <= _ROUNDED:
        return True
    if value and apart <= number.step:
        steps = source / number.step
        for way in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            if steps.to_integral_value(way) * number.step == value:
                return True
    if error > _AT_MOST - 1:  # what no modifier allows
        return False
    if number.modifier == "about":
        return error <= _ABOUT
    if number.modifier == "more":
        return value < source <= value * _AT_MOST
    return number.modifier == "less" and source < value <= source * _AT_MOST


def _is_power_of_ten(a: Decimal, b: Decimal) -> bool:
    if not a or not b:
        return False
    ratio = (a / b).normalize()
    return ratio.as_tuple().digits == (1,) and ratio != 1
