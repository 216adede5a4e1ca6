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
    matches,
    plainly,
    starts,
)
from summbench.metrics.support.tokens import Span
from summbench.metrics.support.values import of_digits, of_words
from summbench.metrics.support.vocabulary import MAGNITUDES, MEASURES, MONTHS, ORDINALS

_MODIFIER = re.compile(
    r"\b(?:(?P<about>about|around|some|roughly|approximately|nearly|almost|circa|an estimated)"
    r"|(?P<more>more than|over|at least|above|upwards of|exceeding|up from)"
    r"|(?P<less>less than|fewer than|under|below|at most|up to|nearly|almost))"
    r"(?: a)? ?$",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:an?|at|one|two|three|four)[ -]$", re.IGNORECASE)
_LED = re.compile(
    r"(?:\b(?:the|an?|his|her|its|their|our|my|your|whose|came|finished|placed|ranked)"
    r"|['\u2019]s?) (?:very )?$",
    re.IGNORECASE,
)
"""What stands before "first" unless it is an adverb."""
_NOT_ONE = re.compile(
    r"\b(?:no|this|that|any|every|each|which|other|another|some) $", re.IGNORECASE
)
_ONE_THING = re.compile(
    r"-?(?: ?(?!(?:of|another|who|whom|that|which|whose|and|or|but|to|in|on|at|by|for|from|with|as"
    r"|is|was|has|had|would|will|could|can|should|may|might|must|did|does|more|day|after|s)\b)"
    r"[^\W\d_])"
)
_SHARED = re.compile(r"\s*(?:to|until|and|or|-|\u2013|from|of the)\s*$", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_AS_LONG_AS = 24


class Number(NamedTuple):
    """A number as written, with its possible values (6.204 may be 6204) and its last digit's size.

    The unit is "" if none is named; a date is day, month and year, 0 where not given; `led` is what
    stands before.
    """

    span: Span
    values: tuple[Decimal, ...]
    step: Decimal = Decimal(1)
    unit: str = ""
    scale: int = 1
    date: tuple[int, int, int] | None = None
    led: str = ""

    @property
    def modifier(self) -> str:
        """One of about, more and less, or ""."""
        before = _MODIFIER.search(self.led)
        return (before.lastgroup or "") if before else ""

    @property
    def is_year(self) -> bool:
        """Whether it may be a year, which cannot be rounded."""
        bare = len(self.span.text) == 4 and self.span.text.isdigit()
        return bare and _FIRST_YEAR <= self.values[0] <= _LAST_YEAR


def numbers(text: str) -> list[Number]:
    """The dates, figures and number words of the text, in their order."""
    plain = plainly(text)
    found = _numbers(plain)
    if plain == text:
        return found
    spans = ((number, number.span.start, number.span.end) for number in found)
    return [number._replace(span=Span(text[i:j], i, j)) for number, i, j in spans]


def _numbers(text: str) -> list[Number]:
    places = starts(text)
    dates = [_date(match) for match in matches(DATE, text, places, 0, len(text))]
    for start, end in list(_free([number.span for number in dates], len(text))):
        dates += map(_clock, matches(CLOCK, text, places, start, end))
    dates.sort(key=lambda number: number.span.start)
    taken = [number.span for number in dates]
    figures: list[Number] = []
    for start, end in _free(taken, len(text)):
        found = matches(NUMBER, text, places, start, end)
        figures += (number for match in found if (number := _number(text, match)))
    return sorted([*dates, *_with_shared_units(text, figures)], key=lambda n: n.span.start)


def _free(taken: Sequence[Span], size: int) -> Iterator[tuple[int, int]]:
    start = 0
    for _, begins, ends in taken:
        yield start, begins
        start = ends
    yield start, size


def _date(match: re.Match[str]) -> Number:
    got = match.groupdict()
    month = got["m1"] or got["m2"] or got["m3"] or got["m4"]
    day, year = got["d1"] or got["d2"] or got["d4"], got["y1"] or got["y2"]
    date = int(day or 0), MONTHS.get(month.lower().rstrip(".")) or int(month), int(year or 0)
    return Number(Span(match[0], match.start(), match.end()), (), date=date)


def _clock(match: re.Match[str]) -> Number:
    hour, minute = match["hour"] or match["hour2"], match["minute"] or match["minute2"] or "00"
    late = 12 if (match["half"] or "").lower().startswith("p") and hour != "12" else 0
    value = Decimal(f"{int(hour) + late}.{minute}")
    return Number(Span(match[0], match.start(), match.end()), (value,), unit="time")


def _number(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    values, step, unit, size, doubtful = _read(match.groups())
    if match["ordinal"] or match["place"]:  # whose unit is no part of them
        end = max(match.end("ordinal"), match.end("place"))
    led = text[max(0, start - _AS_LONG_AS) : start]
    if doubtful and _is_no_number(doubtful, led, text[end : end + _AS_LONG_AS]):
        return None
    return Number(Span(text[start:end], start, end), values, step, unit, size, None, led)


def _is_no_number(word: str, led: str, followed: str) -> bool:
    """Whether "one" is a pronoun, "third" a fraction or "first" an adverb here."""
    if word == "one":
        return bool(_NOT_ONE.search(led)) or not _ONE_THING.match(followed)
    return bool(_PART.search(led)) or (word == "first" and not _LED.search(led))


@lru_cache(8_192)
def _read(groups: tuple[str | None, ...]) -> tuple[tuple[Decimal, ...], Decimal, str, int, str]:
    """The possible values, their step, unit and scale, and the word if it may be no number."""
    got = {name: group or "" for name, group in zip(NUMBER.groupindex, groups, strict=True)}
    scale = got["scale"] or got["scale2"]
    size = MAGNITUDES[scale.lower()] if scale else 1
    place, words = got["place"].lower(), got["words"]
    step = Decimal(1)
    if got["digits"]:
        values, step = of_digits(got["digits"])
    else:
        values = (Decimal(ORDINALS[place]) if place else of_words(words),)
    said = place or ("one" if words.lower() == "one" and not got["unit"] else "")
    doubtful = said if size == 1 else ""
    return tuple([value * size for value in values]), step * size, _unit(got), size, doubtful


def _unit(got: Mapping[str, str]) -> str:
    money = got["money"] or got["currency"]
    if money:
        return CURRENCIES[money.lower()]
    if got["ordinal"] or got["place"]:
        return "ordinal"
    if got["decade"]:
        return "decade"
    power = got["power"].lower()
    said = got["unit"].strip(" \u00a0-").lower().removeprefix(power)
    measure = MEASURES.get(said) or MEASURES.get(said.removesuffix("s"))
    if measure:
        return power + measure
    return "point" if "point" in said else "percent" if said else ""


def _with_shared_units(text: str, found: Sequence[Number]) -> Iterator[Number]:
    """In "from 4.2 to 4.35 million euros" the first is, or may be, of the same scale and unit."""
    following: Number | None = None
    shared = []
    for number in reversed(found):
        if following is not None and following.unit not in ("ordinal", "time"):
            gap = text[number.span.end : following.span.start]
            if not number.unit and number.scale == 1 and _SHARED.fullmatch(gap):
                number = _sharing(number, following)
        shared.append(number)
        following = number
    return reversed(shared)


def _sharing(number: Number, following: Number) -> Number:
    values = number.values
    if following.scale > 1:
        values += tuple(value * following.scale for value in values)
    return number._replace(values=values, unit=following.unit)
