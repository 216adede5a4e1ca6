"""Strengths from choices: what is planted is found again, and what can't be said is a sentence."""

from __future__ import annotations

from math import isinf, isnan, log

import numpy as np
import pytest

from summbench.people.choices import Choice
from summbench.people.collection_text import format_preferences
from summbench.people.preferences import estimate_preferences
from tests.simulation.people import build_choices, draw_choices


def _repeat(rows: list[tuple[str, str, int]], articles: int = 10) -> list[Choice]:
    return [Choice(f"a{k}", "r", *row) for k in range(articles) for row in rows]


def test_what_was_planted_is_found() -> None:
    # tests/simulation/people.py plants .6, .2, -.2, -.6 and .2 for the first shown.
    choices = build_choices(*draw_choices(200, 3, 0.0, np.random.default_rng(1)))
    result = estimate_preferences(choices)
    assert [row.system for row in result.systems] == ["a", "b", "c", "d"]
    for row, planted in zip(result.systems, (0.6, 0.2, -0.2, -0.6), strict=True):
        assert row.strength.low <= planted <= row.strength.high
    assert result.position.low <= 0.2 <= result.position.high
    assert [(row.rank_low, row.rank_high) for row in result.systems] == [
        (1, 1), (2, 2), (3, 3), (4, 4)
    ]  # fmt: skip
    assert (result.choices, result.articles, result.triples, result.cycles) == (3_600, 200, 4, 0)
    assert not result.problems


def test_shares_and_strengths_of_two_by_hand() -> None:
    # 6 of 10 against 3 and a tie, in both orders alike: preferred .65, strength log(2) / 2.
    rows = [("x", "y", 1)] * 6 + [("x", "y", -1)] * 3 + [("x", "y", 0)]
    rows += [("y", "x", -outcome) for _, _, outcome in rows]
    result = estimate_preferences(_repeat(rows))
    best = result.systems[0]
    assert (best.system, best.choices, result.ties) == ("x", 200, 20)
    assert best.preferred == pytest.approx(0.65)
    assert best.strength.mean == pytest.approx(log(2) / 2, abs=1e-6)
    assert result.position.mean == pytest.approx(0, abs=1e-6)


def test_the_length_of_a_summary_that_sways_is_taken_out() -> None:
    # Choices go by length alone: strengths without it are equal.
    rng = np.random.default_rng(4)
    choices = []
    for k in range(400):
        ratio = rng.normal(0.5, 1.0)  # x is longer
        outcome = 1 if rng.random() < 1 / (1 + np.exp(-2 * ratio)) else -1
        first = Choice(f"{k}", "r", "x", "y", outcome, ratio)
        second = Choice(f"{k}", "r", "y", "x", -outcome, -ratio)
        choices.append(first if k % 2 else second)
    result = estimate_preferences(choices, 200)
    assert result.systems[0].strength.low > 0.1
    assert result.length.low <= 2 <= result.length.high
    assert abs(result.length_adjusted["x"]) < 0.2


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("x", "y", 0), ("y", "x", 0)], "All choices are ties"),
        ([("x", "y", 1), ("u", "v", 1)], "groups that were never compared"),
        ([("x", "y", 1), ("y", "z", 1), ("z", "y", 1)], "x was never beaten"),
        ([("x", "y", 1), ("y", "x", 1), ("x", "z", 1)], "z never won"),
        ([("x", "y", 1), ("y", "x", 1)], "for the summary that is shown first"),
        ([("x", "y", -1), ("y", "x", -1), ("x", "y", 0)], "that is shown second"),
        ([("x", "y", 1), ("y", "x", 1), ("u", "v", 1), ("v", "u", 1), ("x", "u", 1)], "A group"),
    ],
)
def test_what_has_no_strength_is_answered_in_a_sentence(
    rows: list[tuple[str, str, int]], sentence: str
) -> None:
    result = estimate_preferences(_repeat(rows), 50)
    assert sentence in result.problems[0]
    assert all(isnan(row.strength.mean) for row in result.systems)
    assert all((row.rank_low, row.rank_high) == (1, len(result.systems)) for row in result.systems)


def test_one_article_has_strengths_and_no_interval() -> None:
    rows = [("x", "y", 1), ("y", "x", 1), ("x", "y", -1), ("x", "y", 1)]
    result = estimate_preferences(_repeat(rows, 1), 50)
    assert "one article" in result.problems[0]
    assert isnan(result.systems[0].strength.low)
    assert not isnan(result.systems[0].strength.mean)


def test_a_system_beaten_on_one_article_has_an_open_interval() -> None:
    lost = Choice("last", "r", "x", "y", -1)
    result = estimate_preferences([*_repeat([("x", "y", 1), ("y", "x", -1)]), lost], 200)
    assert not result.problems
    assert isinf(result.systems[0].strength.high)


def test_choices_of_one_place_have_no_interval_and_no_zero_below_zero() -> None:
    result = estimate_preferences(_repeat([("x", "y", 1), ("y", "x", 1)]), 50)
    text = " ".join(format_preferences(result))
    assert "-0.00" not in text
    assert "[" not in text
    assert all(isnan(value) for value in (result.position.mean, result.length.mean))


def test_flips_and_cycles_are_counted() -> None:
    rows = [("x", "y", 1), ("y", "x", 1), ("y", "z", 1), ("z", "y", -1), ("z", "x", 1)]
    rows += [("y", "x", -1)]
    result = estimate_preferences(_repeat(rows, 4), 50)
    # Of each article x-y flips and y-z does not; the second y-x is another pair's first half.
    assert (result.flips, result.repeated_pairs) == (4, 8)
    assert (result.cycles, result.triples) == (1, 1)
