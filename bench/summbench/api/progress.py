"""Progress on standard error: bars in a terminal, lines in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from summbench.core.control_characters import show_controls
from summbench.core.records import Progress as ProgressCallback

_QUICK = 1.0
_INTERVAL = 60.0
"""Seconds: of what has no line at its end, and between two lines."""


class _Rate(ProgressColumn):
    """Articles (or pairs, or metrics) per second, or seconds for one of them."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:,.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each")


class LogLines:
    """Progress where no bar can be shown: a line at each start, one a minute, and one at the end.

    What takes less than a second has no line at its end.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        self._console = console
        self._clock = clock
        self._started: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def update(self, label: str, done: int, total: int) -> None:
        """As a `Progress` is called: `done` of `total` articles, pairs or metrics."""
        now = self._clock()
        if label not in self._started:
            self._started[label] = now
            is_due = done < total
        else:
            last = self._started[label] if done == total else self._last[label]
            is_due = now - last >= (_QUICK if done == total else _INTERVAL)
        if is_due:
            self._last[label] = now
            seconds = f", {now - self._started[label]:,.0f} s" if done else ""
            text = show_controls(f"{label}: {done:,} of {total:,}{seconds}")
            self._console.print(Text(text), soft_wrap=True)
        if done == total:
            del self._started[label]


@contextmanager
def show_progress(console: Console | None = None) -> Iterator[ProgressCallback]:
    """A bar for each model while it works, on standard error; lines where that is no terminal."""
    console = console or Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        yield LogLines(console).update
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,  # what others print passes the filter of the command line
        redirect_stderr=False,
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def update(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(show_controls(label), total=total)
            bars.update(tasks[label], completed=done, total=total)
            if done == total:
                bars.remove_task(tasks.pop(label))

        yield update
