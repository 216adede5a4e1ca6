"""Tables that are shown while they grow."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import perf_counter


def show(table: Iterable[str], repetitions: int) -> None:
    """Line after line, and how long it took."""
    began = perf_counter()
    for line in table:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{repetitions:,} repetitions, {perf_counter() - began:.0f} s.\n")
