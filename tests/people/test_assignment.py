"""Orders are balanced and differ between raters; the pages give nothing away."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from summbench.core.errors import SummbenchError
from summbench.people.assignment import (
    CHECK,
    MOST_PAIRS,
    build_williams_square,
    check_systems,
)
from summbench.people.page import render_rater_page, split_words
from summbench.people.study import Design
from tests.people.studies import SYSTEMS, make_study

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8])
def test_a_williams_square_balances_places_and_neighbours(size: int) -> None:
    square = build_williams_square(size)
    assert all(sorted(row) == list(range(size)) for row in square)
    for place in range(size):
        counts = Counter(row[place] for row in square)
        assert set(counts.values()) == {len(square) // size}
    neighbours = Counter(pair for row in square for pair in pairwise(row))
    assert set(neighbours.values()) == {len(square) // size}
    assert len(neighbours) == size * (size - 1)


@pytest.mark.parametrize("design", _DESIGNS)
def test_every_rater_gets_the_same_screens_in_another_order(design: Design) -> None:
    study = make_study(design, 8, 3, attention=2)
    screens = []
    for items in study.raters.values():
        own = [item for item in items if item.expected is None]
        assert len(items) - len(own) == 2
        assert items[0].expected is None
        screens.append([(item.article, item.systems) for item in own])
    contents = [Counter((a, frozenset(group)) for a, group in of_rater) for of_rater in screens]
    assert contents[0] == contents[1] == contents[2]
    assert screens[0] != screens[1] != screens[2]
    ids = [item.id for items in study.raters.values() for item in items]
    assert len(set(ids)) == len(ids)


def test_each_system_is_shown_as_often_at_each_place() -> None:
    study = make_study("likert", 8, 1, attention=0)
    places: Counter[tuple[str, int]] = Counter()
    for items in study.raters.values():
        for k, item in enumerate(items):
            places[item.systems[0], k % 4] += 1
    assert set(places.values()) == {2}
    study = make_study("pairwise", 8, 2, attention=0)
    firsts = Counter(item.systems for items in study.raters.values() for item in items)
    assert set(firsts.values()) == {8}  # every ordered pair as often
    study = make_study("best_worst", 4, 1, attention=0)
    first = Counter(item.systems[0] for item in study.raters["rater-1"])
    assert set(first.values()) == {1}


def test_of_many_pairs_some_are_judged_and_take_turns() -> None:
    systems = [f"s{i}" for i in range(8)]
    study = make_study("pairwise", 14, 1, systems=systems, attention=0)
    pairs = Counter(frozenset(item.systems) for item in study.raters["rater-1"])
    assert sum(pairs.values()) == 14 * MOST_PAIRS
    assert set(pairs.values()) == {3}
    assert len(pairs) == 28


def test_five_systems_make_two_sets_of_four() -> None:
    study = make_study("best_worst", 10, 1, systems=[*SYSTEMS, "eps"], attention=0)
    counts = Counter(name for item in study.raters["rater-1"] for name in item.systems)
    assert set(counts.values()) == {16}


@pytest.mark.parametrize("design", _DESIGNS)
def test_a_page_has_no_name_of_a_system_an_article_or_a_check(design: Design) -> None:
    study = make_study(design, 4, 2)
    for rater in study.raters:
        page = render_rater_page(study, rater)
        for word in (
            *SYSTEMS,
            "a00",
            "demo",
            "random",
            "expected",
            "seed",
            f'"{CHECK}"',
            "Orsk closes",
        ):
            assert word not in page.replace('"random"', ""), word
        other = next(name for name in study.raters if name != rater)
        assert other not in page


def test_the_same_seed_gives_the_same_study_and_another_another() -> None:
    assert make_study("likert").raters == make_study("likert").raters
    assert make_study("likert", seed=1).raters != make_study("likert").raters


def test_too_few_systems_are_refused() -> None:
    with pytest.raises(SummbenchError, match="pairwise needs 2 systems"):
        check_systems("pairwise", 1)
    with pytest.raises(SummbenchError, match="best_worst needs 3"):
        check_systems("best_worst", 2)


def test_words_and_what_is_between_them_make_up_the_text() -> None:
    for text in ("a b", " a\n\nb ", "", "\U0001f469 x\u00a0y"):
        assert "".join(split_words(text)) == text
