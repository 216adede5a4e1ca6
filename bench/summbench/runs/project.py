"""The project that a run was started in: its commit and branch, as far as git knows them."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from summbench.runs.records import ProjectState

_BRANCH_VARIABLES = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME")
"""GitHub's and GitLab's names of the branch; their checkouts are detached from it."""


def read_project(
    folder: Path, environment: Mapping[str, str], own_files: Collection[Path] = ()
) -> ProjectState | None:
    """Return the commit that is checked out around a folder; None without git or a commit.

    It is dirty if a tracked file has changes, but for `own_files`, which summbench writes.
    """
    try:
        top, commit, branch = _run_git(
            folder, "rev-parse", "--show-toplevel", "HEAD", "--abbrev-ref", "HEAD"
        ).splitlines()
        committed = _run_git(folder, "show", "--no-patch", "--format=%cI", "HEAD").strip()
        status = _run_git(folder, "status", "--porcelain", "-z", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    own = {path.resolve() for path in own_files}
    changed = (path for path in _list_paths(status) if (Path(top) / path).resolve() not in own)
    names = (environment.get(variable) for variable in _BRANCH_VARIABLES)
    detached = next((name for name in names if name), None)
    return ProjectState(
        commit=commit,
        dirty=any(True for _ in changed),
        branch=detached if branch == "HEAD" else branch,
        committed=committed,
    )


def _run_git(folder: Path, *command: str) -> str:
    return subprocess.run(  # noqa: S603
        ["git", "--no-optional-locks", "-C", str(folder), *command],  # noqa: S607
        capture_output=True, encoding="utf-8", errors="surrogateescape", check=True, timeout=30,
    ).stdout  # fmt: skip


def _list_paths(status: str) -> Iterator[str]:
    """List the changed paths of `git status --porcelain -z`; of a renamed file its new one."""
    entries = iter(status.split("\0"))
    for entry in entries:
        if entry:
            yield entry[3:]
            if entry[0] in "RC":
                next(entries, None)
