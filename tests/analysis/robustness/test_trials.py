"""Curves and worst trials, by hand, and their table."""

from __future__ import annotations

import csv
import io
from math import isnan, nan

import pytest

from summbench.analysis.robustness.trials import (
    Robustness,
    Trial,
    compute_curves,
    find_worst_trials,
)
from summbench.core.records import Estimate
from summbench.leaderboard.board import DatasetInfo
from summbench.report.robustness import render_robustness_csv, render_robustness_markdown


def _trial(
    severity: float,
    stability: float,
    loss: float,
    model: str = "m",
    operator: str = "ocr",
    keeps_meaning: bool = True,
) -> Trial:
    means = {"stability.rouge2": stability, "relative.q.f": loss}
    numbers = {name: Estimate(mean, nan, nan, 1, "none") for name, mean in means.items()}
    return Trial("d", model, operator, keeps_meaning, severity, 1, 1, 0, 0, numbers)


_TRIALS = [
    _trial(0.1, 0.8, 0.1),
    _trial(0.2, 0.4, 0.2),
    _trial(0.1, 0.7, 0.5, operator="byline"),
    _trial(0.2, 0.1, 0.9, operator="dropped_sentence", keeps_meaning=False),
]


def test_a_curve_begins_at_severity_0_and_its_area_is_its_mean_height() -> None:
    [ocr, byline, _] = compute_curves(_TRIALS, "stability.rouge2")
    assert (ocr.severities, ocr.values) == ((0, 0.1, 0.2), (1, 0.8, 0.4))
    # Two trapezia of width 0.1: 0.09 + 0.06, over 0.2.
    assert ocr.area == pytest.approx(0.75)
    assert byline.area == pytest.approx((1 + 0.7) / 2)
    assert compute_curves(_TRIALS, "relative.q.f")[0].values == (0, 0.1, 0.2)
    assert isnan(compute_curves([_trial(0.1, nan, 0)], "stability.rouge2")[0].area)


def test_the_worst_trial_keeps_the_meaning() -> None:
    [least] = find_worst_trials(_TRIALS, "stability.rouge2")
    assert (least.operator, least.severity, least.value) == ("ocr", 0.2, 0.4)
    [most] = find_worst_trials(_TRIALS, "relative.q.f")
    assert (most.operator, most.value) == ("byline", 0.5)


def test_names_are_escaped_and_the_two_kinds_of_operator_never_share_a_table() -> None:
    trials = [_trial(0.1, 0.5, 0.5, model="a|b", operator="x*y"), *_TRIALS]
    trials += [_trial(0.1, 0.5, 0.5, model="=cmd", operator="z", keeps_meaning=False)]
    info = {"d": DatasetInfo(1, "f" * 64)}
    table = Robustness("r", 0, ["q.f"], info, {"q.f": "q|v:1"}, ["some|one"], trials)
    text = render_robustness_markdown(table)
    assert "| x\\*y " in text and "| a\\|b" in text and "some\\|one" in text
    kept, changed = text.split("## Meaning changed, d: 1 article")
    assert "dropped" not in kept and "ocr" not in changed.split("\n\n-")[0]
    rows = list(csv.DictReader(io.StringIO(render_robustness_csv(table))))
    assert {row["model"] for row in rows} == {"a|b", "m", "'=cmd"}
    assert {(row["operator"], row["keeps_meaning"]) for row in rows if row["model"] == "m"} == {
        ("ocr", "True"), ("byline", "True"), ("dropped_sentence", "False"),
    }  # fmt: skip
