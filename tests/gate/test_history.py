"""Versions against the release: verdicts, spent levels, folding; expected values are by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import msgspec
import pytest

from summbench.core.errors import SummbenchError
from summbench.gate.history.history import build_history
from summbench.gate.history.line import HistoryLine
from tests.histories import R2, build_line, list_articles

_OLD = [0.5] * 10
_NINE_DOWN = [0.4] * 9 + [0.6]
"""Of 2 ** 10 flips 2 (1 + 10) have at most one article up or down: p = 22 / 1024."""
_P = 22 / 1024
_ALL_DOWN = [0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39]
"""p = 2 / 1024 = .00195: below 1/40, 1/120, 1/240 and 1/400, above 1/600."""


def test_the_first_comparison_has_the_level_of_a_fortieth() -> None:
    report = build_history([build_line(1, _OLD), build_line(2, _NINE_DOWN)])
    point = report.rows[0].points[0]
    assert [point.p, point.p_adjusted] == pytest.approx([_P, _P])
    assert point.difference == pytest.approx(-0.08)
    assert (report.versions[0].comparison, report.versions[0].level) == (1, 0.025)
    assert point.is_significant
    assert (report.verdict, report.rows[0].since) == ("regressed", report.versions[0].label)
    assert report.rows[0].release_score == 0.5


def test_the_second_comparison_needs_a_smaller_p() -> None:
    up = [0.5] * 9 + [0.501]
    report = build_history([build_line(1, _OLD), build_line(2, up), build_line(3, _NINE_DOWN)])
    assert report.versions[1].level == pytest.approx(0.05 / 6)
    assert not report.rows[0].points[1].is_significant
    assert report.alpha_spent == pytest.approx(0.05 * 2 / 3)


def test_an_alarm_stands_while_the_band_is_below_zero() -> None:
    """The fifth comparison's level, 1/600, is below its p; the first one's alarm still holds."""
    lines = [build_line(1, _OLD)]
    lines += [build_line(2 + k, [v + 0.001 * k for v in _ALL_DOWN]) for k in range(5)]
    report = build_history(lines)
    row = report.rows[0]
    assert [p.is_significant for p in row.points] == [True, True, True, True, False]
    assert all(p.is_lower for p in row.points)
    assert (row.verdict, row.since) == ("regressed", report.versions[0].label)
    assert row.alarm == report.versions[0].label


def test_a_band_below_zero_without_an_alarm_is_inconclusive() -> None:
    small = [[0.5] * 9 + [0.5 + 0.001 * k] for k in range(1, 5)]
    lines = [build_line(1, _OLD), *(build_line(2 + i, s) for i, s in enumerate(small))]
    report = build_history([*lines, build_line(9, _ALL_DOWN)])
    newest = report.rows[0].points[-1]
    assert newest.is_lower
    assert not newest.is_significant
    assert report.verdict == "inconclusive"


def test_a_loss_that_was_mended_is_not_regressed() -> None:
    lines = [build_line(1, _OLD), build_line(2, _ALL_DOWN), build_line(3, _OLD)]
    report = build_history(lines)
    assert (report.verdict, report.rows[0].since) == ("pass", None)
    assert [p.is_lower for p in report.rows[0].points] == [True, False]


def test_the_same_scores_are_the_same_evidence() -> None:
    """Neither the release's scores nor those of an earlier version spend anything."""
    lines = [
        build_line(1, _OLD), build_line(2, _OLD), build_line(3, _ALL_DOWN), build_line(4, _ALL_DOWN)
    ]  # fmt: skip
    report = build_history(lines)
    assert [v.comparison for v in report.versions] == [None, 1, 1]
    assert report.versions[2].same_scores_as == report.versions[1].label
    assert report.alpha_spent == pytest.approx(0.025)
    assert report.rows[0].points[1] == report.rows[0].points[2]


def test_comparisons_are_counted_in_the_order_of_their_runs() -> None:
    """A commit between two others that is run later does not change what those were told."""
    lines = [build_line(1, _OLD), build_line(4, _ALL_DOWN)]
    before = build_history(lines).rows[0].points[0]
    report = build_history([*lines, build_line(2, _NINE_DOWN, ran=9)])
    assert [v.date for v in report.versions] == ["2026-11-02", "2026-11-04"]
    assert [v.comparison for v in report.versions] == [2, 1]
    assert report.rows[0].points[1].p_adjusted == before.p_adjusted
    assert report.newest == 1


def test_runs_of_one_commit_count_once_and_the_first_of_them() -> None:
    again = build_line(2, _NINE_DOWN, ran=8)
    report = build_history([build_line(1, _OLD), build_line(2, _ALL_DOWN), again])
    assert len(report.versions) == 1
    assert report.rows[0].points[0].difference == pytest.approx(-0.155)
    label = report.versions[0].label
    assert report.notes[0].endswith(f"count once: {label} (2 runs).")
    assert f"{label} was run 2 times with different scores" in report.notes[1]
    assert "textrank by up to 0.21" in report.notes[1]


def test_a_run_that_is_given_twice_changes_nothing() -> None:
    lines = [build_line(1, _OLD), build_line(2, _ALL_DOWN)]
    once, twice = build_history(lines), build_history([*lines, lines[1]])
    assert once.rows[0].points == twice.rows[0].points
    assert twice.versions[0].n_runs == 1


def test_a_dirty_tree_and_no_git_are_versions_of_their_own() -> None:
    lines = [
        build_line(1, _OLD),
        build_line(2, _ALL_DOWN),
        build_line(2, _NINE_DOWN, is_dirty=True, ran=3),
        build_line(4, _OLD, commit=None, name="mine"),
        build_line(5, _NINE_DOWN, commit=None, name="mine"),
    ]
    report = build_history(lines)
    clean, dirty, first, second = report.versions
    assert dirty.label == f"{clean.label}+"
    assert (first.label, second.label, first.branch) == ("mine", "mine (2)", None)
    assert [v.comparison for v in report.versions] == [1, 2, None, 2]


def test_other_articles_are_not_comparable() -> None:
    other = build_line(2, _OLD, articles=list_articles(10, "other"))
    report = build_history([build_line(1, _OLD), other])
    assert report.verdict == "not comparable"
    problem = report.rows[0].points[0].problem
    assert problem == "other articles than the release: 10 added and 10 gone"


def test_datasets_are_the_same_by_their_articles_whatever_their_names() -> None:
    report = build_history([build_line(1, _OLD), build_line(2, _ALL_DOWN, dataset="candidate")])
    assert report.verdict == "regressed"


def test_another_signature_a_missing_system_and_an_undefined_score_are_not_comparable() -> None:
    lines = [
        build_line(1, _OLD),
        build_line(2, _OLD, signature="rouge|v:2"),
        build_line(3, {"lexrank": _OLD}),
        build_line(4, [None, *_OLD[1:]]),
    ]
    report = build_history(lines)
    problems = [point.problem or "" for point in report.rows[0].points]
    assert problems[0].startswith("another signature: rouge#")
    assert problems[1:] == ["no such scores", "undefined on 1 of 10 articles"]
    assert report.not_judged == [f"Not at the release: {R2} of lexrank."]


def test_the_release_is_the_first_or_a_commit_and_what_is_before_is_left_out() -> None:
    lines = [build_line(1, _ALL_DOWN), build_line(2, _OLD), build_line(3, _NINE_DOWN)]
    commit = lines[1].project.commit if lines[1].project else ""
    report = build_history(lines, commit[:9])
    assert report.release.commit == commit
    assert len(report.versions) == 1
    assert report.notes == ["1 version before the release is left out."]
    assert build_history(lines, lines[1]).release.commit == commit
    with pytest.raises(SummbenchError, match="--release fff: no version is of this commit"):
        build_history(lines, "fff")


def test_several_commits_of_one_beginning_are_refused() -> None:
    lines = [build_line(1, _OLD, commit="ab" * 20), build_line(2, _OLD, commit="a" + "b" * 39)]
    with pytest.raises(SummbenchError, match="several versions are of this commit"):
        build_history(lines, "ab")


def test_the_verdict_is_on_the_branch_that_was_run_last() -> None:
    lines = [build_line(1, _OLD), build_line(2, _OLD), build_line(3, _ALL_DOWN, branch="feature")]
    report = build_history(lines)
    assert (report.branch, report.verdict) == ("feature", "regressed")
    main = build_history(lines, branch="main")
    assert (main.verdict, len(main.versions)) == ("pass", 1)
    with pytest.raises(SummbenchError, match=r"branch 'mian'\. Did you mean 'main'"):
        build_history(lines, branch="mian")


def test_holm_is_over_the_rows_of_a_version() -> None:
    """Two systems: the smaller p counts twice, as Holm has it."""
    lines = [
        build_line(1, {"a": _OLD, "b": _OLD}),
        build_line(2, {"a": _ALL_DOWN, "b": _NINE_DOWN}),
    ]
    adjusted = [row.points[0].p_adjusted for row in build_history(lines).rows]
    assert adjusted == pytest.approx([2 * 2 / 1024, _P])


def test_drift_is_the_mean_slope() -> None:
    """Down by .01 a version on each article, from the release on."""
    lines = [build_line(1 + k, [v - 0.01 * k for v in _OLD]) for k in range(4)]
    drift = build_history(lines).rows[0].drift
    assert (drift.mean, drift.low, drift.high) == pytest.approx((-0.01, -0.01, -0.01))


def test_few_articles_allow_no_statement() -> None:
    report = build_history([build_line(1, [0.5] * 4), build_line(2, [0.1] * 4)])
    point = report.rows[0].points[0]
    assert point.problem == "4 articles are too few for a statement"
    assert point.difference == pytest.approx(-0.4)
    assert report.verdict == "inconclusive"


def test_only_the_release_is_nothing_to_compare() -> None:
    report = build_history([build_line(1, _OLD)])
    assert (report.verdict, report.newest, report.alpha_spent) == ("pass", None, 0)
    with pytest.raises(SummbenchError, match="A history needs a run"):
        build_history([])


def test_a_metric_that_is_better_lower_is_turned() -> None:
    lines = [_turn(build_line(1, _OLD)), _turn(build_line(2, _ALL_DOWN))]
    report = build_history(lines)
    assert report.rows[0].points[0].difference == pytest.approx(0.155)
    assert report.verdict == "improved"


def _turn(line: HistoryLine) -> HistoryLine:
    metrics = {
        name: msgspec.structs.replace(info, direction="lower")
        for name, info in line.metrics.items()
    }
    return msgspec.structs.replace(line, metrics=metrics)


def test_only_the_metrics_that_are_named() -> None:
    lines = [build_line(1, _OLD), build_line(2, _ALL_DOWN)]
    with pytest.raises(SummbenchError, match=r"no metric 'rouge\.rouge2'\. Did you mean"):
        build_history(lines, metrics=["rouge.rouge2"])
    assert len(build_history(lines, metrics=[R2]).rows) == 1


def test_points_without_numbers_are_neither_lower_nor_higher() -> None:
    report = build_history([build_line(1, _OLD), build_line(2, [None] * 10)])
    point = report.rows[0].points[0]
    assert isnan(point.difference)
    assert not (point.is_lower or point.is_higher)
    assert not replace(point, low=0.0, high=0.0).is_lower
