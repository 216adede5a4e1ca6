"""The examples, as notebooks and as scripts: both run in an empty folder and print the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.commands import CLONE, environment

pytestmark = pytest.mark.slow

_EXAMPLES = CLONE / "bench" / "examples"
# The kernel would warn that it speaks plain text to this process.
_EXECUTE = """
import sys
import nbformat
import pytest
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
kernel = {"kernel_name": "python3", "extra_arguments": ["--log-level=ERROR"]}
NotebookClient(notebook, timeout=120, **kernel).execute()
nbformat.write(notebook, sys.argv[2])
"""
# Script -> how each printed line begins, and how many tables the notebook shows.
_PRINTED = {
    "first_steps": [
        "On local_news, first_words has the best mean by rouge.rouge2_f.",
        "516 numbers",
        "saved: ['examples.parquet', 'leaderboard.csv', ",
        "verdict: regressed",
        "On summaries, ours has the best mean by rouge.rouge2_f.",
    ],
    "own_classes": [
        "On newsdesk, most_numbers is best by numbers.recall.",
        "better on 15 articles, worse on 0",
        "pairs by ROUGE-2: 3",
    ],
    "several_datasets": [
        "Over these 2 datasets, textrank has the best mean by rouge.rouge2_f.",
        "pairs over both datasets: 3",
        "groups: ['feature', 'news']",
        "articles for one point: ",
    ],
}
_TABLES = {"first_steps": 4, "own_classes": 3, "several_datasets": 3}


def _read_cells(path: Path) -> Any:
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook.cells


def _run_in(folder: Path, *arguments: str | Path) -> str:
    """Run Python in an empty folder, which stays empty; Jupyter's own files go beside it."""
    empty = folder / "empty"
    empty.mkdir()
    own = {"IPYTHONDIR": folder / "ipython", "TMPDIR": folder / "temporary"}
    own |= {f"JUPYTER_{kind}_DIR": folder / "jupyter" for kind in ("CONFIG", "DATA", "RUNTIME")}
    own["TMPDIR"].mkdir()
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=empty,
        env=environment() | {name: str(path) for name, path in own.items()},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""
    assert list(empty.iterdir()) == []
    return process.stdout


def _assert_printed(name: str, lines: list[str]) -> None:
    expected = _PRINTED[name]
    assert len(lines) == len(expected)
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=True)] == expected


def test_every_example_is_tested() -> None:
    assert sorted(_PRINTED) == sorted(p.stem for p in _EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("name", _PRINTED)
def test_a_script_runs_and_leaves_only_what_it_saved(tmp_path: Path, name: str) -> None:
    _assert_printed(name, _run_in(tmp_path, _EXAMPLES / f"{name}.py").splitlines())
    saved = {
        path.name for folder in (tmp_path / "temporary").iterdir() for path in folder.iterdir()
    }
    assert saved == ({"first"} if name == "first_steps" else set())


@pytest.mark.parametrize("name", _PRINTED)
def test_a_notebook_runs_and_shows_its_tables(tmp_path: Path, name: str) -> None:
    executed = tmp_path / "executed.ipynb"
    _run_in(tmp_path, "-c", _EXECUTE, _EXAMPLES / f"{name}.ipynb", executed)
    cells = [c for c in _read_cells(executed) if c.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    printed = [o for o in outputs if o.output_type == "stream"]
    assert [o.name for o in printed] == ["stdout"] * len(_PRINTED[name])
    _assert_printed(name, [o.text.strip() for o in printed])
    shown = [o.data for o in outputs if o.output_type == "execute_result"]
    tables = [data["text/html"] for data in shown if "text/html" in data]
    assert len(tables) == _TABLES[name]
    assert all("<table" in html for html in tables)
