"""The values of figures and number words."""

from __future__ import annotations

import re
from decimal import Decimal

from summbench.metrics.support.vocabulary import SMALL


def parse_digits(text: str) -> tuple[tuple[Decimal, ...], Decimal]:
    """Return the possible values, the English reading first, and the size of the last digit.

    A single separator may be that of another language: 6.204 may be 6204.
    """
    plain = "".join(text.split())
    if plain.isdecimal():
        return (Decimal(plain),), Decimal(1)
    marks = [c for c in plain if c in ",."]
    if len(marks) > 1:
        decimal = marks[-1] if marks[-1] != marks[0] else ""
        integer, _, fraction = plain.rpartition(decimal) if decimal else (plain, "", "")
        digits = re.sub(r"[,.]", "", integer)
        return (Decimal(f"{digits}.{fraction or 0}"),), Decimal(10) ** -len(fraction)
    integer, _, fraction = plain.partition(marks[0])
    as_point = Decimal(f"{integer}.{fraction}")
    if len(fraction) != 3 or len(integer) > 3 or integer == "0":
        return (as_point,), Decimal(10) ** -len(fraction)
    as_thousands = Decimal(integer + fraction)
    if marks[0] == ",":
        return (as_thousands,), Decimal(1)
    return (as_point, as_thousands), Decimal(10) ** -3


def parse_number_words(text: str) -> Decimal:
    """Return the value of number words up to 999,999; "half a" and "a" precede a scale."""
    if text.lower().startswith("half"):
        return Decimal("0.5")
    if text.lower() in {"a ", "an "}:
        return Decimal(1)
    total = group = 0
    for word in re.split(r"[ \u00a0,-]+", text.lower()):
        if word in SMALL:
            group += SMALL[word]
        elif word.removesuffix("s") == "hundred":
            group = max(group, 1) * 100
        elif word.removesuffix("s") == "thousand":
            total, group = total + max(group, 1) * 1000, 0
        elif word == "dozen":
            group = max(group, 1) * 12
    return Decimal(total + group)
