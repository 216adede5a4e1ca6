"""Ctrl-C: the first ends what runs and keeps what is finished, the third does not wait for it."""

from __future__ import annotations

import os
import signal
from itertools import count
from types import FrameType

INTERRUPTED = 130
_IMPATIENT = 3


def handle_interrupts() -> None:
    """Raise KeyboardInterrupt once; ignore the second signal, and end the process at the third.

    A second Ctrl-C would otherwise fall into the storing of what is finished. A signal that the
    parent process has switched off, as nohup does, stays so.
    """
    signals = count(1)

    def interrupt(number: int, frame: FrameType | None) -> None:
        n = next(signals)
        if n == 1:
            raise KeyboardInterrupt
        if n >= _IMPATIENT:
            os._exit(INTERRUPTED)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
