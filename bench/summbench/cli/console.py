"""What the commands say: results to standard output, everything else to standard error."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text

from summbench.core.records import Progress as ProgressCallback
from summbench.core.redaction import redact_secrets

STDERR = Console(stderr=True, soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """A result, exactly as it is."""
    print(text)


def complain(text: str) -> None:
    """An error, for people; the text is never read as markup."""
    STDERR.print(Text.assemble(("error: ", "bold red"), text))


class _Reduced:
    """A stream that lets no secret through, whoever writes to it: loggers, tracebacks, Hydra."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As the stream does, but without secrets."""
        return self._stream.write(redact_secrets(text, os.environ))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def keep_secrets() -> None:
    """Nothing secret reaches standard error from here on."""
    sys.stderr = cast(TextIO, _Reduced(sys.stderr))


def log_to_stderr() -> None:
    """Warnings of summbench appear beside the progress bars without breaking them."""
    handler = RichHandler(console=STDERR, show_time=False, show_path=False, markup=False)
    logger = logging.getLogger("summbench")
    logger.handlers = [handler]
    logger.setLevel(os.environ.get("SUMMBENCH_LOG", "INFO"))
    logger.propagate = False


@contextmanager
def progress() -> Iterator[ProgressCallback]:
    """A bar for each model while it works; nothing when standard error is not a terminal."""
    from summbench.api.progress import show_progress

    with show_progress(STDERR) as update:
        yield update
