"""Progress bars on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


class _Rate(ProgressColumn):
    """Articles (or pairs, or metrics) per second, or seconds for one of them."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:,.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each")


@contextmanager
def show_progress(console: Console | None = None) -> Iterator[ProgressCallback]:
    """A bar for each model while it works, on standard error; nothing where none can be shown."""
    console = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    is_shown = console.is_terminal or console.is_jupyter
    with Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,  # what others print passes the filter of the command line
        redirect_stderr=False,
        disable=not is_shown,
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def update(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(show_controls(label), total=total)
            bars.update(tasks[label], completed=done, total=total)
            if done == total:
                bars.remove_task(tasks.pop(label))

        yield update
