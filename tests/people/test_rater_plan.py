"""What the plan promises is what the board's own test finds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from summbench.core.errors import SummbenchError
from summbench.people.rater_plan import plan_ratings
from summbench.people.rater_plan_text import render_rater_plan
from summbench.stats.crossed_power import CrossedDesign
from summbench.stats.two_way import estimate_crossed_means


def _simulate_power(
    sds: tuple[float, float, float], raters: int, articles: int, effect: float
) -> float:
    """How often the board's own test finds the effect, of 2,000 studies; sd .009 at a power of .8.

    The tables are drawn rating by rating, and the plan draws none.
    """
    rng = np.random.default_rng(6)
    shapes = ((1, articles, 2_000), (raters, 1, 2_000), (raters, articles, 2_000))
    table = effect + sum(sd * rng.normal(size=s) for sd, s in zip(sds, shapes, strict=True))
    return float((estimate_crossed_means(np.asarray(table)).p <= 0.05).mean())


@pytest.mark.parametrize(
    ("sds", "raters", "articles"),
    [
        ((0.05, 0, 1.02), 3, 10),  # the least effect of a formula was found in .98 of the cases
        ((0.05, 0, 1.02), 3, 30),
        ((0.05, 0, 1.02), 5, 15),
        ((0.6, 0.2, 0.8), 3, 10),  # ... and here in .71
        ((0.6, 0.2, 0.8), 3, 100),  # ... in .67
        ((0.6, 0.2, 0.9), 5, 30),
        ((0.3, 0.3, 0.9), 10, 20),
        ((0.6, 0, 0.9), 2, 20),
        ((0, 1, 0.1), 3, 10),
        ((1, 0, 0), 3, 30),
    ],
)
def test_the_boards_own_test_has_the_power(
    sds: tuple[float, float, float], raters: int, articles: int
) -> None:
    design = CrossedDesign(sds, raters, articles)
    effect = design.find_effect(0.8)
    assert _simulate_power(sds, raters, articles, effect) == pytest.approx(0.8, abs=0.03)
    assert design.compute_power(effect / 2) == pytest.approx(
        _simulate_power(sds, raters, articles, effect / 2), abs=0.035
    )


@pytest.mark.parametrize("sds", [(0.05, 0, 1.02), (0.6, 0.2, 0.8), (0.6, 0.1, 0.9)])
def test_the_printed_numbers_of_articles_have_the_power(sds: tuple[float, float, float]) -> None:
    for raters, articles, _ in plan_ratings(sds=sds).rows:
        if articles is not None:
            assert _simulate_power(sds, raters, articles, 0.5) > 0.77
            assert _simulate_power(sds, raters, max(2, articles // 2), 0.5) < 0.77


def test_more_raters_need_fewer_articles_and_where_raters_differ_no_number_is_enough() -> None:
    plan = plan_ratings(sds=[0.6, 0.1, 0.9])
    needed = [articles for _, articles, _ in plan.rows if articles is not None]
    assert needed == sorted(needed, reverse=True)
    assert plan_ratings(sds=[0.6, 0.6, 0.9]).rows[0][1] is None
    assert "Ask more raters" in render_rater_plan(plan_ratings(sds=[0.6, 0.6, 0.9]))


def test_a_pilot_gives_its_own_spread(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    article, rater = 0.6 * rng.normal(size=200), 0.5 * rng.normal(size=40)
    path = tmp_path / "rated.jsonl"
    rows = [
        {"id": str(i), "human": {
            "x": {"d": {f"r{k}": article[i] + rater[k] + 0.9 * rng.normal() for k in range(40)}},
            "y": {"d": {f"r{k}": 0.0 for k in range(40)}},
        }}
        for i in range(200)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    plan = plan_ratings(path)
    assert plan.pairs == 1
    assert (plan.article_sd, plan.rater_sd) == pytest.approx((0.6, 0.5), abs=0.1)
    assert plan.rest_sd == pytest.approx(0.9, abs=0.02)
    assert "By the median of 1 pairs" in render_rater_plan(plan)


def test_nonsense_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="either the ratings"):
        plan_ratings()
    with pytest.raises(SummbenchError, match="expected three from 0 to"):
        plan_ratings(sds=[1, -1, 0])
    with pytest.raises(SummbenchError, match="expected points above 0"):
        plan_ratings(sds=[1, 1, 1], effect=0)
    path = tmp_path / "one.jsonl"
    path.write_text('{"id": "1", "human": {"x": {"d": 3}}}', encoding="utf-8")
    with pytest.raises(SummbenchError, match="no two systems that two raters"):
        plan_ratings(path)
