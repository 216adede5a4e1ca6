"""A number of a summary checked against those of its article."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import product

from summbench.metrics.support.number_index import NumberIndex
from summbench.metrics.support.numeric import Number
from summbench.metrics.support.tokens import ClaimFinding

_ROUNDED, _ABOUT = Decimal("0.05"), Decimal("0.1")
_AT_MOST = Decimal("1.5")
_MOST_ROUNDED = {"": 0.05, "about": 0.1, "more": 0.5, "less": 0.5}
"""What a modifier allows, as a share of the article's number."""
_FAR = Decimal("0.6")
"""Of the larger number: what is rounded is at most .5 apart."""
_UNROUNDED = frozenset({"ordinal", "time", "decade"})
_ONE = Decimal(1)


def verify_number(number: Number, source: NumberIndex) -> ClaimFinding:
    """Return the best state that any number of the article gives it, and the nearest of them.

    exact: the same value and a compatible unit (of dates: all fields that both give); rounded: at
    most 5 % apart, or the article's value at the summary's precision, or as "about" and "more than"
    allow; scale_error: a power of ten apart.
    """
    state, nearest = (_match_date if number.date else _match_value)(number, source)
    return ClaimFinding(number.span, state, nearest and nearest.span)


def _match_date(number: Number, source: NumberIndex) -> tuple[str, Number | None]:
    assert number.date is not None
    n_wrong, nearest = source.find_date(number.date)
    return ("unsupported" if n_wrong or nearest is None else "exact"), nearest


def _match_value(number: Number, source: NumberIndex) -> tuple[str, Number | None]:
    exact = source.find_equal(number)
    if exact is None and number.is_year:
        exact = source.find_year(number.values[0])
    if exact is not None:
        return "exact", exact
    compatible = source.find_compatible(number)
    places: Sequence[int] = compatible or range(len(source.undated))
    if compatible and not number.is_year and number.unit not in _UNROUNDED:
        places = [place for place in places if source.undated[place].unit not in _UNROUNDED]
        if rounded := _find_rounded(number, source, places):
            return rounded
    nearest = source.find_nearest(number, places)
    return "unsupported", source.undated[nearest[0]] if nearest else None


def _find_rounded(
    number: Number, source: NumberIndex, places: Sequence[int]
) -> tuple[str, Number] | None:
    """The nearest number that this one may be rounded from, else one that is a power of ten off."""
    within = source.select_within(number, places, _MOST_ROUNDED[number.modifier])
    for place in source.sort_by_distance(number, within):
        other = source.undated[place]
        if any(_is_rounded(number, a, b) for a, b in product(number.values, other.values)):
            return "rounded", other
    for place in source.sort_by_distance(number, source.select_scaled(number, places)):
        other = source.undated[place]
        if any(_is_power_of_ten(a, b) for a, b in product(number.values, other.values)):
            return "scale_error", other
    return None


def _is_rounded(number: Number, value: Decimal, source: Decimal) -> bool:
    difference = abs(value - source)
    if source == 0 or difference > _FAR * max(value, source):
        return False
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
