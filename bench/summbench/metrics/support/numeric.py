"""Numbers in a text: their value, how exactly it is given, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from summbench.metrics.support.patterns import (
    CLOCK,
    CURRENCIES,
    DATE,
    NUMBER,
    find_matches,
    find_starts,
    replace_special_letters,
)
from summbench.metrics.support.tokens import Span
from summbench.metrics.support.values import parse_digits, parse_number_words
from summbench.metrics.support.vocabulary import MAGNITUDES, MEASURES, MONTHS, ORDINALS

_MODIFIER = re.compile(
    r"\b(?:(?P<about>about|around|some|roughly|approximately|nearly|almost|circa|an estimated)"
    r"|(?P<more>more than|over|at least|above|upwards of|exceeding|up from)"
    r"|(?P<less>less than|fewer than|under|below|at most|up to|nearly|almost))"
    r"(?: a)? ?$",
    re.IGNORECASE,
)
_BEFORE_FRACTION = re.compile(r"\b(?:an?|at|one|two|three|four)[ -]$", re.IGNORECASE)
_BEFORE_FIRST = re.compile(
    r"(?:\b(?:the|an?|his|her|its|their|our|my|your|whose|came|finished|placed|ranked)"
    r"|['\u2019]s?) (?:very )?$",
    re.IGNORECASE,
)
"""What stands before "first" unless it is an adverb."""
_BEFORE_PRONOUN_ONE = re.compile(
    r"\b(?:no|this|that|any|every|each|which|other|another|some) $", re.IGNORECASE
)
_AFTER_NUMBER_ONE = re.compile(
    r"-?(?: ?(?!(?:of|another|who|whom|that|which|whose|and|or|but|to|in|on|at|by|for|from|with|as"
    r"|is|was|has|had|would|will|could|can|should|may|might|must|did|does|more|day|after|s)\b)"
    r"[^\W\d_])"
)
_RANGE_GAP = re.compile(r"\s*(?:to|until|and|or|-|\u2013|from|of the)\s*$", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_CONTEXT_LENGTH = 24


class Number(NamedTuple):
    """A number as written, with its possible values (6.204 may be 6204) and its last digit's size.

    The unit is "" if none is named; a date is day, month and year, 0 where not given; `preceding`
    is the text right before it.
    """

    span: Span
    values: tuple[Decimal, ...]
    step: Decimal = Decimal(1)
    unit: str = ""
    scale: int = 1
    date: tuple[int, int, int] | None = None
    preceding: str = ""

    @property
    def modifier(self) -> str:
        """One of about, more and less, or ""."""
        match = _MODIFIER.search(self.preceding)
        return (match.lastgroup or "") if match else ""

    @property
    def is_year(self) -> bool:
        """Whether it may be a year, which cannot be rounded."""
        has_four_digits = len(self.span.text) == 4 and self.span.text.isdigit()
        return has_four_digits and _FIRST_YEAR <= self.values[0] <= _LAST_YEAR


def find_numbers(text: str) -> list[Number]:
    """Return the dates, figures and number words of the text, in their order."""
    plain = replace_special_letters(text)
    numbers = _find_plain_numbers(plain)
    if plain == text:
        return numbers
    spans = ((number, number.span.start, number.span.end) for number in numbers)
    return [number._replace(span=Span(text[i:j], i, j)) for number, i, j in spans]


def _find_plain_numbers(text: str) -> list[Number]:
    places = find_starts(text)
    dates = [_build_date(match) for match in find_matches(DATE, text, places, 0, len(text))]
    for start, end in list(_find_gaps([number.span for number in dates], len(text))):
        dates += map(_build_clock_time, find_matches(CLOCK, text, places, start, end))
    dates.sort(key=lambda number: number.span.start)
    spans = [number.span for number in dates]
    figures: list[Number] = []
    for start, end in _find_gaps(spans, len(text)):
        numbers = find_matches(NUMBER, text, places, start, end)
        figures += (number for match in numbers if (number := _build_number(text, match)))
    return sorted([*dates, *_share_units(text, figures)], key=lambda n: n.span.start)


def _find_gaps(spans: Sequence[Span], size: int) -> Iterator[tuple[int, int]]:
    start = 0
    for _, begins, ends in spans:
        yield start, begins
        start = ends
    yield start, size


def _build_date(match: re.Match[str]) -> Number:
    groups = match.groupdict()
    month = groups["m1"] or groups["m2"] or groups["m3"] or groups["m4"]
    day, year = groups["d1"] or groups["d2"] or groups["d4"], groups["y1"] or groups["y2"]
    date = int(day or 0), MONTHS.get(month.lower().rstrip(".")) or int(month), int(year or 0)
    return Number(Span(match[0], match.start(), match.end()), (), date=date)


def _build_clock_time(match: re.Match[str]) -> Number:
    hour, minute = match["hour"] or match["hour2"], match["minute"] or match["minute2"] or "00"
    noon_offset = 12 if (match["half"] or "").lower().startswith("p") and hour != "12" else 0
    value = Decimal(f"{int(hour) + noon_offset}.{minute}")
    return Number(Span(match[0], match.start(), match.end()), (value,), unit="time")


def _build_number(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    values, step, unit, scale, ambiguous_word = _read_number(match.groups())
    if match["ordinal"] or match["place"]:  # whose unit is no part of them
        end = max(match.end("ordinal"), match.end("place"))
    preceding = text[max(0, start - _CONTEXT_LENGTH) : start]
    following = text[end : end + _CONTEXT_LENGTH]
    if ambiguous_word and _is_no_number(ambiguous_word, preceding, following):
        return None
    return Number(Span(text[start:end], start, end), values, step, unit, scale, None, preceding)


def _is_no_number(word: str, preceding: str, following: str) -> bool:
    """Whether "one" is a pronoun, "third" a fraction or "first" an adverb here."""
    if word == "one":
        return bool(_BEFORE_PRONOUN_ONE.search(preceding)) or not _AFTER_NUMBER_ONE.match(following)
    return bool(_BEFORE_FRACTION.search(preceding)) or (
        word == "first" and not _BEFORE_FIRST.search(preceding)
    )


@lru_cache(8_192)
def _read_number(
    values_of_groups: tuple[str | None, ...],
) -> tuple[tuple[Decimal, ...], Decimal, str, int, str]:
    """The possible values, their step, unit and scale, and the word if it may be no number."""
    pairs = zip(NUMBER.groupindex, values_of_groups, strict=True)
    groups = {name: value or "" for name, value in pairs}
    scale_word = groups["scale"] or groups["scale2"]
    scale = MAGNITUDES[scale_word.lower()] if scale_word else 1
    place, words = groups["place"].lower(), groups["words"]
    step = Decimal(1)
    if groups["digits"]:
        values, step = parse_digits(groups["digits"])
    else:
        values = (Decimal(ORDINALS[place]) if place else parse_number_words(words),)
    word = place or ("one" if words.lower() == "one" and not groups["unit"] else "")
    scaled = tuple([value * scale for value in values])
    return scaled, step * scale, _get_unit(groups), scale, word if scale == 1 else ""


def _get_unit(groups: Mapping[str, str]) -> str:
    money = groups["money"] or groups["currency"]
    if money:
        return CURRENCIES[money.lower()]
    if groups["ordinal"] or groups["place"]:
        return "ordinal"
    if groups["decade"]:
        return "decade"
    power = groups["power"].lower()
    word = groups["unit"].strip(" \u00a0-").lower().removeprefix(power)
    measure = MEASURES.get(word) or MEASURES.get(word.removesuffix("s"))
    if measure:
        return power + measure
    return "point" if "point" in word else "percent" if word else ""


def _share_units(text: str, numbers: Sequence[Number]) -> Iterator[Number]:
    """In "from 4.2 to 4.35 million euros" the first is, or may be, of the same scale and unit."""
    following: Number | None = None
    completed = []
    for number in reversed(numbers):
        if following is not None and following.unit not in ("ordinal", "time"):
            gap = text[number.span.end : following.span.start]
            if not number.unit and number.scale == 1 and _RANGE_GAP.fullmatch(gap):
                number = _share_unit(number, following)
        completed.append(number)
        following = number
    return reversed(completed)


def _share_unit(number: Number, following: Number) -> Number:
    values = number.values
    if following.scale > 1:
        values += tuple(value * following.scale for value in values)
    return number._replace(values=values, unit=following.unit)
