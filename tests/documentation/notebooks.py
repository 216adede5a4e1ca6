"""Notebooks of bench/examples, made from the scripts of the same names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.commands import CLONE

EXAMPLES = CLONE / "bench" / "examples"


def list_scripts() -> list[Path]:
    """The scripts that are notebooks, too: they begin with a cell of text."""
    return sorted(EXAMPLES.glob("*.py"))


def read_cells(script: Path) -> list[tuple[str, str]]:
    """Kind and source of each cell; text is a comment in the script."""
    cells = []
    for part in re.split(r"^# %%", script.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        kind, _, source = part.partition("\n")
        if kind == " [markdown]":
            source = re.sub("^# ?", "", source, flags=re.MULTILINE)
        cells.append(("markdown" if kind else "code", source.strip()))
    return cells


def build_notebook(script: Path) -> str:
    """The notebook of a script, without outputs."""
    cells = []
    for number, (kind, source) in enumerate(read_cells(script)):
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": f"cell-{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(dict(sorted(cell.items())))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
