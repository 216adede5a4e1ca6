"""What a function takes as a run: a folder, a bundle, or the object."""

from __future__ import annotations

from pathlib import Path

from summbench.api.arguments import to_path
from summbench.api.run import Run
from summbench.runs.run import RunData

Source = str | Path | Run


def open_run(source: Source) -> RunData:
    """The run's data.

    Raises: SummbenchError, if there is none.
    """
    return source.data if isinstance(source, Run) else RunData.open(to_path("the run", source))


def get_path(source: Source) -> Path:
    """Where the run is."""
    return source.data.path if isinstance(source, Run) else to_path("the run", source)
