"""Small files that stand for gigabytes end in a sentence, with under 1 GB used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bombs import BOMBS
from tests.commands import environment

_MEGABYTES = 1_000.0


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    write, said = BOMBS[name]
    file, printed = write(tmp_path), tmp_path / "printed"
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "summbench", "score", file.name],
            cwd=tmp_path, env=environment(), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = printed.read_text("utf-8")
    assert process.returncode == 1, text
    assert text.startswith("error: ") and text.count("\n") == 1, text[:2_000]
    assert said in text
    assert usage.ru_maxrss / 1024 < _MEGABYTES
