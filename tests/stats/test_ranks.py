"""Rank intervals, clusters and letters, worked by hand and from their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from summbench.stats.ranks import assign_clusters, assign_letters, rank_intervals

Matrix = NDArray[np.bool_]


def _better(count: int, *pairs: tuple[int, int]) -> Matrix:
    matrix = np.zeros((count, count), dtype=bool)
    for winner, loser in pairs:
        matrix[winner, loser] = True
    return matrix


@st.composite
def _matrices(draw: st.DrawFn) -> Matrix:
    """Any pairs of up to nine systems, the one of the lower number significantly better."""
    count = draw(st.integers(1, 9))
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    chosen = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return _better(count, *chosen)


# 0 beats 2, 3 and 4; 1 beats 4.
_FIVE = _better(5, (0, 2), (0, 3), (0, 4), (1, 4))


def test_rank_intervals_by_hand() -> None:
    # The last has two above it for certain; the second only one below.
    assert rank_intervals(_FIVE) == [(1, 2), (1, 4), (2, 5), (2, 5), (3, 5)]


def test_without_a_difference_every_rank_is_possible() -> None:
    assert rank_intervals(_better(3)) == [(1, 3)] * 3


def test_letters_of_five_systems_by_hand() -> None:
    # 01234; 0-2: 0134, 1234; 0-3: 014, 1234 (034 lies in neither, 0-3 halves 0134 to 014 and 134,
    # which 1234 absorbs); 0-4: 01, 1234 (14 is absorbed); 1-4: 01, 123, 234.
    assert assign_letters(range(5), _FIVE) == ["a", "ab", "bc", "bc", "c"]


def test_letters_of_differences_across_the_order_by_hand() -> None:
    # Only 0-2 and 1-3 differ. 0-2: 0134, 1234; 1-3: 014, 034, 124, 234. None holds another.
    assert assign_letters(range(5), _better(5, (0, 2), (1, 3))) == ["ab", "ac", "cd", "bd", "abcd"]


def test_letters_follow_the_order_given() -> None:
    # The same as above with the names turned round: 4 is now the best.
    turned = _FIVE[::-1, ::-1]
    assert assign_letters([4, 3, 2, 1, 0], turned) == ["a", "ab", "bc", "bc", "c"]


def test_after_z_come_capitals_and_beyond_52_there_are_none() -> None:
    all_differ = np.triu(np.ones((53, 53), dtype=bool), 1)
    groups = assign_letters(range(52), all_differ[:52, :52])
    assert (groups[0], groups[25:28], groups[51]) == ("a", ["z", "A", "B"], "Z")
    assert assign_letters(range(53), all_differ) == [""] * 53


def test_letters_of_hundreds_of_systems_end_where_their_sets_are_millions() -> None:
    # Pairs of two that differ, and nothing else: 2^150 largest sets.
    better = np.zeros((300, 300), dtype=bool)
    better[range(0, 300, 2), range(1, 300, 2)] = True
    assert assign_letters(range(300), better) == [""] * 300


@given(_matrices())
@settings(deadline=None)
def test_two_systems_share_a_letter_if_and_only_if_they_do_not_differ(better: Matrix) -> None:
    groups = assign_letters(range(len(better)), better)
    for i, letters in enumerate(groups):
        for j, other in enumerate(groups):
            assert bool(set(letters) & set(other)) == (not (better[i, j] or better[j, i]))


@given(_matrices())
@settings(deadline=None)
def test_no_letters_systems_are_all_among_anothers(better: Matrix) -> None:
    groups = assign_letters(range(len(better)), better)
    sets = [{i for i, s in enumerate(groups) if letter in s} for letter in set("".join(groups))]
    assert not any(a <= b for a in sets for b in sets if a is not b)


def test_clusters_by_hand() -> None:
    # 0 and 1 beat 2, 3 and 4; 2 beats 4 but 3 does not: no line between 3 and 4.
    pairs = [(i, j) for i in (0, 1) for j in (2, 3, 4)]
    assert assign_clusters(range(5), _better(5, *pairs, (2, 4))) == [1, 1, 2, 2, 2]
    assert assign_clusters(range(5), _better(5, *pairs, (2, 4), (3, 4))) == [1, 1, 2, 2, 3]


def test_clusters_follow_the_order_given() -> None:
    assert assign_clusters([2, 0, 1], _better(3, (2, 0), (2, 1))) == [1, 2, 2]


def test_one_pair_that_does_not_differ_closes_the_line() -> None:
    assert assign_clusters(range(5), _FIVE) == [1] * 5


@given(_matrices())
@settings(deadline=None)
def test_systems_of_different_clusters_share_no_letter(better: Matrix) -> None:
    order = range(len(better))
    rows = list(zip(assign_clusters(order, better), assign_letters(order, better), strict=True))
    assert all(not set(a) & set(b) for i, a in rows for j, b in rows if i != j)


def test_a_table_of_no_systems_is_empty() -> None:
    none = np.zeros((0, 0), dtype=bool)
    assert (rank_intervals(none), assign_clusters([], none), assign_letters([], none)) == (
        [],
        [],
        [],
    )


def test_an_impossible_matrix_or_order_is_refused() -> None:
    with pytest.raises(ValueError, match="each better than the other"):
        rank_intervals(_better(2, (0, 1), (1, 0)))
    with pytest.raises(ValueError, match="name each of 2 systems once"):
        assign_letters([0, 0], _better(2))
