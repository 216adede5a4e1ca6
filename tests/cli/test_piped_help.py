"""What --help prints into a pipe is text."""

from __future__ import annotations

import subprocess
import sys

from tests.commands import environment


def test_help_in_a_pipe_is_text_and_not_the_name_of_bytes() -> None:
    command = [sys.executable, "-m", "summbench", "--help"]
    printed = subprocess.run(command, check=True, capture_output=True, env=environment()).stdout
    assert printed.startswith(b"Usage: ")
