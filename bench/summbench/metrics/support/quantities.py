"""A number of a summary checked against those of its article."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from operator import itemgetter

from summbench.metrics.support.numeric import Number
from summbench.metrics.support.tokens import ClaimFinding

_ROUNDED, _ABOUT = Decimal("0.05"), Decimal("0.1")
_AT_MOST = Decimal("1.5")
_FAR = Decimal("0.6")
"""Of the larger number: what is rounded is at most .5 apart, and a power of ten at least .9."""
_UNROUNDED = frozenset({"ordinal", "time", "decade"})
_STRICT = _UNROUNDED | {"percent", "point"}
_ZERO, _ONE = Decimal(0), Decimal(1)


def verify_number(number: Number, source: Sequence[Number]) -> ClaimFinding:
    """Return the best state that any number of the article gives it, and the nearest of them.

    exact: the same value and a compatible unit (of dates: all fields that both give); rounded: at
    most 5 % apart, or the article's value at the summary's precision, or as "about" and "more than"
    allow; scale_error: a power of ten apart.
    """
    state, nearest = (_match_date if number.date else _match_value)(number, source)
    return ClaimFinding(number.span, state, nearest and nearest.span)


def _match_date(number: Number, source: Sequence[Number]) -> tuple[str, Number | None]:
    ours = number.date or ()
    scored = [
        (sum([a != b for a, b in zip(ours, other.date, strict=True) if a and b]), other)
        for other in source
        if other.date
    ]
    if not scored:
        return "unsupported", None
    n_wrong, nearest = min(scored, key=lambda pair: (pair[0], pair[1].date != number.date))
    return ("unsupported" if n_wrong else "exact"), nearest


def _match_value(number: Number, source: Sequence[Number]) -> tuple[str, Number | None]:
    value, *alternatives = number.values
    equal = [
        other
        for other in source
        if value in other.values or (alternatives and set(alternatives) & set(other.values))
    ]
    exact = next((other for other in equal if _has_unit_like(number, other)), None)
    if exact is None and number.is_year:
        year = number.values[0]
        exact = next((other for other in source if other.date and other.date[2] == year), None)
    if exact is not None:
        return "exact", exact
    undated = [other for other in source if not other.date]
    compatible = [other for other in undated if _has_unit_like(number, other)]
    pairs = [
        (abs(a - b) / max(a, b) if a != b else _ZERO, a, b, other)
        for other in compatible or undated
        for a in number.values
        for b in other.values
    ]
    if compatible and not number.is_year and number.unit not in _UNROUNDED:
        pairs = [pair for pair in pairs if pair[3].unit not in _UNROUNDED]
        if rounded := [o for d, a, b, o in pairs if d <= _FAR and _is_rounded(number, a, b)]:
            return "rounded", _find_nearest([pair for pair in pairs if pair[3] in rounded])
        if scaled := [o for d, a, b, o in pairs if d > _FAR and _is_power_of_ten(a, b)]:
            return "scale_error", _find_nearest([pair for pair in pairs if pair[3] in scaled])
    return "unsupported", _find_nearest(pairs)


def _find_nearest(pairs: Sequence[tuple[Decimal, Decimal, Decimal, Number]]) -> Number | None:
    return min(pairs, key=itemgetter(0))[3] if pairs else None


def _has_unit_like(number: Number, other: Number) -> bool:
    """Money may come without its unit; a share, a point or a place may not."""
    a, b = number.unit, other.unit
    if a == b:
        return True
    return (not a or not b) and a not in _STRICT and b not in _STRICT


def _is_rounded(number: Number, value: Decimal, source: Decimal) -> bool:
    if source == 0:
        return False
    difference = abs(value - source)
    error = difference / source
    if error <= _ROUNDED:
        return True
    if value and difference <= number.step:
        steps = source / number.step
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            if steps.to_integral_value(rounding) * number.step == value:
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
    ratio = a / b
    power = ratio.adjusted()
    return power != 0 and ratio == _ONE.scaleb(power)
