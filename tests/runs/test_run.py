"""A run's data: what is read when, what is refused, and that a bundle is the same run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.leaderboard.serialization import to_json
from summbench.runs.bundle import redact_metadata, seal_bundle
from summbench.runs.provenance import get_installed_version
from summbench.runs.run import RunData
from summbench.runs.schema import RunMetadata
from summbench.runs.tables import group_predictions, group_scores
from summbench.runs.writer import RunWriter
from tests.gates import COUNT, PRIMARY, SCORES, Run, build_metadata, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Run().write(tmp_path / "run")


def _bundle(folder: Path) -> Path:
    path = folder.with_name("run.bundle.zip")
    path.write_bytes(seal_bundle({file.name: file.read_bytes() for file in folder.iterdir()}))
    return path


def test_the_leaderboard_is_read_without_the_tables(folder: Path) -> None:
    for name in ("scores.parquet", "predictions.parquet"):
        (folder / name).unlink()
    run = RunData.open(folder)
    assert run.metadata.name == "run"
    assert run.leaderboard.primary == PRIMARY
    with pytest.raises(SummbenchError, match=r"scores\.parquet can't be read"):
        run.quality_scores  # noqa: B018
    with pytest.raises(SummbenchError, match=r"predictions\.parquet can't be read"):
        run.prediction_digests  # noqa: B018


def test_a_file_is_checked_when_it_is_read(folder: Path) -> None:
    with (folder / "leaderboard.json").open("a") as file:
        file.write("\n")
    run = RunData.open(folder)
    assert run.scores.num_rows == 2 * COUNT
    with pytest.raises(SummbenchError, match=r"leaderboard\.json was changed or cut off"):
        run.leaderboard  # noqa: B018


def test_scores_and_predictions_are_tables_of_the_files(folder: Path) -> None:
    run = RunData.open(folder)
    assert run.scores.column_names == ["dataset", "model", "metric", "article_id", "value"]
    assert group_scores(run.scores, PRIMARY) == {("news", "m"): list(SCORES)}
    predictions = group_predictions(run.predictions)["news", "m"]
    assert [p.summary for p in predictions] == [f"It scores {value!r}." for value in SCORES]
    assert run.quality_scores["news", "m", PRIMARY]["a3"] == SCORES[3]
    hashes = run.articles["news"]
    assert sorted(hashes) == sorted(f"a{i}" for i in range(COUNT))
    assert list(hashes.values()) == sorted(hashes.values())
    assert run.evidence is None


def test_evidence_is_a_table(tmp_path: Path) -> None:
    run = Run()
    folder = run.write(tmp_path / "run")
    board = RunData.open(folder).leaderboard
    with RunWriter(folder) as writer:
        writer.add(run.cells(), [("news", "m", "judge", "a0", '"It is fine."')])
        writer.finish({"leaderboard.json": to_json(board)}, RunData.open(folder).run_metadata)
    table = load(folder).evidence
    assert table is not None
    assert table.to_pylist() == [
        {"dataset": "news", "model": "m", "metric": "judge", "article_id": "a0",
         "evidence": '"It is fine."'},
    ]  # fmt: skip


def test_a_bundle_is_the_same_run(folder: Path) -> None:
    run, bundle = RunData.open(folder), RunData.open(_bundle(folder))
    bundle.check()
    assert (run.is_bundle, bundle.is_bundle) == (False, True)
    assert bundle.metadata == run.metadata
    assert repr(bundle.leaderboard) == repr(run.leaderboard)
    assert bundle.scores == run.scores
    assert bundle.quality_scores == run.quality_scores
    assert bundle.prediction_digests == run.prediction_digests
    assert bundle.list_files() == run.list_files()


def test_a_run_and_its_bundle_are_copied_file_by_file(folder: Path, tmp_path: Path) -> None:
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text("page")
    RunData.open(folder).copy_to(tmp_path / "copy")
    load(tmp_path / "copy")
    assert (tmp_path / "copy/report/index.html").read_text() == "page"
    assert RunData.open(tmp_path / "copy").list_files() == RunData.open(folder).list_files()
    with pytest.raises(SummbenchError, match="copy exists and is not empty"):
        RunData.open(folder).copy_to(tmp_path / "copy")
    other = Run().write(tmp_path / "other")
    RunData.open(_bundle(other)).copy_to(tmp_path / "opened")
    assert load(tmp_path / "opened").metadata == load(other).metadata


def test_a_baseline_has_no_config(folder: Path, tmp_path: Path) -> None:
    from summbench.gate.baseline import write_baseline

    write_baseline(load(folder), tmp_path / "baseline")
    baseline = load(tmp_path / "baseline")
    assert baseline.is_baseline
    with pytest.raises(SummbenchError, match="is a baseline, which has no config"):
        baseline.run_metadata  # noqa: B018


def test_a_folder_of_shards_says_how_to_merge(tmp_path: Path) -> None:
    (tmp_path / "shard-2-of-8.json").write_text("{}")
    with pytest.raises(SummbenchError, match=r"has shards .*merge_shards=8"):
        RunData.open(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        SummbenchError, match=r"nowhere is no results folder.*run\.json can't be read"
    ):
        RunData.open(tmp_path / "nowhere")
    (tmp_path / "x.bundle.zip").write_bytes(b"PK")
    with pytest.raises(SummbenchError, match="damaged or not a bundle"):
        RunData.open(tmp_path / "x.bundle.zip")


def test_a_shorter_table_is_incomplete_in_a_bundle_too(folder: Path) -> None:
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    content = json.loads(files["run.json"])
    content["datasets"]["news"]["articles"]["a30"] = "0" * 64
    files["run.json"] = json.dumps(content).encode()
    path = folder.with_name("longer.bundle.zip")
    path.write_bytes(seal_bundle(files))
    with pytest.raises(SummbenchError, match=r"missing for 1 of 31 articles of news.*'a30'"):
        RunData.open(path).check()


def test_redaction_keeps_the_type_and_names_the_keys() -> None:
    metadata = build_metadata(config={"path": "/home/me/news.jsonl", "limit": 3})
    redacted, changed_keys = redact_metadata(metadata, {})
    assert isinstance(redacted, RunMetadata)
    assert redacted.config == {"path": "news.jsonl", "limit": 3}
    assert changed_keys == ["config.path"]


def test_a_run_from_a_clone_names_its_commit(tmp_path: Path) -> None:
    from summbench.runs.provenance import read_git_state
    from tests.commands import CLONE

    state = read_git_state(CLONE)
    assert (state is None) == (not (CLONE / ".git").exists())
    assert state is None or len(state["commit"]) == 40
    assert read_git_state(tmp_path) is None
    assert get_installed_version("no-such-package") == "not installed"


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    one, two = (replace(Run()).write(tmp_path / name / "run") for name in ("one", "two"))
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes()
