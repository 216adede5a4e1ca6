"""`python -m tests.documentation.commands`: runs summbench in forks that need not import it anew.

Each line of standard input is a JSON list: a folder, and the arguments. Written is a JSON list for
each: the exit code, and what was printed, standard error first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from tests.commands import environment

_MODULES = (
    "summbench.cli", "summbench.api.evaluation", "summbench.api.commands", "summbench.api.merging",
    "summbench.report.html.report", "summbench.gate.verdict", "summbench.analysis.power",
    "summbench.models.extractive", "summbench.models.oracle", "summbench.metrics.copying",
    "summbench.metrics.length", "summbench.metrics.chrf", "summbench.metrics.rouge.metric",
    "summbench.analysis.bundle.writer", "summbench.cli.run", "scipy.stats", "hydra", "pandas",
)  # fmt: skip


class Commands:
    """The process that has imported summbench, while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, folder: Path, arguments: Sequence[str]) -> tuple[int, str]:
        """Run the command in the folder: its exit code, and what it printed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([str(folder), *arguments]) + "\n")
        self._process.stdin.flush()
        code, printed = json.loads(self._process.stdout.readline())
        return code, printed


@contextmanager
def commands() -> Iterator[Commands]:
    """Start the process, and end it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.documentation.commands"],
        env=environment() | {"COLUMNS": "80"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Commands(process)
    finally:
        process.communicate(timeout=60)


def main() -> None:
    """Fork for each line of standard input, and wait for the end of the command."""
    for module in _MODULES:
        import_module(module)
    for line in sys.stdin:
        folder, *arguments = json.loads(line)
        with TemporaryDirectory() as outputs:
            streams = [Path(outputs) / name for name in ("error", "output")]
            child = os.fork()
            if not child:
                _run(folder, arguments, streams)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            printed = "".join(path.read_text(encoding="utf-8") for path in streams)
        sys.stdout.write(json.dumps([code, printed]) + "\n")
        sys.stdout.flush()


def _run(folder: str, arguments: Sequence[str], streams: Sequence[Path]) -> None:
    """In the new process, as a command of its own; it does not return."""
    code = 1
    try:
        for number, path in zip((2, 1), streams, strict=True):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(folder)
        sys.path.insert(0, folder)
        sys.argv = ["summbench", *arguments]
        import_module("summbench.cli").main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as error:
        _print_traceback(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _print_traceback(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    sys.__excepthook__(kind, error, traceback)


if __name__ == "__main__":
    main()
