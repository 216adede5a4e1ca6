"""The command line in this process: what it prints to standard error, and its exit code."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from summbench.cli import main


@contextmanager
def _restored_process() -> Iterator[None]:
    """What a command sets for its process, as it was."""
    logger = logging.getLogger("summbench")
    handlers, propagate, level = logger.handlers, logger.propagate, logger.level
    threshold = gc.get_threshold()
    handlers_of_signals = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    argv, stdout, stderr = sys.argv, sys.stdout, sys.stderr
    try:
        yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
        gc.set_threshold(*threshold)
        for number, handler in handlers_of_signals.items():
            signal.signal(number, handler)
        sys.argv, sys.stdout, sys.stderr = argv, stdout, stderr


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code, and all that was printed, its white space single."""
    with _restored_process(), pytest.raises(SystemExit) as ended:
        sys.argv = ["summbench", *arguments]
        main()
    printed = capsys.readouterr()
    return int(ended.value.code or 0), " ".join((printed.err + printed.out).split())
