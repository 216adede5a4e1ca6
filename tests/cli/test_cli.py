"""Every command end to end, in a folder of its own."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from summbench.cli import app
from tests.commands import MINE, ROWS, TABLE, jsonl, means, model_config, python, run, written


def test_without_arguments_it_helps(tmp_path: Path) -> None:
    shown = run(tmp_path).stdout
    assert shown.count("\n    summbench ") == 3
    assert shown == run(tmp_path, "--help").stdout


_COMMANDS = (
    "run", "score", "merge", "compare", "history", "audit", "metaeval", "plan", "report", "view",
    "runs", "bundle", "replay", "verify", "list", "doctor", "store", "store list", "store prune",
    "store compact", "weights", "weights convert", "annotate", "collect", "facts",
)  # fmt: skip


def _help(*command: str) -> str:
    """The help of a command, in this process and on 80 columns."""
    result = CliRunner(env={"COLUMNS": "80"}).invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_helps_with_an_example(command: str) -> None:
    shown = _help(*command.split())
    assert f"Example:\n    summbench {command}" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_every_command_has_one_line_that_fits_80_columns() -> None:
    """The groups of `summbench` itself are in tests/documentation/test_help.py."""
    for group in (("store",), ("weights",)):
        lines = _help(*group).partition("Commands:\n")[2].splitlines()
        names = [line.split()[0] for line in lines]
        assert names == [c.split()[-1] for c in _COMMANDS if c.split()[:-1] == list(group)]
        assert all(len(line) <= 80 and not line.endswith("...") for line in lines)


def test_a_mistyped_command_is_a_sentence_and_exit_1(tmp_path: Path) -> None:
    assert (
        "There is no command 'scoer'. Did you mean 'score'" in run(tmp_path, "scoer", code=1).stderr
    )
    assert "There is no option '--nosuch' of" in run(tmp_path, "doctor", "--nosuch", code=1).stderr


@pytest.mark.slow
def test_a_run_writes_its_folder(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    done = run(tmp_path, "run", *TABLE, "model=[lead1,oracle]", "name=first")
    folder = tmp_path / "results" / "first"
    assert sorted(p.name for p in folder.iterdir()) == [
        "examples.parquet", "leaderboard.csv", "leaderboard.html", "leaderboard.json",
        "leaderboard.md", "leaderboard.tex", "predictions.parquet", "report", "run.json",
        "scores.parquet",
    ]  # fmt: skip
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert next(line for line in lines if line.startswith("lead1 ")).split()[1] == "(floor)"
    assert "oracle (bound): uses the references" in done.stdout
    assert not set("|*`\\\x1b") & set(done.stdout)
    scores = pq.read_table(folder / "scores.parquet").to_pylist()
    assert {"dataset": "table", "model": "lead1", "metric": "rouge.rouge1_f", "article_id": "a",
            "value": 1.0} in scores  # fmt: skip
    predictions = pq.read_table(folder / "predictions.parquet").to_pylist()
    assert [p["summary"] for p in predictions if p["model"] == "lead1"] == [
        "The dam held.", "Boats sank.", "Bread is dear.",
    ]  # fmt: skip
    made = written(tmp_path, "run.json", "first")
    assert made["config"]["model"]["lead1"]["sentences"] == 1
    assert made["models"]["oracle"]["kind"] == "bound"
    assert set(made["datasets"]["table"]["articles"]) == {"a", "b", "c"}
    assert made["failures"] == []


_LOADED = """
import sys
from summbench.cli import main
try:
    main()
except SystemExit as end:
    assert end.code == 0
heavy = {heavy} & set(sys.modules)
assert not heavy, heavy
"""


def _without(heavy: set[str], folder: Path, *arguments: str) -> str:
    """What the command prints, given that it imports none of these modules."""
    done = python(folder, "-c", _LOADED.replace("{heavy}", repr(heavy)), *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_second_run_loads_no_model_and_prints_the_same(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    overrides = (*TABLE, "model=[lead1,textrank]")
    first = run(tmp_path, "run", *overrides).stdout
    heavy = {"torch", "transformers", "datasets", "sumy", "nltk", "summbench.models.lead"}
    assert _without(heavy, tmp_path, "run", *overrides) == first


def test_the_help_imports_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"torch", "transformers", "datasets", "nltk", "scipy", "hydra", "pyarrow", "numpy"}
    assert "summbench run" in _without(heavy, tmp_path, "--help")


@pytest.mark.slow
def test_one_failing_article_is_marked_and_the_exit_code_says_so(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Boats")
    done = run(tmp_path, "run", *MINE, *TABLE, "model=[lead1,broken]", code=1)
    reason = "1 of 3 articles of table failed; the first, b: RuntimeError: the fake broke"
    assert reason in " ".join(done.stdout.split())
    assert means(tmp_path)["lead1"]["rouge.rouge1_f"] == 1.0
    [failure] = written(tmp_path, "run.json")["failures"]
    assert (failure["model"], failure["article_id"]) == ("broken", "b")


@pytest.mark.slow
def test_a_model_that_does_not_start_never_stops_the_others(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    model_config(tmp_path, "unstartable", "tests.fakes.Unstartable")
    run(tmp_path, "run", *MINE, *TABLE, "model=[unstartable,lead1]", code=1)
    found = means(tmp_path)
    assert found["lead1"]["rouge.rouge1_f"] == 1.0
    assert found["unstartable"]["rouge.rouge1_f"] is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Größe", "two words", "x" * 100])
def test_unusual_names_are_folders_as_they_are(tmp_path: Path, name: str) -> None:
    run(tmp_path, "run", f"name='{name}'", "limit=2")
    assert (tmp_path / "results" / name / "leaderboard.md").exists()


@pytest.mark.slow
def test_empty_articles_are_counted_and_summarised_as_empty(tmp_path: Path) -> None:
    jsonl(
        tmp_path / "news.jsonl", [*ROWS, {"id": "d", "document": " ", "references": ["Nothing."]}]
    )
    done = run(tmp_path, "run", *TABLE)
    assert "1 of 4 articles are empty (first: 'd')" in " ".join(done.stderr.split())
    assert written(tmp_path, "leaderboard.json")["health"][0]["empty"] == 1


@pytest.mark.slow
def test_texts_have_no_reference_metrics_and_no_bound(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "The dam held. Rain fell. Nobody was hurt. All slept.", "utf-8"
    )
    done = run(
        tmp_path, "run", "dataset=[texts]", "dataset.texts.path=one.txt", "model=[lead3,oracle]"
    )
    found = means(tmp_path, "article")
    assert set(found) == {"lead3"}
    assert not any(metric.startswith("rouge") for metric in found["lead3"])
    assert found["lead3"]["length.tokens"] == 8.0
    table = (tmp_path / "results" / "article" / "leaderboard.md").read_text(encoding="utf-8")
    assert "needs references, which this dataset does not have" in table
    assert "n = 1: descriptive only" in done.stdout


@pytest.mark.slow
def test_score_ranks_the_systems_of_a_file(tmp_path: Path) -> None:
    systems = {"good/one": "The dam held.", "Größe 2": "Rain", "": None}
    rows = [{**row, "systems": {k: v for k, v in systems.items() if k}} for row in ROWS[:1]]
    run(tmp_path, "score", str(jsonl(tmp_path / "it's mine.jsonl", rows)), "--out", "out")
    with (tmp_path / "out" / "leaderboard.csv").open(encoding="utf-8") as file:
        found = [r for r in csv.DictReader(file) if r["metric"] == "rouge.rouge1_f"]
    assert [(r["dataset"], r["model"], float(r["mean"])) for r in found] == [
        ("it's mine", "good/one", 1.0),
        ("it's mine", "Größe 2", 0.0),
    ]


@pytest.mark.slow
def test_score_needs_no_documents_and_counts_missing_summaries(tmp_path: Path) -> None:
    rows = [
        {"id": r["id"], "references": r["references"], "prediction": "The dam held."} for r in ROWS
    ]
    rows[2]["prediction"] = None  # type: ignore[assignment]
    done = run(tmp_path, "score", str(jsonl(tmp_path / "mine.jsonl", rows)), code=1)
    assert "1 of 3 articles of mine failed; the first, c: there is no summary" in done.stdout
    found = means(tmp_path, "mine")["mine"]
    assert found["rouge.rouge1_f"] == pytest.approx(1 / 3)
    assert "copying.coverage" not in found


@pytest.mark.slow
def test_report_renders_again_what_was_edited_away(tmp_path: Path) -> None:
    run(tmp_path, "run", "limit=2")
    table = tmp_path / "results" / "run" / "leaderboard.md"
    before = table.read_text(encoding="utf-8")
    table.unlink()
    assert "no other model to compare" in run(tmp_path, "report", "results/run").stdout
    assert table.read_text(encoding="utf-8") == before
    assert "is no results folder" in run(tmp_path, "report", "results", code=1).stderr


def test_list_says_what_a_thing_needs(tmp_path: Path) -> None:
    shown = run(tmp_path, "list").stdout
    assert "bart_large_cnn " in shown
    assert "[weights from the hub: facebook/bart-large-cnn]" in shown
    assert "[give path]" in shown


@pytest.mark.slow
def test_doctor_finds_the_results_folder_writable(tmp_path: Path) -> None:
    assert "results: results is writable" in run(tmp_path, "doctor").stdout
    (tmp_path / "file").write_text("")
    run(tmp_path, "doctor", "--results", "file", code=1)


@pytest.mark.slow
def test_a_sweep_fills_the_store_for_one_table(tmp_path: Path) -> None:
    run(tmp_path, "run", "-m", "model=[lead1],[lead3]", "limit=2", "name=swept")
    assert len(list((tmp_path / "results/store/predictions").iterdir())) == 2
    run(tmp_path, "run", "model=[lead1,lead3]", "limit=2")
    assert set(means(tmp_path)) == {"lead1", "lead3"}
