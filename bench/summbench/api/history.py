"""`summbench.history`: the versions of a project against its pinned release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summbench.api.arguments import to_names, to_path
from summbench.api.run import Run
from summbench.api.sources import Source
from summbench.api.tables import Table, tabulate
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.gate.history.file import read_history
from summbench.gate.history.history import build_history
from summbench.gate.history.line import HistoryLine
from summbench.gate.history.records import HistoryReport, HistoryRow, Point, Version
from summbench.gate.history.reduction import reduce_run
from summbench.report.history_sentences import format_verdict, list_findings
from summbench.report.html.history import render_history_notebook
from summbench.runs import files
from summbench.runs.run import RunData

if TYPE_CHECKING:
    import pandas as pd


class History:
    """Every version since the release against it; `report` has all numbers."""

    def __init__(self, report: HistoryReport) -> None:
        self.report = report

    @property
    def verdict(self) -> str:
        """The verdict on the newest version: regressed, pass, improved, inconclusive..."""
        return self.report.verdict

    @property
    def findings(self) -> list[str]:
        """A sentence for each row that lost, cannot be compared, or surely gained."""
        return list_findings(self.report)

    @property
    def table(self) -> Table:
        """One row a version, dataset, system and metric: its difference to the release."""
        return tabulate(
            [
                _tabulate_point(row, version, point)
                for row in self.report.rows
                for version, point in zip(self.report.versions, row.points, strict=True)
            ]
        )

    def to_pandas(self) -> pd.DataFrame:
        """The table as a DataFrame."""
        return self.table.to_pandas()

    def __repr__(self) -> str:
        sentences = [format_verdict(self.report), *self.findings]
        return show_controls(f"<History: {self.verdict}>\n" + "\n".join(sentences))

    def _repr_html_(self) -> str:
        return render_history_notebook(self.report)


def history(
    sources: Source | Sequence[Source],
    *,
    release: Source | None = None,
    branch: str | None = None,
    metrics: Sequence[str] | None = None,
) -> History:
    """Compare every version of a project with its release on the same articles.

    `sources` are results folders, folders of them, baselines, bundles, runs, and files that `run
    history=FILE` wrote. `release` is a commit, or one of these; without it the first version.
    `branch` takes only its versions, `metrics` only these: all that is looked at is one family.

    Raises: SummbenchError, if one is damaged, or there is no such release, branch or metric.
    """
    listed = [sources] if isinstance(sources, str | Path | Run) else list(sources)
    lines = [line for source in listed for line in _read_lines(source)]
    pinned = _read_release(release)
    names = None if metrics is None else to_names("metrics", metrics)
    return History(build_history(lines, pinned, branch=branch, metrics=names))


def _read_lines(source: Source) -> list[HistoryLine]:
    if isinstance(source, Run):
        return [reduce_run(source.data)]
    path = to_path("a source", source)
    if path.suffix == ".jsonl":
        return read_history(path)
    is_run = not path.is_dir() or (path / files.RUN).is_file()
    inner = [] if is_run else sorted(file.parent for file in path.glob(f"*/{files.RUN}"))
    return [reduce_run(RunData.open(folder)) for folder in inner or [path]]


def _read_release(release: Source | None) -> str | HistoryLine | None:
    if release is None:
        return None
    if isinstance(release, str) and not Path(release).exists():
        return release
    lines = _read_lines(release)
    if len(lines) != 1:
        raise SummbenchError(
            f"The release {release} has {len(lines)} runs. Name one: a folder, or a commit."
        )
    return lines[0]


def _tabulate_point(row: HistoryRow, version: Version, point: Point) -> dict[str, Any]:
    return {
        "dataset": row.dataset,
        "model": row.model,
        "metric": row.metric,
        "version": version.label,
        "commit": version.commit,
        "branch": version.branch,
        "time": version.time,
        "difference": point.difference,
        "low": point.low,
        "high": point.high,
        "p": point.p,
        "p_adjusted": point.p_adjusted,
        "comparison": version.comparison,
        "level": version.level,
        "is_significant": point.is_significant,
        "problem": point.problem,
    }
