"""Detectable effects against the table of the design document and the textbook's z."""

import numpy as np
import pytest
from numpy.typing import NDArray

from summbench.stats.power import (
    minimum_detectable_effect,
    power_at,
    sample_size,
    simulate_power,
)
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]

# The median sd of a paired ROUGE difference on CNN/DailyMail systems; the table rounds it to 9.5.
_SD = 9.57


@pytest.mark.parametrize(
    ("n", "expected"),
    [(20, 6.0), (50, 3.8), (100, 2.7), (250, 1.7), (500, 1.2), (1_000, 0.85), (11_490, 0.25)],
)
def test_the_effect_that_n_articles_show(n: int, expected: float) -> None:
    digits = 2 if expected < 1 else 1
    assert round(minimum_detectable_effect(_SD, n), digits) == expected


def test_the_textbooks_z() -> None:
    # 1.960 + .842 two-sided at .05 with power .8; 2.576 + 1.282 at .01 with .9.
    assert minimum_detectable_effect(1, 1) == pytest.approx(2.802, abs=1e-3)
    assert minimum_detectable_effect(2, 4, 0.01, 0.9) == pytest.approx(3.858, abs=1e-3)


def test_articles_by_hand() -> None:
    # (2.8016 x 9.57)^2 = 718.8, and four times that for half the effect.
    assert sample_size(_SD, 1) == 719
    assert sample_size(_SD, -1) == 719
    assert sample_size(_SD, 0.5) == 2_876
    assert sample_size(1e-9, 1) == 1


def test_the_power_at_the_articles_needed_is_the_power_asked_for() -> None:
    assert power_at(_SD, 719, 1) == pytest.approx(0.8, abs=1e-3)
    # 1 / 9.57 x sqrt(100) is 1.045; less 1.960 that is -.915, and the normal table has .180 there.
    assert power_at(_SD, 100, -1) == pytest.approx(0.180, abs=1e-3)


def test_a_one_sided_gate_needs_fewer() -> None:
    # The document's 566 for a margin of one point: (1.645 + .842)^2 x 9.57^2 = 566.2.
    assert sample_size(_SD, 1, alpha=0.10) == 567


def test_needed_and_detectable_are_each_others_inverse() -> None:
    n = sample_size(3, 0.4, 0.01, 0.9)
    assert minimum_detectable_effect(3, n, 0.01, 0.9) <= 0.4
    assert minimum_detectable_effect(3, n - 1, 0.01, 0.9) > 0.4


def test_no_number_of_articles_shows_nothing() -> None:
    with pytest.raises(ValueError, match="effect of 0"):
        sample_size(1, 0)


def test_the_simulated_power_is_that_of_the_formula() -> None:
    # 80 % of 1,000, +- 4 binomial standard errors of 1.3 %, for normal differences.
    observed = np.random.default_rng(0).normal(5, 2, size=5_000)
    effect = minimum_detectable_effect(float(observed.std()), 100)
    assert simulate_power(observed, effect, 100, sign_flip) == pytest.approx(0.8, abs=0.05)


def test_without_an_effect_the_power_is_alpha() -> None:
    # 5 % of 1,000, +- 4 binomial standard errors of .7 %, whatever the observed mean.
    observed = np.random.default_rng(0).normal(5, 2, size=5_000)
    assert simulate_power(observed, 0, 50, sign_flip) == pytest.approx(0.05, abs=0.028)


def test_the_test_is_given_what_was_resampled() -> None:
    # Observed 1 and 3 about their mean, moved by 10: every draw is 9 or 11.
    values: list[float] = []

    def test(drawn: Floats) -> Floats:
        values.extend(np.unique(drawn).tolist())
        assert drawn.shape == (7, 4)
        return np.array([0.04, 0.06, 0.05, 0.5])

    assert simulate_power(np.array([1.0, 3.0]), 10, 7, test, repetitions=4) == 0.5
    assert values == [9, 11]


def test_p_equal_to_alpha_is_a_detection() -> None:
    def get_p(drawn: Floats) -> Floats:
        return np.where(np.arange(drawn.shape[1]) % 2 == 0, 0.05, 0.0500001)

    assert simulate_power(np.array([1.0, 3.0]), 1, 5, get_p, repetitions=10) == 0.5
