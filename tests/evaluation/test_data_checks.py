"""What a dataset lacks for a metric is said, and so are columns that look swapped."""

from __future__ import annotations

from pathlib import Path

import pytest

import summbench
from summbench.datasets.table import Table
from tests.cli.commands_in_process import call
from tests.commands import ROWS, jsonl

_LINES = "The dam held.\nBoats sank.\nBread is dear.\n"


def test_a_metric_that_lacks_the_articles_is_named_with_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "refs.txt"):
        Path(name).write_text(_LINES, "utf-8")
    files = ("score", "a.txt", "b.txt", "--references", "refs.txt")
    code, printed = call(capsys, *files, "metric=[rouge,support]")
    assert code == 0
    assert "refs: support is left out: it needs the articles; give --articles FILE." in printed
    assert "metric=[rouge,support]'" not in printed  # no hint that can't be followed
    Path("news.txt").write_text(_LINES, "utf-8")
    assert "left out" not in call(capsys, *files, "--articles", "news.txt")[1]


def test_a_dataset_without_references_says_which_columns_have_no_score() -> None:
    rows = [{"id": row["id"], "document": row["document"]} for row in ROWS]
    run = summbench.evaluate("lead1", {"news": rows}, ["rouge", "length"])
    notes = run.data.run_metadata.notes or []
    left_out = [note for note in notes if "left out" in note]
    assert left_out == [
        "news: rouge and length.ratio are left out: they need the references, and news has none."
    ]


def test_references_that_are_longer_than_the_articles_look_swapped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    swapped = [
        {"id": r["id"], "document": r["references"][0], "references": r["document"]} for r in ROWS
    ]
    summbench.evaluate("lead1", {"news": swapped}, "rouge")
    assert (
        "news: the references are longer than the articles on 3 of 3 rows: are the columns swapped?"
    ) in caplog.text
    caplog.clear()
    summbench.evaluate("lead1", {"news": [swapped[0], *ROWS[1:]]}, "rouge")
    assert "swapped" not in caplog.text


def test_missing_summaries_are_to_be_added_and_ones_own_summaries_are_no_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [row | {"prediction": "The dam held."} for row in ROWS]
    jsonl(Path("mine.jsonl"), [rows[0] | {"prediction": None}, *rows[1:]])
    _, printed = call(capsys, "score", "mine.jsonl", "metric=[rouge,chrf]")
    assert "Add the missing summaries, then run again." in printed
    assert "same command again" not in printed
    assert "score mine.jsonl" not in printed
    assert "the same command with 'metric=[rouge,chrf,support]'" in printed


@pytest.mark.parametrize("null", ["nan", "None", "null", " NaN "])
def test_a_null_that_was_written_as_text_is_no_second_reference(null: str, tmp_path: Path) -> None:
    rows = [{"id": r["id"], "document": r["document"], "ref_1": r["references"][0]} for r in ROWS]
    file = jsonl(tmp_path / "news.jsonl", [row | {"ref_2": null} for row in rows])
    examples = Table(str(file), references=["ref_1", "ref_2"]).load()
    assert [example.references for example in examples] == [tuple(r["references"]) for r in ROWS]


def test_floors_and_bounds_of_a_run_that_is_scored_again_are_said_to_be_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = ("run", "model=[lead3,oracle]", "metric=rouge", "limit=3", "name=first")
    assert call(capsys, *run)[0] == 0
    printed = call(capsys, "score", "results/first", "metric=rouge")[1]
    assert "Here lead3 (floor), oracle (bound) count as systems" in printed
