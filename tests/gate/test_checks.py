"""Margins and baselines are checked before anything is computed."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.gate.checks import check_margins, load_baseline, resolve_margins
from summbench.leaderboard.board import LeaderboardMetric
from tests.gates import PRIMARY, Run, load

_METRICS = {
    PRIMARY: LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}


@pytest.mark.parametrize("metric", ["length.tokens", "rouge.rouge9_f"])
def test_a_margin_needs_a_quality_metric(metric: str) -> None:
    with pytest.raises(SummbenchError, match=rf"'{metric}'.*Quality metrics here: {PRIMARY}"):
        check_margins({metric: 0.01}, _METRICS)


@pytest.mark.parametrize("margin", [0.0, -0.01, math.nan, math.inf])
def test_a_margin_is_a_fraction(margin: float) -> None:
    with pytest.raises(SummbenchError, match=r"one point is 0\.01"):
        check_margins({PRIMARY: margin}, _METRICS)


def test_a_margin_in_points_is_told_as_a_fraction_if_the_scores_are_known(tmp_path: Path) -> None:
    run = load(Run().write(tmp_path / "run"))
    with pytest.raises(SummbenchError, match=r"are 0 to 1; 2 points are 0\.02\."):
        resolve_margins(run, {PRIMARY: 2.0})
    with pytest.raises(SummbenchError, match=r"are 0 to 1; 2 points are 0\.02\."):
        check_margins({PRIMARY: 2.0}, _METRICS)


def test_a_metric_on_another_scale_has_its_margin_in_its_own_unit(tmp_path: Path) -> None:
    assert check_margins({PRIMARY: 2.0}, _METRICS, other_scales=[PRIMARY]) == {PRIMARY: 2.0}
    words = {"m": [40.0 + i % 5 for i in range(30)]}
    without = load(Run(scores=words).write(tmp_path / "without"))
    with pytest.raises(SummbenchError, match=r"takes it as margins\.rouge\.rouge2_f=0\.4, and its"):
        resolve_margins(without)
    with_margin = load(Run(scores=words, margins={PRIMARY: 2.0}).write(tmp_path / "with"))
    assert resolve_margins(with_margin) == {PRIMARY: 2.0}


def test_the_margins_of_the_baseline_count_and_overrides_come_on_top(tmp_path: Path) -> None:
    plain = load(Run().write(tmp_path / "run"))
    assert resolve_margins(plain) == {PRIMARY: 0.01}
    with_margin = load(Run(margins={PRIMARY: 0.03}).write(tmp_path / "with_margin"))
    assert resolve_margins(with_margin) == {PRIMARY: 0.03}
    assert resolve_margins(with_margin, {PRIMARY: 0.02}) == {PRIMARY: 0.02}


def test_a_baseline_is_read_unless_it_is_the_folder_that_the_run_writes_to(tmp_path: Path) -> None:
    folder = Run(margins={PRIMARY: 0.03}).write(tmp_path / "run")
    assert load_baseline(folder, tmp_path / "other").margins == {PRIMARY: 0.03}
    with pytest.raises(SummbenchError, match="is the folder that this run writes to"):
        load_baseline(folder, tmp_path / "x" / ".." / "run")
    wrong = Run(margins={"length.tokens": 0.03}).write(tmp_path / "wrong")
    with pytest.raises(SummbenchError, match="a diagnostic"):
        load_baseline(wrong, folder)
