"""How many articles decide an inconclusive row: checked against the bounds at that number."""

from __future__ import annotations

from math import sqrt

import pytest

from summbench.core.records import Estimate
from summbench.gate.needed_articles import count_needed_articles

_Z90 = 1.6448536269514722  # of a standard normal, 95 % below


def _estimate(mean: float, sd: float, n: int) -> Estimate:
    half = _Z90 * sd / sqrt(n)
    return Estimate(mean, mean - half, mean + half, n, "student-t")


@pytest.mark.parametrize("mean", [-0.0038, 0.0, 0.002, -0.0095])
def test_the_lower_bound_reaches_the_margin_at_that_number(mean: float) -> None:
    needed = count_needed_articles(_estimate(mean, 0.05, 30), 0.01, 5)
    assert _estimate(mean, 0.05, needed).low >= -0.01
    assert _estimate(mean, 0.05, needed - 1).low < -0.01


def test_a_loss_beyond_the_margin_becomes_significant_at_that_number() -> None:
    # One row: |mean| * sqrt(n) / sd >= 1.96, so n >= (1.96 * .05 / .012)^2 = 66.7.
    assert count_needed_articles(_estimate(-0.012, 0.05, 30), 0.01, 1) == 67
    # Five rows: z of .05 / 10 is 2.5758, and (2.5758 * .05 / .012)^2 is 115.2.
    assert count_needed_articles(_estimate(-0.012, 0.05, 30), 0.01, 5) == 116
