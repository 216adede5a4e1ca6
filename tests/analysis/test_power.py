"""How many articles a difference needs: by hand, by simulation, and as the command says it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from summbench.analysis.power import (
    compute_differences,
    plan_articles,
    plan_sample_size,
    simulate_plan,
)
from summbench.core.errors import SummbenchError
from summbench.report.plan import render_plan
from tests.commands import jsonl, run


def test_articles_by_hand() -> None:
    # The design's sd of 9.57 points: (2.8016 x 9.57)^2 = 718.8 for one point.
    plan = plan_articles([0.0957], effect=0.01)
    assert (plan.articles, plan.high_articles) == (719, 719)
    shown = {n: (round(100 * mde, 1), round(power, 2)) for n, mde, _, power in plan.rows}
    # The design's table of detectable effects; at 100 articles the power is that of test_power.
    assert shown[50][0] == 3.8
    assert shown[100] == (2.7, 0.18)


def test_the_median_pair_and_the_one_that_nine_in_ten_do_not_exceed() -> None:
    plan = plan_articles([0.01 * i for i in range(1, 12)], effect=0.01)
    assert (plan.sd, plan.high_sd) == pytest.approx((0.06, 0.10))
    # (2.8016 x 6)^2 = 282.6 and (2.8016 x 10)^2 = 784.9.
    assert (plan.articles, plan.high_articles) == (283, 785)


def test_a_corrected_pair_needs_more_articles() -> None:
    # By R's qnorm for 10 pairs: (qnorm(1 - .0025) + qnorm(.8)) = 2.8070 + 0.8416 = 3.6486, so
    # (3.6486 x 5)^2 = 332.8 articles, and 3.6486 x 5 / sqrt(50) = 2.580 points on 50.
    plan = plan_articles([0.05] * 10, effect=0.01)
    assert plan.corrected_articles == 333
    [corrected] = [corrected for n, _, corrected, _ in plan.rows if n == 50]
    assert corrected == pytest.approx(0.02580, abs=1e-5)
    text = render_plan(plan)
    assert "Corrected for 10 pairs, as in the table of a run: 333 articles." in text
    assert "as one of 10 pairs" in text and "2.58 points" in text
    alone = plan_articles([0.05], effect=0.01)
    assert alone.corrected_articles == alone.articles
    assert "Corrected" not in render_plan(alone) and "pairs" not in render_plan(alone)


def test_equal_models_have_no_difference_and_undefined_scores_are_no_articles() -> None:
    a, nan = [0.1, 0.2, 0.3, 0.5], float("nan")
    differences = compute_differences({"a": a, "same": list(a), "b": [0.0, nan, 0.3, 0.1]})
    assert [d.tolist() for d in differences] == [pytest.approx([0.1, 0.0, 0.4])] * 2


def test_a_pair_that_differs_by_one_amount_everywhere_has_no_spread_but_rounding() -> None:
    # 0.1 - 0 and 0.3 - 0.2 differ in their last bits.
    scores = {"a": [0.1, 0.3, 0.5, 0.7], "b": [0.0, 0.2, 0.4, 0.6]}
    assert len({a - b for a, b in zip(*scores.values(), strict=True)}) > 1
    assert compute_differences(scores) == []


def test_a_spread_of_hundredths_of_a_point_is_not_printed_as_none() -> None:
    # 2.8016 x 0.00001 / sqrt(20), in points, is 0.00063 by hand.
    text = render_plan(plan_articles([1e-5], effect=1e-5))
    assert "difference of 0.001 points" in text and "0.00063 points" in text
    assert "0.00 points" not in text


def test_the_test_itself_has_the_power_that_the_normal_approximation_promises() -> None:
    d = np.random.default_rng(0).normal(0, 0.05, 500)
    plan = plan_articles([float(d.std(ddof=1))], effect=0.01)
    # Four standard errors of 400 repetitions at .8 are .08.
    assert simulate_plan([d], plan, repetitions=400) == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize(
    ("sds", "effect", "power", "message"),
    [([0.1], 0.0, 0.8, "effect=0.0"), ([0.1], 1.0, 0.8, "effect=1.0"),
     ([0.1], 0.01, 1.0, "power=1.0"), ([], 0.01, 0.8, "no spread"),
     ([0.0], 0.01, 0.8, "no spread"), ([-0.1], 0.01, 0.8, "sd=-0.1 is no standard deviation"),
     ([math.nan], 0.01, 0.8, "sd=nan is no"), ([math.inf], 0.01, 0.8, "sd=inf is no")],
)  # fmt: skip
def test_nonsense_is_answered_in_a_sentence(
    sds: list[float], effect: float, power: float, message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        plan_articles(sds, effect, power)


def test_the_spread_has_one_source() -> None:
    with pytest.raises(SummbenchError, match="Give a run or sd"):
        plan_sample_size()
    with pytest.raises(SummbenchError, match="not both"):
        plan_sample_size(Path("results/run"), sd=0.1)
    with pytest.raises(SummbenchError, match="simulate draws articles from a run"):
        plan_sample_size(sd=0.1, simulate=True)
    [plan] = plan_sample_size(sd=0.0957)
    assert (plan.articles, plan.dataset) == (719, None)


def test_a_spread_above_1_is_of_another_unit_than_shares() -> None:
    with pytest.raises(SummbenchError, match=r"deviation 13 is not of a share .*\(--effect\)"):
        plan_sample_size(sd=13)
    [plan] = plan_sample_size(sd=13, effect=4)
    # 7.848880 x 13^2 / 4^2 = 82.9 by hand.
    assert plan.articles == 83
    with pytest.raises(SummbenchError, match=r"effect=4 is not between 0 and 1"):
        plan_sample_size(sd=0.13, effect=4)


@pytest.mark.slow
def test_the_command_takes_a_run_or_a_spread(tmp_path: Path) -> None:
    rows = [
        {"id": str(i), "references": ["the dam held in the rain"],
         "systems": {"a": "the dam held" + " it rained" * (i % 3), "b": "rain fell" * (1 + i % 2)}}
        for i in range(12)
    ]  # fmt: skip
    run(tmp_path, "score", str(jsonl(tmp_path / "mine.jsonl", rows)))
    shown = run(tmp_path, "plan", "results/mine", "--effect", "0.1", "--simulate").stdout
    assert "rouge.rouge2_f on mine" in shown
    assert "By simulation with the sign-flip test itself" in shown
    with pytest.raises(SummbenchError, match=r"length.tokens.* metrics are: .*rouge\.rouge1_f"):
        plan_sample_size(tmp_path / "results" / "mine", metric="length.tokens")
