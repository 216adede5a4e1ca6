"""A loss in a group of articles that the mean over all hides is named, and judged by nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from scipy.stats import ttest_1samp

import summbench
from summbench.gate.records import GateReport
from tests.commands import CLONE

_ROWS = [
    json.loads(line)
    for line in (CLONE / "data/newsdesk/articles.jsonl").read_text("utf-8").splitlines()
]
_DESK = "courts"


def _evaluate(
    folder: Path, spoilt: Mapping[str, str], desks: Mapping[str, object] | None = None,
    n_examples: int | str = 200,
) -> summbench.Run:  # fmt: skip
    """The highlights as summaries, but for articles of whose desk another text is given."""
    rows = [
        {
            "id": row["id"],
            "document": row["document"],
            "references": [row["highlights"]],
            "group": (desks or {}).get(row["desk"], row["desk"]),
        }
        for row in _ROWS
    ]
    summaries = {
        row["document"]: spoilt.get(row["desk"], " ".join(row["highlights"].split()[:30]))
        for row in _ROWS
    }
    return summbench.evaluate(
        {"mine": lambda text: summaries[text]}, {"news": rows}, ["rouge"], limit=None,
        out=folder, store=folder.parent / "store", n_examples=n_examples,
        columns=["rouge.rouge1_f"], primary="rouge.rouge1_f",
    )  # fmt: skip


def test_one_desk_that_got_worse_is_named(tmp_path: Path) -> None:
    desks = sorted({row["desk"] for row in _ROWS})
    assert _DESK in desks
    before = _evaluate(tmp_path / "a", {})
    after = _evaluate(tmp_path / "b", {_DESK: "No word of it."})
    report = summbench.compare(before, after)
    assert report.verdict == "inconclusive"  # five articles of 50: nothing is proven for others
    [loss] = report.slice_losses
    assert (loss.column, loss.group, loss.n_groups) == ("group", _DESK, 10)
    scores = [
        {row["article_id"]: row["value"] for row in run.scores.to_pandas().to_dict("records")
         if row["metric"] == "rouge.rouge1_f"}
        for run in (before, after)
    ]  # fmt: skip
    differences = [
        scores[1][row["id"]] - scores[0][row["id"]] for row in _ROWS if row["desk"] == _DESK
    ]
    # scipy's one-sided t-test against the margin; the other nine groups have no difference, so
    # that Holm's factor of the smallest is 10
    expected = ttest_1samp(differences, -0.01, alternative="less").pvalue * 10
    assert loss.p_adjusted == pytest.approx(expected)
    assert loss.difference.mean == pytest.approx(sum(differences) / 5)
    [line] = [text for text in report.not_judged if text.startswith("The slices")]
    assert "only whole datasets are judged. Those that lost more" in line


def _compare(folder: Path, **options: object) -> GateReport:
    before = _evaluate(folder / "a", {}, **options)  # type: ignore[arg-type]
    return summbench.compare(before, _evaluate(folder / "b", {_DESK: "No."}, **options))  # type: ignore[arg-type]


def test_groups_of_a_part_of_the_articles_are_not_used(tmp_path: Path) -> None:
    """What is stored of a part are the articles on which systems differ most: no sample."""
    report = _compare(tmp_path, n_examples=20)
    assert report.slice_losses == []
    [line] = [text for text in report.not_judged if text.startswith("The slices")]
    assert "Losses by group of news can't be looked for" in line
    assert "n_examples=all" in line


def test_numbers_are_cut_into_the_thirds_that_the_leaderboard_has(tmp_path: Path) -> None:
    """50 articles in ten desks that are numbers from 0 to 9 stay ten; see core/grouping."""
    desks = {desk: n * 1.5 for n, desk in enumerate(sorted({row["desk"] for row in _ROWS}))}
    report = _compare(tmp_path, desks=desks)
    assert [loss.group for loss in report.slice_losses] == [str(desks[_DESK])]


def test_no_loss_is_named_where_the_row_regressed_anyway(tmp_path: Path) -> None:
    before = _evaluate(tmp_path / "a", {})
    spoilt = dict.fromkeys({row["desk"] for row in _ROWS}, "No.")
    report = summbench.compare(before, _evaluate(tmp_path / "b", spoilt))
    assert report.verdict == "regressed"
    assert report.slice_losses == []
