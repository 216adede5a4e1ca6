"""Standard output and error that never end a command: what was computed does not depend on them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO, cast


class _Unfailing:
    """A stream that writes nothing more once it can't: its reader left, or the disk is full."""

    def __init__(self, stream: TextIO | None, report: Callable[[OSError], None]) -> None:
        if stream is None:  # it was closed before the start
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
        self._stream = stream
        self._report = report
        if isinstance(self._stream, io.TextIOWrapper):  # what its encoding lacks is escaped
            self._stream.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        """As the stream does, as long as it can."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As the stream does, line by line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """As the stream does, as long as it can."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """What is still in its buffer, and all that comes, goes nowhere."""
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, self._stream.fileno())
        os.close(descriptor)
        if not isinstance(error, BrokenPipeError):  # `| head` has what it wanted
            self._report(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def tolerate_output_errors(report: Callable[[OSError], None]) -> None:
    """From here on no command fails because of what it prints; `report` is told of an output lost.

    Characters that the encoding of a stream does not have are escaped, as in `\\u2026`.
    """
    sys.stdout = cast(TextIO, _Unfailing(sys.stdout, report))
    sys.stderr = cast(TextIO, _Unfailing(sys.stderr, lambda error: None))
