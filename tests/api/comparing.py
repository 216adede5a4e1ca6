"""Two folders of one run, from the command and from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.commands import python, run

# "git" is the state of the clone at that moment, in which other tests may be writing.
_MOMENTS = ("started", "finished", "git")
_PATHS = ("results", "store", "name")


def run_twice(folder: Path, *arguments: str) -> None:
    """The command, and again with everything stored, as run.json counts what was checked."""
    for _ in range(2):
        run(folder, *arguments)


def run_in_python(folder: Path, call: str) -> None:
    """A call of the library in a process of its own, as the command is one; it prints nothing."""
    done = python(folder, "-c", f"import summbench; summbench.{call}")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def assert_same_run(command: Path, python: Path) -> None:
    """Every file has the same bytes; run.json but for the moment and the folders.

    Both runs must have found everything in one store: seconds are stored with a prediction.
    """
    names = _list_files(command)
    assert names == _list_files(python)
    assert len(names) > 10
    different = [n for n in names if (command / n).read_bytes() != (python / n).read_bytes()]
    assert set(different) <= {"run.json"}
    expected, metadata = _read_metadata(command), _read_metadata(python)
    assert {key: metadata.get(key) for key in expected if metadata.get(key) != expected[key]} == {}
    assert metadata.keys() == expected.keys()


def _list_files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _read_metadata(folder: Path) -> dict[str, Any]:
    metadata: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for key in _MOMENTS:
        del metadata[key]
    for key in _PATHS:
        del metadata["config"][key]
    return metadata
