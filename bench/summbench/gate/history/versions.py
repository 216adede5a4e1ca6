"""The lines of a history as versions: the runs of one clean commit are one version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from summbench.core.errors import SummbenchError
from summbench.gate.differences import Key
from summbench.gate.history.line import HistoryLine, MetricLine, Scores, encode_line, parse_time
from summbench.gate.history.records import Version

_SHORTEST = 7


@dataclass(frozen=True, slots=True)
class RowScores:
    """The scores of a dataset, system and metric in one run, with what they depend on."""

    articles: Sequence[str]
    metric: MetricLine
    scores: Scores


@dataclass(frozen=True, slots=True)
class VersionLines:
    """A version with its runs, the earliest first."""

    version: Version
    lines: Sequence[HistoryLine]

    @property
    def run_time(self) -> datetime:
        """When its first run finished."""
        return parse_time(self.lines[0].finished)

    def list_rows(self, key: Key) -> list[RowScores]:
        """The scores of a row, one for each run that has it."""
        dataset, model, metric = key
        return [
            RowScores(line.datasets[dataset], line.metrics[metric], of_metrics[metric])
            for line in self.lines
            if metric in (of_metrics := line.scores.get(dataset, {}).get(model, {}))
        ]

    def list_keys(self) -> list[Key]:
        """The rows that any of its runs has."""
        return list(
            dict.fromkeys(
                (dataset, model, metric)
                for line in self.lines
                for dataset, models in line.scores.items()
                for model, metrics in models.items()
                for metric in metrics
            )
        )


def fold_lines(lines: Iterable[HistoryLine]) -> list[VersionLines]:
    """Return the versions in the order of their commits' times, without a commit of their runs'.

    Runs of a dirty tree, and those without a commit, are versions of their own. A line that is
    twice there is one run.
    """
    by_version: dict[object, list[HistoryLine]] = {}
    unique = {encode_line(line): line for line in lines}
    ordered = sorted(unique.values(), key=lambda line: parse_time(line.finished))
    for number, line in enumerate(ordered):
        project = line.project
        is_clean = project is not None and not project.dirty
        by_version.setdefault(project.commit if project and is_clean else number, []).append(line)
    groups = sorted(by_version.values(), key=lambda group: group[0].time)
    return [
        VersionLines(_describe_version(group, label), group)
        for group, label in zip(groups, _build_labels(groups), strict=True)
    ]


def _describe_version(lines: Sequence[HistoryLine], label: str) -> Version:
    project = lines[0].project
    time = lines[0].time.isoformat(timespec="seconds")
    if project is None:
        return Version(label, None, False, None, time, len(lines))
    return Version(label, project.commit, project.dirty, project.branch, time, len(lines))


def _build_labels(groups: Sequence[Sequence[HistoryLine]]) -> list[str]:
    """A short name of each version: its commit, or the name of its run; with a number if needed."""
    commits = {group[0].project.commit for group in groups if group[0].project}
    length = _SHORTEST
    while len({commit[:length] for commit in commits}) < len(commits):
        length += 1
    labels: list[str] = []
    for group in groups:
        project = group[0].project
        name = project.commit[:length] + "+" * project.dirty if project else group[0].name
        count = sum(label.partition(" ")[0] == name for label in labels)
        labels.append(f"{name} ({count + 1})" if count else name)
    return labels


def find_release(versions: Sequence[VersionLines], commit: str | None) -> VersionLines:
    """Return the version of a commit or label, given in full or by its beginning; else the first.

    Raises: SummbenchError if no version, or several, begin so.
    """
    if commit is None:
        return versions[0]
    matches = [v for v in versions if v.version.label == commit] or [
        v for v in versions if (v.version.commit or v.version.label).startswith(commit)
    ]
    clean = [v for v in matches if not v.version.is_dirty] or matches
    if len(clean) == 1:
        return clean[0]
    labels = ", ".join(v.version.label for v in (clean or versions)[:10])
    problem = "several versions are" if clean else "no version is"
    raise SummbenchError(f"--release {commit}: {problem} of this commit: {labels}.")
