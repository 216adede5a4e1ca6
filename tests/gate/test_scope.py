"""What is judged, what is not and is listed, and what is known of chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Kind
from summbench.gate.records import GateReport
from summbench.gate.verdict import run_gate
from summbench.leaderboard.board import RepeatVariance
from summbench.leaderboard.slice_records import SliceEntry
from summbench.runs.records import Certificate
from summbench.runs.run import RunData
from tests.gates import COUNT, PRIMARY, SCORES, Run, load, moved

_RATED = Run({"m": [3.0 + score for score in SCORES]}, metric="rating.mean")


def _kinds(run: RunData, **kinds: Kind) -> RunData:
    vars(run)["leaderboard"] = replace(run.leaderboard, models=kinds)
    return run


def test_bounds_floors_and_baselines_are_context(tmp_path: Path) -> None:
    models = dict.fromkeys(("m", "lead3", "oracle", "random3"), SCORES)
    worse = {name: [s - 0.05 for s in SCORES] if name != "m" else SCORES for name in models}
    kinds: dict[str, Kind] = {
        "m": "system",
        "lead3": "floor",
        "oracle": "bound",
        "random3": "baseline",
    }
    before = _kinds(load(Run(models).write(tmp_path / "a")), **kinds)
    after = _kinds(load(Run(worse).write(tmp_path / "b")), **kinds)
    report = run_gate(before, after)
    assert [row.model for row in report.metric_verdicts] == ["m"]
    assert report.verdict == "pass"
    assert report.not_judged[0] == (
        "lead3 (floor), oracle (bound), random3 (baseline): bounds, floors and baselines are "
        "context, not products."
    )
    # what the candidate calls a system is one
    after = _kinds(load(Run(worse).write(tmp_path / "c")), **kinds | {"lead3": "system"})
    assert {row.model for row in run_gate(before, after).metric_verdicts} == {"m", "lead3"}


def test_without_any_system_all_models_are_judged(tmp_path: Path) -> None:
    before = _kinds(load(Run().write(tmp_path / "a")), m="floor")
    after = _kinds(load(moved(-0.05).write(tmp_path / "b")), m="floor")
    assert run_gate(before, after).verdict == "regressed"


def test_a_metric_on_another_scale_needs_a_margin_in_its_unit(tmp_path: Path) -> None:
    before = load(_RATED.write(tmp_path / "a"))
    lower = replace(_RATED, scores={"m": [value - 0.5 for value in _RATED.scores["m"]]})
    after = load(lower.write(tmp_path / "b"))
    with pytest.raises(SummbenchError, match=r"takes --margin rating\.mean=0\.03"):
        run_gate(before, after)
    [row] = run_gate(before, after, {"rating.mean": 0.2}).metric_verdicts
    assert (row.verdict, row.is_fraction) == ("regressed", False)
    assert run_gate(before, after, {"rating.mean": 2.0}).verdict == "pass"


def test_it_is_listed_beside_metrics_that_have_a_margin(tmp_path: Path) -> None:
    before = load(Run().write(tmp_path / "a"))
    other = replace(before.leaderboard.metrics[PRIMARY], signature="rating|v:1")
    metrics = {**before.leaderboard.metrics, "rating.mean": other}
    board = replace(before.leaderboard, metrics=metrics, display_metrics=[PRIMARY, "rating.mean"])
    ratings = {f"a{i}": 3.0 for i in range(COUNT)}
    vars(before).update(
        leaderboard=board,
        quality_scores={**before.quality_scores, ("news", "m", "rating.mean"): ratings},
    )
    report = run_gate(before, before)
    assert [row.metric for row in report.metric_verdicts] == [PRIMARY]
    assert report.not_judged[0].startswith(
        "rating.mean: its scores are not all between 0 and 1, so that one point means nothing."
    )


def _with(
    folder: Path, states: dict[str, str] | None = None, within: float | None = None
) -> RunData:
    run = load(Run().write(folder))
    if states is not None:
        certificate = Certificate(1, "2026-11-30", {"news": ["a0"]}, 0, {"m": states})
        run.metadata = msgspec.structs.replace(run.metadata, certificate=certificate)
    if within is not None:
        row = RepeatVariance("news", "m", PRIMARY, 3, 0, 0.001, within, 0.01)
        vars(run)["leaderboard"] = replace(run.leaderboard, repeats=[row])
    return run


@pytest.mark.parametrize(
    ("states", "within", "start"),
    [
        (None, None, "Not known to be deterministic: m."),
        ({"order": "exact", "batch": "exact"}, None, "Deterministic by repeats or"),
        ({"order": "exact", "batch": "broken"}, None, "Not deterministic by repeats or"),
        (None, 0.0, "Deterministic by repeats or"),
        (None, 0.002, "Not deterministic by repeats or"),
        ({"order": "exact"}, 0.002, "Not deterministic by repeats or"),  # greedy, then sampled
    ],
)  # fmt: skip
def test_deterministic_or_not_is_said(
    tmp_path: Path, states: dict[str, str] | None, within: float | None, start: str
) -> None:
    before = load(moved(0.05).write(tmp_path / "a"))
    [note] = run_gate(before, _with(tmp_path / "b", states, within)).notes
    assert note.startswith(start)
    assert run_gate(load(Run().write(tmp_path / "c")), _with(tmp_path / "d", states)).notes == []


def test_slices_are_listed(tmp_path: Path) -> None:
    run = load(Run().write(tmp_path / "a"))
    slices = [
        SliceEntry("news", "desk", f"d{i}", "m", Estimate(0.2, 0.1, 0.3, 6, "student-t"))
        for i in range(5)
    ]
    vars(run)["leaderboard"] = replace(run.leaderboard, slices=slices)
    assert run_gate(run, run).not_judged == [
        "The slices desk=d0, desk=d1, desk=d2, desk=d3 and 1 more: only whole datasets are judged. "
        "Losses by desk of news can't be looked for: the candidate does not have the groups of all "
        "articles (n_examples=all stores them)."
    ]


def test_an_alarm_needs_more_where_more_rows_changed(tmp_path: Path) -> None:
    """8 of 30 lost 20 points: p = 2 / 2^8 = .0078 alone, .094 among 12 rows (Holm)."""
    losing = [s - 0.2 * (i < 8) for i, s in enumerate(SCORES)]

    def judge(n_rows: int) -> GateReport:
        names = [f"m{i}" for i in range(n_rows)]
        jitter = [s + 0.001 * (-1) ** i for i, s in enumerate(SCORES)]
        before = Run(dict.fromkeys(names, SCORES)).write(tmp_path / f"a{n_rows}")
        after = Run({n: jitter for n in names} | {"m0": losing}).write(tmp_path / f"b{n_rows}")
        return run_gate(before, after)

    alone, many = judge(1), judge(12)
    assert alone.metric_verdicts[0].p_adjusted == pytest.approx(2 / 2**8)
    assert alone.verdict == "regressed"
    assert many.metric_verdicts[0].p_adjusted == pytest.approx(12 * 2 / 2**8)
    assert (many.verdict, many.n_tested) == ("inconclusive", 12)
