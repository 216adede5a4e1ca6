"""What the commands say: results to standard output, everything else to standard error."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text

from summbench.core.control_characters import show_controls
from summbench.core.records import Progress as ProgressCallback
from summbench.core.redaction import redact_secrets

_WIDTH = 80
STDERR = Console(stderr=True, soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """A result; the guarded stream shows its control characters."""
    print(text)


def get_width() -> int:
    """The columns of the terminal that standard output is; 80 if it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH


def say_page(markdown: str) -> None:
    """A page of ours without its marks, fitted to the terminal."""
    from summbench.report.terminal.pages import format_page

    say(format_page(markdown, get_width()))


def say_wrapped(text: str, first: str = "", rest: str = "  ") -> None:
    """A result in lines that fit the terminal, after `first` and `rest`."""
    from summbench.report.terminal.text import wrap

    say("\n".join(wrap(text, get_width(), first, rest)))


def complain(text: str) -> None:
    """An error, for people; the text is never read as markup."""
    STDERR.print(Text.assemble(("error: ", "bold red"), _clean(text)))


def _clean(text: str) -> str:
    """The text without secrets, its control characters shown."""
    return show_controls(str(redact_secrets(text, os.environ)))


class _Reduced:
    """A stream that lets no secret through, whoever writes to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As the stream does, but without what must not be read.

        Bytes are refused as it refuses them: click finds out so whether a stream takes text.
        """
        return self._stream.write(self._reduce(text) if isinstance(text, str) else text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As the stream does, line by line."""
        for line in lines:
            self.write(line)

    def _reduce(self, text: str) -> str:
        return str(redact_secrets(text, os.environ))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Guarded(_Reduced):
    """A stream that also shows control characters, for print, loggers, tracebacks and Hydra.

    Rich finds the inner stream and writes its colours there; what it is given is shown before.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.rich_proxied_file = _Reduced(stream)

    def _reduce(self, text: str) -> str:
        return _clean(text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The message, cleaned before Rich breaks it into lines."""
        return _clean(super().format(record))


def guard_output() -> None:
    """Neither a secret nor a control character reaches the two streams from here on."""
    sys.stdout, sys.stderr = (cast(TextIO, _Guarded(stream)) for stream in (sys.stdout, sys.stderr))


def log_to_stderr() -> None:
    """Warnings of summbench appear beside the progress bars without breaking them."""
    handler = RichHandler(console=STDERR, show_time=False, show_path=False, markup=False)
    handler.setFormatter(_Formatter())
    logger = logging.getLogger("summbench")
    logger.handlers = [handler]
    level = os.environ.get("SUMMBENCH_LOG", "INFO").upper()
    logger.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")
    logger.propagate = False


@contextmanager
def progress() -> Iterator[ProgressCallback]:
    """A bar for each model while it works; lines when standard error is not a terminal."""
    from summbench.api.progress import show_progress

    with show_progress(STDERR) as update:
        yield update
