"""The commit and branch that a run was started at, against repositories made here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from summbench.runs.project import read_project


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q", "-b", "work")
    (tmp_path / "code.py").write_text("1\n")
    return tmp_path


def _git(folder: Path, *command: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *identity, *command], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _commit(folder: Path) -> str:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "a change")
    return _git(folder, "rev-parse", "HEAD")


def test_commit_branch_and_time_from_any_folder_of_the_tree(repository: Path) -> None:
    commit = _commit(repository)
    inner = repository / "inner"
    inner.mkdir()
    project = read_project(inner, {"GITHUB_REF_NAME": "other"})
    assert project is not None
    assert (project.commit, project.branch, project.dirty) == (commit, "work", False)
    assert project.committed == _git(repository, "show", "-s", "--format=%cI")


def test_no_git_and_no_commit_are_none(repository: Path, tmp_path: Path) -> None:
    assert read_project(repository, {}) is None
    assert read_project(tmp_path / "missing", {}) is None


def test_a_detached_head_has_the_branch_that_the_service_names(repository: Path) -> None:
    commit = _commit(repository)
    _git(repository, "checkout", "-q", "--detach")
    project = read_project(repository, {})
    assert project is not None
    assert (project.commit, project.branch) == (commit, None)
    for variable in ("GITHUB_HEAD_REF", "CI_COMMIT_REF_NAME"):
        project = read_project(repository, {"GITHUB_HEAD_REF": "", variable: "feature"})
        assert project is not None
        assert project.branch == "feature"


def test_changed_files_are_dirt_but_new_ones_and_the_history_are_not(repository: Path) -> None:
    history = repository / "history.jsonl"
    history.write_text("{}\n")
    (repository / "old name.py").write_text("2\n")
    _commit(repository)
    history.write_text("{}\n{}\n")
    (repository / "new.txt").write_text("new")

    def is_dirty() -> bool:
        project = read_project(repository, {}, [history])
        assert project is not None
        return project.dirty

    assert not is_dirty()
    _git(repository, "mv", "old name.py", "code 2.py")
    assert is_dirty()
    _commit(repository)
    (repository / "code.py").write_text("3\n")
    assert is_dirty()
