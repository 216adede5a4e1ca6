"""A results folder that was damaged, cut or emptied is refused by the name of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.gate.baseline import write_baseline
from summbench.gate.verdict import run_gate
from summbench.runs.run import RunData
from summbench.runs.writer import write_manifest
from tests.gates import Run, load

PLAIN = Run()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _replace_with_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("kind", ["run", "baseline"])
@pytest.mark.parametrize("damage", [Path.unlink, _flip, _cut, _replace_with_a_folder])
@pytest.mark.parametrize("file", ["leaderboard.json", "scores.parquet", "predictions.parquet"])
def test_a_damaged_folder_is_refused_by_the_name_of_the_file(
    tmp_path: Path, kind: str, damage: Callable[[Path], None], file: str
) -> None:
    folder = PLAIN.write(tmp_path / "run")
    if kind == "baseline":
        folder = tmp_path / "baseline"
        write_baseline(RunData.open(tmp_path / "run"), folder)
    other = PLAIN.write(tmp_path / "other")
    damage(folder / file)
    with pytest.raises(SummbenchError, match=rf"{re.escape(file)} (was changed|can't be read)"):
        run_gate(RunData.open(folder), RunData.open(other))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"files": {}}, "has no checksums"),
        ({"schema_version": 1}, "is of schema version 1, and this summbench reads version 3"),
        ({"schema_version": "2"}, "is of schema version '2', and"),
        (
            {"kind": "walk"},
            "is of kind 'walk'; known are run, merged, article, baseline, shard",
        ),
        (
            {"datasets": {"news": {"fingerprint": "f", "id_fingerprint": "i", "articles": {}}}},
            "has other dataset fingerprints",
        ),
        (
            {"datasets": {"news": {}}},
            "does not fit its schema .*missing required field `fingerprint`",
        ),
        ({"colour": "red"}, "does not fit its schema .*unknown field `colour`"),
    ],
)
def test_a_run_json_that_does_not_fit_is_refused(
    tmp_path: Path, edit: dict[str, object], message: str
) -> None:
    path = PLAIN.write(tmp_path / "run") / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | edit), "utf-8")
    with pytest.raises(
        SummbenchError, match=rf"run\.json {message}.*summbench report RUN --baseline"
    ):
        load(path.parent)


@pytest.mark.parametrize("content", ["", "[]", "{", None])
def test_without_a_run_json_a_folder_is_of_no_finished_run(
    tmp_path: Path, content: str | None
) -> None:
    path = PLAIN.write(tmp_path / "run") / "run.json"
    path.unlink() if content is None else path.write_text(content, "utf-8")
    message = "has no run.json. Give the command" if content is None else "run.json is no JSON"
    with pytest.raises(SummbenchError, match=re.escape(message)):
        load(path.parent)


@pytest.mark.parametrize("file", ["scores.parquet", "predictions.parquet"])
def test_a_folder_that_lacks_rows_is_incomplete(tmp_path: Path, file: str) -> None:
    folder = PLAIN.write(tmp_path / "run")
    table = pq.read_table(folder / file)
    pq.write_table(
        table.filter([a != "a3" for a in table["article_id"].to_pylist()]), folder / file
    )
    write_manifest(folder, RunData.open(folder).metadata)
    with pytest.raises(SummbenchError, match=rf"{file} is incomplete: .* 1 of 30 articles.*'a3'"):
        load(folder)


def test_without_hashes_a_missing_summary_is_still_noticed(tmp_path: Path) -> None:
    folder = replace(PLAIN, hashed=False).write(tmp_path / "run")
    table = pq.read_table(folder / "predictions.parquet")
    pq.write_table(table.slice(1), folder / "predictions.parquet")
    write_manifest(folder, RunData.open(folder).metadata)
    with pytest.raises(
        SummbenchError, match=r"has 29 summaries of 'm', not one for each of the 30"
    ):
        load(folder)
