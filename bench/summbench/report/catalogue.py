"""A list of runs for people."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.runs.catalogue import RunOverview

_MOST_NAMES = 3


def render_runs(overviews: Sequence[RunOverview]) -> str:
    """Two lines a run: where it is and when it finished; what was compared on what."""
    lines = []
    for run in overviews:
        if run.problem:
            lines += [str(run.path), f"  can't be read: {run.problem}"]
            continue
        owner = "your repository" if run.is_project_commit else "summbench"
        commit = f", commit {run.commit} of {owner}" if run.commit else ""
        when = run.finished.replace("T", " ")[:16]
        lines += [
            f"{run.path}  ({run.kind}, {when}{commit})",
            f"  {_count(run.models, 'model')} on {_count(run.datasets, 'dataset')}, "
            f"{run.articles:,} article{'s' * (run.articles != 1)}, by {run.primary}",
        ]
    return "\n".join(lines)


def _count(names: Sequence[str], noun: str) -> str:
    """The names, or how many there are if they are many."""
    if len(names) > _MOST_NAMES:
        return f"{len(names)} {noun}s"
    return ", ".join(names)
