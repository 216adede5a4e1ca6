"""A run that is stopped in the middle loses nothing that was finished."""

from __future__ import annotations

import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.simulation.kills import ARTICLES, finish, numbers, prepared, stopped, stored

_NEEDS_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra [ray]")


@pytest.mark.parametrize(
    ("executor", "kill"),
    [
        ("local", signal.SIGKILL),
        ("local", signal.SIGINT),
        ("local", signal.SIGTERM),
        ("processes", signal.SIGKILL),
        ("processes", signal.SIGINT),
        pytest.param("ray", signal.SIGKILL, marks=_NEEDS_RAY),
        pytest.param("ray", signal.SIGTERM, marks=_NEEDS_RAY),
    ],
    ids=str,
)
def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_files(
    tmp_path: Path, executor: str, kill: signal.Signals
) -> None:
    folder, whole = prepared(tmp_path / "killed", 0.2), prepared(tmp_path / "whole", 0.0)
    [code] = stopped(folder, executor, kill)
    assert code == (-signal.SIGKILL if kill is signal.SIGKILL else 130)
    assert not (folder / "results" / "run" / "leaderboard.md").exists()
    assert 0 < stored(folder) < ARTICLES

    finish(folder, executor)
    finish(whole, "local")
    # One row an article: what was kept was not predicted a second time.
    assert stored(folder) == ARTICLES
    assert numbers(folder) == numbers(whole)
