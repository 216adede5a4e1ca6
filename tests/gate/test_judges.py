"""A judge gates with a margin and at least 50 human labels, and is named where it does not."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.gate.baseline import write_baseline
from summbench.gate.checks import check_margins, resolve_margins
from summbench.gate.verdict import run_gate
from summbench.leaderboard.board import JudgeReliability, LeaderboardMetric
from summbench.runs.run import RunData
from tests.gates import COUNT, PRIMARY, SCORES, Run, load

_WINS = "judge.wins"


def _judge(n_labels: int, kappa: float = 0.5, brackets: int = 0) -> JudgeReliability:
    estimate = Estimate(kappa, 0.3, 0.7, n_labels, "percentile")
    return JudgeReliability(
        "news", _WINS, 60, 0, 0, brackets, 30, 0, 60, 30, 0, nan, n_labels, estimate, "none"
    )


def _write(
    folder: Path,
    judge: JudgeReliability,
    wins: float = 0.5,
    margins: dict[str, float] | None = None,
) -> RunData:
    """A run with a judge beside ROUGE; every article has another summary if `wins` differs."""
    scores = [score + (wins - 0.5) / 100 for score in SCORES]
    run = Run({"m": scores}, margins=margins or {}, judge=judge, judge_scores=[wins] * COUNT)
    return load(run.write(folder))


def test_a_judge_without_labels_is_named_and_does_not_count(tmp_path: Path) -> None:
    baseline = _write(tmp_path / "old", _judge(12))
    report = run_gate(baseline, _write(tmp_path / "new", _judge(0), wins=0.1))
    assert [verdict.metric for verdict in report.metric_verdicts] == [PRIMARY]
    assert list(report.not_judged) == [
        "judge.wins on news: a judge without calibration (12 human labels; 50 are needed)."
    ]


@pytest.mark.parametrize(
    ("judge", "reason"),
    [
        (_judge(0), "0 human labels; 50 are needed"),
        (_judge(1), "1 human label; 50 are needed"),
        (_judge(49), "49 human labels; 50 are needed"),
        (_judge(60, kappa=nan), "60 human labels; kappa is undefined"),
    ],
)
def test_a_margin_of_such_a_judge_is_refused(
    tmp_path: Path, judge: JudgeReliability, reason: str
) -> None:
    baseline = _write(tmp_path / "old", judge)
    with pytest.raises(SummbenchError) as error:
        run_gate(baseline, baseline, {_WINS: 0.05})
    assert f"a judge without calibration ({reason})" in str(error.value)


def test_with_labels_and_a_margin_it_gates_and_shows_its_kappa(tmp_path: Path) -> None:
    baseline = _write(tmp_path / "old", _judge(50), margins={_WINS: 0.05})
    report = run_gate(baseline, _write(tmp_path / "new", _judge(0), wins=0.3))
    assert {v.metric: v.verdict for v in report.metric_verdicts}[_WINS] == "regressed"
    assert report.notes[0] == (
        "judge.wins on news is a judge's: its kappa with 50 human labels is 0.50 [0.30, 0.70] in "
        "the baseline."
    )


def test_without_a_margin_of_its_own_it_does_not_gate(tmp_path: Path) -> None:
    baseline = _write(tmp_path / "old", _judge(50))
    assert resolve_margins(baseline) == {PRIMARY: 0.01}
    report = run_gate(baseline, _write(tmp_path / "new", _judge(50), wins=0.1))
    assert [verdict.metric for verdict in report.metric_verdicts] == [PRIMARY]
    assert report.not_judged == ["judge.wins on news: a judge, which is judged only with a margin."]
    primary = replace(baseline.leaderboard, primary=_WINS, display_metrics=[_WINS])
    vars(baseline)["leaderboard"] = primary
    with pytest.raises(SummbenchError, match=r"takes --margin judge\.wins=0\.01\."):
        resolve_margins(baseline)
    assert resolve_margins(baseline, {_WINS: 0.1}) == {_WINS: 0.1}


def test_a_baseline_keeps_what_the_gate_needs_of_a_judge(tmp_path: Path) -> None:
    run = _write(tmp_path / "run", _judge(50), margins={_WINS: 0.05})
    write_baseline(run, tmp_path / "baseline")
    baseline = load(tmp_path / "baseline")
    # as texts: since Python 3.13 records with a NaN are no longer equal
    assert repr(list(baseline.leaderboard.judges)) == repr([_judge(50)])
    report = run_gate(baseline, _write(tmp_path / "new", _judge(0), wins=0.9))
    assert {v.metric: v.verdict for v in report.metric_verdicts}[_WINS] == "improved"


def test_brackets_and_json_are_not_compared(tmp_path: Path) -> None:
    baseline = _write(tmp_path / "old", _judge(50), margins={_WINS: 0.05})
    report = run_gate(baseline, _write(tmp_path / "new", _judge(50, brackets=60)))
    [verdict] = [v for v in report.metric_verdicts if v.metric == _WINS]
    assert verdict.verdict == "not comparable"
    assert "asked for brackets in one of the two runs, and for JSON in the other" in verdict.reason


def test_a_margin_is_refused_before_anything_is_computed() -> None:
    metrics = {_WINS: LeaderboardMetric("higher", "diagnostic", "pairwise|v:2")}
    assert check_margins({_WINS: 0.05}, metrics, {_WINS: 50}) == {_WINS: 0.05}
    with pytest.raises(SummbenchError, match="49 human labels; 50 are needed"):
        check_margins({_WINS: 0.05}, metrics, {_WINS: 49})
    with pytest.raises(SummbenchError, match=r"are 0 to 1; 5 points are 0\.05"):
        check_margins({_WINS: 5.0}, metrics, {_WINS: 50})
