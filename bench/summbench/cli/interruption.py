"""Ctrl-C: the first ends what runs and keeps what is finished, the third does not wait for it."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from threading import Timer
from types import FrameType

INTERRUPTED = 130
_IMPATIENT = 3
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECONDS_UNTIL_AGAIN = 0.05


class _Handler:
    """Raises KeyboardInterrupt once, ignores the second signal, ends the process at the third.

    A second Ctrl-C would otherwise fall into the storing of what is finished.
    """

    def __init__(self) -> None:
        self._n_signals = 0
        self._report = sys.unraisablehook

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        self._n_signals += 1
        if self._n_signals == 1:
            raise KeyboardInterrupt
        if self._n_signals >= _IMPATIENT:
            os._exit(INTERRUPTED)

    def report_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Interrupt again if the interruption fell into a destructor, where Python drops it."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._report(unraisable)
            return
        self._n_signals = 0
        again = Timer(_SECONDS_UNTIL_AGAIN, os.kill, (os.getpid(), signal.SIGINT))
        again.daemon = True
        again.start()


def handle_interrupts() -> None:
    """Handle SIGINT and SIGTERM, but for those that the parent process has switched off.

    nohup does that. Once the command is over, they change nothing any more: its exit code stays.
    """
    handler = _Handler()
    sys.unraisablehook = handler.report_unraisable
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, handler.interrupt)
        atexit.register(signal.signal, number, signal.SIG_IGN)
