"""What is read at once is a file of a bounded size."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.tabular import read_rows
from summbench.core.whole_files import LARGEST, read_whole
from summbench.gate.history.file import read_history
from summbench.metrics.support.aliases import read_aliases
from summbench.people.arena_result import check_folder
from summbench.people.dimensions import get_dimensions
from summbench.people.facts import read_facts
from summbench.people.rated import read_rated
from summbench.people.study import read_study
from summbench.runs.bundle import open_bundle
from summbench.runs.run import RunData


def _make_enormous(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)  # sparse: it takes no room on the disk


_WRONG: dict[str, Callable[[Path], None]] = {
    "a pipe": lambda path: os.mkfifo(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "an enormous file": _make_enormous,
}


def _open_run(path: Path) -> object:
    return RunData.open(path.parent)


_DOORS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "history": ("history.jsonl", read_history),
    "aliases": ("aliases.json", lambda path: read_aliases(str(path))),
    "bundle": ("mine.bundle.zip", open_bundle),
    "run": ("run.json", _open_run),
    "study": ("assignments.json", read_study),
    "dimensions": ("scales.json", lambda path: get_dimensions([str(path)])),
    "ratings": ("rated.jsonl", read_rated),
    "facts": ("facts.jsonl", read_facts),
    "arena": ("arena.json", lambda path: check_folder(path.parent, "signature", "news")),
}


@pytest.mark.parametrize("door", _DOORS)
@pytest.mark.parametrize("kind", _WRONG)
def test_what_does_not_end_is_a_sentence(tmp_path: Path, door: str, kind: str) -> None:
    name, read = _DOORS[door]
    _WRONG[kind](tmp_path / name)
    with pytest.raises(SummbenchError):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["predictions.parquet", "scores.parquet", "leaderboard.json"])
def test_no_file_of_a_run_is_a_pipe(tmp_path: Path, name: str) -> None:
    (tmp_path / "run.json").write_text("{}", "utf-8")
    os.mkfifo(tmp_path / name)
    with pytest.raises(SummbenchError, match=f"{name} is a pipe or a device"):
        RunData.open(tmp_path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet", "a.txt"])
def test_a_pipe_of_summaries_is_called_so(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(SummbenchError, match="is a pipe or a device, which can"):
        list(read_rows(tmp_path / name))


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_whole(tmp_path / "a") == b"abc"
