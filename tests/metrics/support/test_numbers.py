"""Numbers: what is read from a text, and what the article says to it; expectations by hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from summbench.core.resources import get_resource_path
from summbench.metrics.support.number_index import NumberIndex
from summbench.metrics.support.numeric import find_numbers
from summbench.metrics.support.patterns import (
    CLOCK,
    DATE,
    NUMBER,
    find_matches,
    find_starts,
    replace_special_letters,
)
from summbench.metrics.support.quantities import verify_number


def _read_text(text: str) -> list[tuple[str, str, str]]:
    """Text, value and unit of each number."""
    return [(n.span.text, f"{n.values[0].normalize():f}", n.unit) for n in find_numbers(text)]


def _verify(source: str, summary: str) -> tuple[str, str | None]:
    number = find_numbers(summary)[0]
    finding = verify_number(number, NumberIndex(find_numbers(source)))
    return finding.state, finding.nearest and finding.nearest.text


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2.94 billion crowns", "2940000000", "crown"),
        ("2.9bn", "2900000000", ""),
        ("\u00a314.60", "14.6", "pound"),
        ("$1,250", "1250", "dollar"),
        ("4.35 per cent", "4.35", "percent"),
        ("5%", "5", "percent"),
        ("3 percentage points", "3", "point"),
        ("three", "3", ""),
        ("twenty-one thousand three hundred and five", "21305", ""),
        ("two million", "2000000", ""),
        ("half a million", "500000", ""),
        ("two dozen", "24", ""),
        ("21st", "21", "ordinal"),
        ("ninth", "9", "ordinal"),
        ("19 days", "19", "day"),
        ("60 kilometres", "60", "kilometre"),
        ("134 parts per million", "134", "ppm"),
        ("2.13 million tonnes", "2130000", "tonne"),
        ("19 ,000", "19000", ""),  # as bad machine translation leaves it
        ("3 ,2 per cents", "3.2", "percent"),
        ("6 a.m.", "6", "time"),
        ("1.234.567", "1234567", ""),
        ("1,234.5", "1234.5", ""),
    ],
)
def test_a_number_is_read(text: str, value: str, unit: str) -> None:
    assert _read_text(f"It was {text} then") == [(text, value, unit)]


def test_what_is_no_number() -> None:
    assert _read_text("One of them flew an F-16 with COVID-19 from the G7, at two-thirds.") == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("one man left", ["one"]),
        ("no one left one of them to another one", []),
        ("his first goal, for the first time", ["first", "first"]),
        ("members first refused a third of it", []),
        ("a 62-page report of 16-year-olds", ["62", "16"]),
        ("It closes on 30 July. Then it rains.", ["30 July"]),
    ],
)
def test_what_counts(text: str, numbers: list[str]) -> None:
    assert [number.span.text for number in find_numbers(text)] == numbers


def test_a_score_is_two_numbers_and_a_range_shares_its_unit() -> None:
    assert [n.values for n in find_numbers("by 31-30")] == [(Decimal(31),), (Decimal(30),)]
    assert [n.unit for n in find_numbers("from 4.2 to 4.35 per cent")] == ["percent", "percent"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1 March", (1, 3, 0)),
        ("March 1, 2024", (1, 3, 2024)),
        ("Oct. 6", (6, 10, 0)),
        ("1st of May 2020", (1, 5, 2020)),
        ("February 1995", (0, 2, 1995)),
        ("2024-03-01", (1, 3, 2024)),
    ],
)
def test_a_date_is_read(text: str, date: tuple[int, int, int]) -> None:
    assert [(n.span.text, n.date) for n in find_numbers(f"It was {text} then.")] == [(text, date)]


@pytest.mark.parametrize(
    ("source", "summary", "state"),
    [
        ("2.94 billion crowns", "a 2.94bn budget", "exact"),
        ("2.94 billion crowns", "2.9bn", "rounded"),
        ("2.94 billion crowns", "about 3 million", "unsupported"),
        ("2.94 million", "about 3 million", "rounded"),
        ("2.94 billion", "2.94 million", "scale_error"),
        ("3 dead", "three", "exact"),
        ("1250 people", "1,250", "exact"),
        ("6.204 signs", "6,204", "exact"),  # a point may part thousands
        ("4.35 percent", "4.35 per cent", "exact"),
        ("4.35 percent", "4.35%", "exact"),
        ("5 people", "5 per cent", "unsupported"),
        ("5 per cent", "5 percentage points", "unsupported"),
        ("$40", "40 euros", "unsupported"),
        ("$40", "40 dollars", "exact"),
        ("1,340 times", "more than 1,000", "rounded"),
        ("1,340 times", "more than 2,000", "unsupported"),
        ("1,340 times", "under 1,500", "rounded"),
        ("1.45 metres", "1 metre", "rounded"),  # at the summary's precision
        ("500,000", "1 million", "rounded"),  # half of it apart, as far as precision goes
        ("490,000", "1 million", "unsupported"),
        ("0.1 kilograms", "1 kilogram", "scale_error"),
        ("in 2022", "in 2023", "unsupported"),  # no year is rounded
        ("the 21st", "the 22nd", "unsupported"),
        ("on March 1, 2024", "on 1 March", "exact"),
        ("on 1 March", "on March 1, 2024", "exact"),
        ("on March 1, 2024", "on 2 March", "unsupported"),
        ("on March 1, 2024", "in 2024", "exact"),
        ("at 9:40 p.m.", "at 21:40", "exact"),
        ("19 days", "19 weeks", "unsupported"),
        ("19 days", "a 19-day strike", "exact"),
        ("the ninth", "nine", "unsupported"),
        ("30 million", "30 of the 96 million", "exact"),  # whose millions may be meant
        ("", "7", "unsupported"),
    ],
)
def test_the_states_of_a_number(source: str, summary: str, state: str) -> None:
    assert _verify(source, summary)[0] == state


def test_an_invented_number_comes_with_the_nearest_of_its_kind() -> None:
    assert _verify("40 of 90, or 44 percent", "60 percent") == ("unsupported", "44 percent")
    assert _verify("12 came, 80 went", "70") == ("unsupported", "80")


@pytest.mark.parametrize("pattern", [CLOCK, DATE, NUMBER])
def test_what_is_tried_only_where_it_may_begin_is_found_as_everywhere(
    pattern: re.Pattern[str],
) -> None:
    articles = (get_resource_path("data") / "newsdesk" / "articles.jsonl").read_text(
        encoding="utf-8"
    )
    texts = [json.loads(line)["document"] for line in articles.splitlines()]
    texts += [
        "few dozen, half a dozen, half a million, a Million, AN hundred, A-19, covid-19, x5, _5",
        "US$5 5us$3 $ 4 \u20ac3m 1,200.50 12:30 5 P.M. 2nd May, Sept. 3, 2020 2020-05-06",
        "\u017feven fo\u0131r SIX T\u0130N \u0130 9 \u0663\u0664 5 \u212am",  # long s, Turkish i
    ]
    for text in map(replace_special_letters, texts):
        matches_at_starts = find_matches(pattern, text, find_starts(text), 0, len(text))
        assert [m.span() for m in matches_at_starts] == [m.span() for m in pattern.finditer(text)]


def test_letters_that_case_makes_i_or_s_are_read_and_kept_as_they_stand() -> None:
    text = (
        "the \u017fecond, the f\u0131r\u017ft, \u017fix m\u0131les, 5 b\u0131ll\u0131on, "
        "3 \u0130nches, 4 Apr\u0131l"
    )
    pairs = [(n.span.text, text[n.span.start : n.span.end]) for n in find_numbers(text)]
    assert [written for written, _ in pairs] == [in_text for _, in_text in pairs]
    values = [[int(value) for value in number.values] for number in find_numbers(text)]
    assert values == [[2], [1], [6], [5_000_000_000], [3], []]
    assert find_numbers(text)[-1].date == (4, 4, 0)
