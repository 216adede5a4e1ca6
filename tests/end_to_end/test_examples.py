"""The first steps, as a notebook and as a script: both run in an empty folder, and are the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.commands import CLONE, environment

pytestmark = pytest.mark.slow

_SCRIPT = CLONE / "bench" / "examples" / "first_steps.py"
_NOTEBOOK = _SCRIPT.with_suffix(".ipynb")
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
_PRINTED = [
    "On local_news, first_words has the best mean by rouge.rouge2_f.",
    "516 numbers",
    "saved: ['examples.parquet', 'leaderboard.csv', ",
    "verdict: regressed",
    "On summaries, ours has the best mean by rouge.rouge2_f.",
]


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


def _assert_printed(lines: list[str]) -> None:
    assert len(lines) == len(_PRINTED)
    assert [line[: len(start)] for line, start in zip(lines, _PRINTED, strict=True)] == _PRINTED


def test_the_script_runs_and_leaves_only_what_it_saved(tmp_path: Path) -> None:
    _assert_printed(_run_in(tmp_path, _SCRIPT).splitlines())
    [saved] = (tmp_path / "temporary").iterdir()
    assert [path.name for path in saved.iterdir()] == ["first"]


def test_the_notebook_runs_and_shows_its_tables(tmp_path: Path) -> None:
    executed = tmp_path / "executed.ipynb"
    _run_in(tmp_path, "-c", _EXECUTE, _NOTEBOOK, executed)
    cells = [c for c in _read_cells(executed) if c.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert [o.name for o in outputs if o.output_type == "stream"] == ["stdout"] * len(_PRINTED)
    _assert_printed([o.text.strip() for o in outputs if o.output_type == "stream"])
    shown = [o.data["text/html"] for o in outputs if o.output_type == "execute_result"]
    assert len(shown) == 4
    assert all("<table" in html for html in shown)
    assert "first_words has the best mean" in shown[0] and "lead3" in shown[0]


def test_notebook_and_script_have_the_same_cells_and_no_outputs() -> None:
    cells = []
    for part in re.split(r"^# %%", _SCRIPT.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        kind, _, source = part.partition("\n")
        if kind == " [markdown]":
            source = re.sub("^# ?", "", source, flags=re.MULTILINE)
        cells.append(("markdown" if kind else "code", source.strip()))
    notebook = _read_cells(_NOTEBOOK)
    assert [(cell.cell_type, cell.source) for cell in notebook] == cells
    assert all(c.outputs == [] and c.execution_count is None for c in notebook if "outputs" in c)
