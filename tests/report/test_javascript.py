"""The unit tests of the report's scripts, in node: sorting, filtering and formatting."""

from __future__ import annotations

import shutil
import subprocess

from tests.browser.conftest import absent
from tests.commands import CLONE


def test_the_scripts_pass_their_unit_tests() -> None:
    node = shutil.which("node")
    if node is None:
        absent("node is missing: apt-get install nodejs npm")
    files = sorted((CLONE / "tests/report/javascript").glob("*.test.mjs"))
    command = [str(node), "--test", *map(str, files)]
    done = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert "# pass 0" not in done.stdout and "# fail 0" in done.stdout
