"""What raters answer, checked against what was asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import msgspec

from summbench.core.cells import format_value
from summbench.people.assignment import CHECK, write_check
from summbench.people.page import CHECK_FACTS, split_words
from summbench.people.rated import STATES
from summbench.people.study import Item, Study

_CHOICES = {"first", "second", "tie"}


@dataclass(frozen=True, slots=True)
class Response:
    """A rater's valid answer to an item, and the seconds that it was in sight.

    `value` lacks dimensions and facts of which the answer was not valid.
    """

    rater: str
    item: Item
    value: Mapping[str, Any]
    seconds: float


class ParsedValue(NamedTuple):
    """The valid part of an answer with numbers as numbers, and the names of what is not valid."""

    valid: dict[str, Any]
    invalid: list[str]


def parse_value(study: Study, item: Item, value: Mapping[str, Any]) -> ParsedValue:
    """Parse an answer. Where a screen asks several things, one that is wrong takes no other away.

    Raises: ValueError, which says what is wrong, if it is none that the page can give.
    """
    if study.design == "likert":
        return _parse_each(
            item,
            {d.name: partial(_parse_number, value, d.name, 1, len(d.anchors))
             for d in study.dimensions},
        )  # fmt: skip
    if study.design == "checklist":
        names = _list_facts(study, item)
        return _parse_each(item, {n: partial(_parse_choice, value, n, STATES) for n in names})
    return ParsedValue(_PARSERS[study.design](study, item, value), [])


def _parse_each(item: Item, parsers: Mapping[str, Callable[[], Any]]) -> ParsedValue:
    """What can be parsed of the answer; a check has to have all."""
    valid: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, parse in parsers.items():
        try:
            valid[name] = parse()
        except ValueError as error:
            faults[name] = str(error)
    if faults and (not valid or item.expected is not None):
        raise ValueError(next(iter(faults.values())))
    return ParsedValue(valid, list(faults))


def _parse_pairwise(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"choice": _parse_choice(value, "choice", _CHOICES)}


def _parse_best_worst(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    last = len(item.systems) - 1
    best, worst = (_parse_number(value, key, 0, last) for key in ("best", "worst"))
    if best == worst:
        raise ValueError(f"best and worst are both {best}")
    return {"best": best, "worst": worst}


def _parse_spans(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    if value.get("finished") is not True:
        raise ValueError("finished is not true")
    last = count_words(study, item) - 1
    try:
        spans = msgspec.convert(value.get("spans"), list[tuple[int, int]])
    except msgspec.ValidationError as error:
        raise ValueError("spans is no list of pairs of words") from error
    for first, end in spans:
        if not 0 <= first <= end <= last:
            raise ValueError(f"the span [{first}, {end}] is not within the words 0 to {last}")
    return {"spans": [list(span) for span in spans]}


def _list_facts(study: Study, item: Item) -> list[str]:
    if item.expected is not None:
        return [f"f{i + 1}" for i in range(len(CHECK_FACTS))]
    return [fact.id for fact in study.get_articles()[item.article].facts]


def _parse_number(value: Mapping[str, Any], key: str, lowest: int, highest: int) -> int:
    numbers = {str(number): number for number in range(lowest, highest + 1)}
    if str(value.get(key)) not in numbers:
        raise ValueError(_describe(value, key, f"{lowest} to {highest}"))
    return numbers[str(value[key])]


def _parse_choice(value: Mapping[str, Any], key: str, choices: Collection[str]) -> str:
    if value.get(key) not in tuple(choices):
        raise ValueError(_describe(value, key, ", ".join(sorted(choices))))
    return str(value[key])


def _describe(value: Mapping[str, Any], key: str, expected: str) -> str:
    return f"{key} is {format_value(value.get(key))}; expected {expected}"


def count_words(study: Study, item: Item) -> int:
    """Count the words that can be marked."""
    name = item.systems[0]
    is_check = name == CHECK
    summaries = study.get_articles()[item.article].summaries
    text = write_check(study.design, item.expected) if is_check else summaries[name]
    return sum(bool(word) for word in split_words(text)[::2])


_PARSERS = {
    "pairwise": _parse_pairwise,
    "best_worst": _parse_best_worst,
    "spans": _parse_spans,
}


def is_attentive(study: Study, response: Response) -> bool:
    """Whether the answer to a check is the right one."""
    value, expected = response.value, response.item.expected
    if study.design == "likert":
        return bool(value == expected)
    if study.design == "pairwise":
        return bool(value["choice"] == expected)
    if study.design == "best_worst":
        return bool(value["worst"] == expected["worst"])
    if study.design == "spans":
        return bool(value["spans"] == expected)
    return set(value.values()) == {expected}
