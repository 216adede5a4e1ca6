"""The table of layouts in data/README.md: each command works, and reads what its row says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from summbench.cli import app
from summbench.core.layouts import LAYOUTS
from tests.commands import CLONE
from tests.score_files import ARTICLES, write_all

_ROW = re.compile(r"\| `?([\w -]+?)`? \| `summbench (score [^`]+)` \|")
_COMMANDS = _ROW.findall((CLONE / "data" / "README.md").read_text(encoding="utf-8"))
_OF_REFERENCES = ("cnndm", "xsum", "texts")


def test_every_layout_has_a_row() -> None:
    assert {layout for layout, _ in _COMMANDS} == {*LAYOUTS, "a run"}


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "command"), _COMMANDS, ids=[c for _, c in _COMMANDS])
def test_the_command_of_a_layout_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str, command: str
) -> None:
    write_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    if layout == "a run":
        app(["score", "wide.csv", "metric=[rouge]"], standalone_mode=False)
    arguments = [*command.split(), "metric=[rouge,length]", "--out", "out"]
    assert app(arguments, standalone_mode=False) == 0
    metadata = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert [len(of["articles"]) for of in metadata["datasets"].values()] == [len(ARTICLES)]
    assert metadata["failures"] == []
    assert metadata["notes"]
    board = json.loads((tmp_path / "out" / "leaderboard.json").read_bytes())
    metrics = {entry["metric"] for entry in board["entries"]}
    assert ("rouge.rouge1_f" in metrics) == (layout != "vectara")
    if ".hypo" not in command and layout not in ("a run", *_OF_REFERENCES):
        assert app([*arguments, "overwrite=true", "--layout", layout], standalone_mode=False) == 0
