"""What results there are below a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.runs import files
from summbench.runs.run import RunData

_COMMIT = 12


@dataclass(frozen=True, slots=True)
class RunOverview:
    """One finished run; `commit` ends with + if there were changes.

    It is the project's if `is_project_commit`, else summbench's own.

    `problem` says why the folder cannot be read; all else but `path` is then empty.
    """

    path: Path
    kind: str = ""
    finished: str = ""
    models: Sequence[str] = ()
    datasets: Sequence[str] = ()
    articles: int = 0
    primary: str = ""
    commit: str = ""
    is_project_commit: bool = False
    problem: str = ""


def list_runs(folder: Path) -> list[RunOverview]:
    """The runs, baselines and bundles below a folder, the latest first; the damaged ones last.

    Raises: SummbenchError if there is no such folder.
    """
    if not folder.is_dir():
        raise SummbenchError(
            f"There is no folder {folder}. Runs are in the folder that results= names; the default "
            "is results."
        )
    paths = [path.parent for path in folder.rglob(files.RUN)]
    paths += folder.rglob(files.name_bundle("*"))
    overviews = [_read_overview(path) for path in sorted(paths)]
    return sorted(overviews, key=lambda o: (o.finished, o.path.as_posix()), reverse=True)


def _read_overview(path: Path) -> RunOverview:
    try:
        run = RunData.open(path)
        board = run.leaderboard
    except SummbenchError as error:
        return RunOverview(path, problem=str(error))
    git = run.metadata.project or run.metadata.git
    return RunOverview(
        path,
        "bundle" if run.is_bundle else run.metadata.kind,
        run.metadata.finished,
        list(board.models),
        list(board.datasets),
        sum(info.articles for info in board.datasets.values()),
        board.primary,
        "" if git is None else git.commit[:_COMMIT] + "+" * git.dirty,
        run.metadata.project is not None,
    )
