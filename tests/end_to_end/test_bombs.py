"""Small files that stand for gigabytes end in a sentence, with under 1 GB used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bombs import BOMBS
from tests.performance.processes import run_measured

_MEGABYTES = 1_000.0


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    write, said = BOMBS[name]
    file = write(tmp_path)
    command = [sys.executable, "-m", "summbench", "score", file.name]
    code, text, cost = run_measured(command, tmp_path)
    assert code == 1, text
    assert text.startswith("error: ") and text.count("\n") == 1, text[:2_000]
    assert said in text
    assert cost.megabytes < _MEGABYTES
