"""A tracker is told of a run that is written, and can't take anything from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summbench.runs.run import RunData
from tests.commands import MINE, jsonl, run, written

_TABLE = ("dataset=[table]", "dataset.table.path=news.jsonl", "metric=[rouge]", "name=a")


class Notebook:
    """Writes down what it is told of, and whether the folder was whole by then."""

    def __init__(self, path: str) -> None:
        self._path = path

    def track(self, run: RunData) -> None:
        """One line."""
        run.check()
        board, version = run.leaderboard, run.metadata.versions["summbench"]
        content = [board.name, sorted(board.models), version, True]
        Path(self._path).write_text(json.dumps(content), encoding="utf-8")


class Lost:
    """Fails as no library of ours does, with a secret in what it says."""

    def track(self, run: RunData) -> None:
        """Nothing."""
        raise RuntimeError("no route to http://me:hunter2hunter2@tracker.example/")


def _config(folder: Path, name: str, **keys: str) -> None:
    place = folder / "my_configs" / "tracking"
    place.mkdir(parents=True, exist_ok=True)
    node = {name: {"_target_": f"tests.report.test_tracking.{name.capitalize()}", **keys}}
    (place / f"{name}.yaml").write_text(json.dumps(node), encoding="utf-8")
    jsonl(folder / "news.jsonl")


@pytest.mark.slow
def test_a_tracker_is_told_once_the_folder_is_whole(tmp_path: Path) -> None:
    _config(tmp_path, "notebook", path="told.json")
    run(tmp_path, "run", *MINE, *_TABLE, "tracking=[notebook]")
    version = written(tmp_path, "run.json", "a")["versions"]["summbench"]
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told == ["a", ["lead3"], version, True]


@pytest.mark.slow
def test_one_that_fails_is_a_warning_and_the_next_is_told(tmp_path: Path) -> None:
    _config(tmp_path, "lost")
    _config(tmp_path, "notebook", path="told.json")
    done = run(tmp_path, "run", *MINE, *_TABLE, "tracking=[lost,notebook]", code=0)
    said = " ".join(done.stderr.split())
    assert "tracking.lost: the run was not sent (RuntimeError: no route to" in said
    assert "hunter2" not in said
    assert (tmp_path / "told.json").exists()


def test_a_tracker_of_another_package_has_to_be_trusted(tmp_path: Path) -> None:
    _config(tmp_path, "lost")
    mine = ("--config-dir", "my_configs")
    said = run(tmp_path, "run", *mine, *_TABLE, "tracking=[lost]", code=1).stderr
    assert "add --allow-code tests" in " ".join(said.split())
    assert not (tmp_path / "results/a/run.json").exists()
