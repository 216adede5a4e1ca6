"""Bradley-Terry against choix, with ties and terms against statsmodels' conditional logit."""

from __future__ import annotations

import numpy as np
import pytest

from summbench.stats.bradley_terry import Choices, count_cycles, find_components, fit_choices

_WINS = np.array([[0, 9, 7, 8], [4, 0, 6, 9], [5, 3, 0, 7], [2, 3, 4, 0]])
_PAIRS = [(i, j) for i in range(4) for j in range(4) if i != j]
_OUTCOMES = (
    "11=11=11=2121==12122212211=2112=1222=11=1=2=22=1111=1=1==212111111=1=111==1=1121"
    "=22212=21=2222221111=212===2111211211=211111111===2111122=21==112==1112=22122=11"
    "11212=1=111212=1121===1=111121=22=11111122211=1==22212=211=11=2=212212=1112=1=12"
)


def _choose(rows: list[tuple[int, int, int]], terms: np.ndarray | None = None) -> Choices:
    first, second, outcome = np.array(rows).T
    return Choices(first, second, outcome, np.empty((len(rows), 0)) if terms is None else terms)


def test_without_ties_it_is_choix() -> None:
    # choix 0.4.1: opt_pairwise(4, data, alpha=0, method="Newton-CG", tol=1e-12)
    rows = [(i, j, 1) for i, j in _PAIRS for _ in range(_WINS[i, j])]
    fits = fit_choices(_choose(rows), 4, np.ones((1, len(rows))))
    expected = [0.6404487333982, 0.2105389732762, -0.0909175663138, -0.7600701403605]
    assert fits.strengths[0] == pytest.approx(expected, abs=1e-8)


def test_ties_position_and_length_are_statsmodels_conditional_logit() -> None:
    # statsmodels 0.15.0: ConditionalLogit of three rows a judgement (first, second, tie) with half
    # the contrast of the systems, half a one, half the length, and a one for the tie.
    lengths = _draw_lengths()
    rows = [(*_PAIRS[k % 12], {"1": 1, "2": -1, "=": 0}[o]) for k, o in enumerate(_OUTCOMES)]
    terms = np.stack([np.ones(len(rows)), lengths], axis=1)
    fits = fit_choices(_choose(rows, terms), 4, np.ones((1, len(rows))))
    expected = [0.7619831933067, 0.2066344160566, -0.3915524611344, -0.5770651482288]
    assert fits.strengths[0] == pytest.approx(expected, abs=1e-7)
    assert fits.terms[0] == pytest.approx([0.5851365724875, 0.3548279393222], abs=1e-7)
    assert fits.ties[0] == pytest.approx(-0.3222385107472, abs=1e-7)


def _draw_lengths() -> np.ndarray:
    """The log ratios of lengths that the reference values were computed with."""
    lengths = np.random.default_rng(5).normal(size=240).round(3)
    assert lengths[:3].tolist() == [-0.802, -1.324, -0.248]
    return lengths


def test_weights_are_repeated_judgements() -> None:
    rows = [(*_PAIRS[k % 12], {"1": 1, "2": -1, "=": 0}[o]) for k, o in enumerate(_OUTCOMES)]
    weights = np.random.default_rng(1).integers(0, 4, size=(3, len(rows)))
    terms = np.ones((len(rows), 1))
    together = fit_choices(_choose(rows, terms), 4, weights.astype(float))
    for b, counts in enumerate(weights.tolist()):
        repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
        choices = _choose(repeated, np.ones((len(repeated), 1)))
        alone = fit_choices(choices, 4, np.ones((1, len(repeated))))
        assert together.strengths[b] == pytest.approx(alone.strengths[0], abs=1e-7)
        assert together.terms[b] == pytest.approx(alone.terms[0], abs=1e-7)


def test_two_systems_by_hand() -> None:
    # 6 wins, 3 losses, 1 tie: odds of the first 2, so strengths are +- log(2) / 2; the odds of a
    # tie against the geometric mean of win and loss are 1 / sqrt(18).
    rows = [(0, 1, 1)] * 6 + [(1, 0, 1)] * 3 + [(0, 1, 0)]
    fits = fit_choices(_choose(rows), 2, np.ones((1, 10)))
    assert fits.strengths[0] == pytest.approx([np.log(2) / 2, -np.log(2) / 2], abs=1e-7)
    assert fits.ties[0] == pytest.approx(-np.log(18) / 2, abs=1e-7)


def test_an_unbeaten_system_is_a_group_of_its_own_and_unlike_groups_are_seen() -> None:
    beats = np.array([[0, 1, 1], [0, 0, 1], [0, 1, 0]], dtype=bool)
    assert [list(group) for group in find_components(beats)] == [[0], [1, 2]]
    assert len(find_components(np.ones((4, 4), dtype=bool))) == 1


def test_an_unbeaten_system_of_a_resample_becomes_large_and_nothing_breaks() -> None:
    rows = [(0, 1, 1)] * 5 + [(1, 2, 1), (2, 1, 1)]
    fits = fit_choices(_choose(rows), 3, np.ones((1, 7)))
    assert fits.strengths[0, 0] - fits.strengths[0, 1] > 10
    assert fits.strengths[0, 1] == pytest.approx(fits.strengths[0, 2], abs=1e-3)


def test_cycles_are_counted_by_majority() -> None:
    rock = np.array([[0.0, 3, 1], [1, 0, 3], [3, 1, 0]])
    assert count_cycles(rock) == (1, 1)
    assert count_cycles(np.array([[0.0, 3, 3], [1, 0, 3], [1, 1, 0]])) == (0, 1)
    assert count_cycles(np.array([[0.0, 2, 3], [2, 0, 3], [1, 1, 0]])) == (0, 0)
