"""Small runs of tests/simulation/, with bounds of four standard errors."""

import pytest

from summbench.people.study import Design
from tests.simulation.coverage import coverages, false_winners, populations, type_one_error
from tests.simulation.gate import MARGIN, approximate_power, population, verdicts
from tests.simulation.metaeval import coverage
from tests.simulation.people import cover_means, cover_powered, cover_strengths
from tests.simulation.studies import count_all

_POPULATIONS = populations(50_000)
_ROUGE_1, _ROUGE_2, _, _CEILING = _POPULATIONS.values()


@pytest.mark.parametrize("name", list(_POPULATIONS)[:2])
def test_the_test_finds_differences_that_are_none_one_time_in_twenty(name: str) -> None:
    # Binomial of 2,000 at .05: sd .005. Counting signs, the test of many papers, would give .113.
    error = type_one_error(_POPULATIONS[name], 50, 2_000)
    assert error == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(("n", "expected"), [(10, 0.944), (20, 0.950), (95, 0.949)])
def test_the_intervals_hold_the_mean(n: int, expected: float) -> None:
    # Nominal .95, of ROUGE-2 as RESULTS.md has it; binomial sd of 2,000 .005.
    *_, ours = coverages(_ROUGE_2, n, 2_000)
    assert ours == pytest.approx(expected, abs=0.02)


def test_at_the_ceiling_bca_holds_the_mean_more_often_than_student() -> None:
    # RESULTS.md, n = 50: .95 and .91.
    t, by_bca, _ = coverages(_CEILING, 50, 1_000)
    assert by_bca > t + 0.01


def test_equal_systems_rarely_have_a_winner() -> None:
    # At most .05 by Holm's theorem, and four binomial sd of 200; uncorrected it is about .6.
    assert false_winners(_ROUGE_2, 20, 200) <= 0.05 + 0.062


def test_the_gate_rarely_alarms_without_a_loss_and_finds_twice_the_margin() -> None:
    # Normal approximation, n = 250: .025 and .914 of 500, binomial sd .007 and .0125.
    pool = population()
    assert approximate_power(250, 0.0, 1.0) == pytest.approx(0.025, abs=0.001)
    assert verdicts(pool, 250, 0.0, 1.0, 500).get("regressed", 0.0) <= 0.05
    assert verdicts(pool, 250, 2 * MARGIN, 1.0, 500)["regressed"] == pytest.approx(0.914, abs=0.05)
    # A fifth of the outputs changed, n = 100: .009, and .957 with sd .0091.
    assert verdicts(pool, 100, 0.0, 0.2, 500).get("regressed", 0.0) <= 0.05
    assert verdicts(pool, 100, 2 * MARGIN, 0.2, 500)["regressed"] == pytest.approx(0.957, abs=0.037)


def test_566_articles_pass_what_lost_nothing_four_times_of_five() -> None:
    # The design: ((1.645 + .842) * 9.5 / 1) ** 2 = 558 at sd 9.5 points; improved counts as well.
    shares = verdicts(population(), 566, 0.0, 1.0, 500)
    assert shares["pass"] + shares["improved"] == pytest.approx(0.8, abs=0.072)


@pytest.mark.slow
def test_correlations_are_held_about_as_often_as_stated() -> None:
    # Nominal .95, sd of 150 shares .018; BOTH counts what is particular to a summary repeatedly.
    by_level, by_both = coverage(8, 50, 150, resamples=200)
    assert (by_level >= 0.90).all() and (by_level[[0, 2, 3, 4]] <= 0.99).all()
    assert (by_both[:4] >= by_level[:4]).all()


@pytest.mark.parametrize("sd", [0.0, 0.4])
def test_intervals_over_raters_and_articles_hold_the_mean(sd: float) -> None:
    # Nominal .95, at least; binomial sd of 1,000 .007.
    ours, *_, error = cover_means(3, 30, sd, 1_000, 50)
    assert ours >= 0.95 - 0.028
    assert error <= 0.05 + 0.028


def test_powered_means_hold_the_mean_and_shrink_as_theory_says() -> None:
    # 1 - sqrt(1 - r^2 N / (n + N)) of n = 50, N = 500, r = .8: .35.
    powered, alone, gain = cover_powered(50, 500, 0.8, 2_000)
    assert powered == pytest.approx(0.95, abs=0.02)
    assert alone == pytest.approx(0.95, abs=0.02)
    assert gain == pytest.approx(0.35, abs=0.02)


def test_strengths_from_choices_recover_what_was_planted() -> None:
    # Four strengths of 60 studies; they are dependent, so that the bound is that of 60.
    strengths, _, wrong = cover_strengths(30, 3, 0.8, 60, 200)
    assert strengths >= 0.95 - 0.11
    assert wrong <= 0.05 + 0.11


@pytest.mark.parametrize("design", ["likert", "pairwise"])
def test_whole_studies_find_what_is_planted_and_who_does_not_read(design: Design) -> None:
    # Files of answers, collected: RESULTS.md has .94 of 2,000; four binomial sd of 40 are .14.
    counts = count_all(design, 3, 40)
    for name in ("means", "differences", "alpha", "strengths"):
        assert counts[name] >= (0.95 - 0.14) * counts[f"of {name}"]
    assert counts["careless"] >= 37
    assert counts["accused"] <= 2
