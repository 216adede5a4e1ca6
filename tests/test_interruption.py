"""A run that is stopped in the middle loses nothing that was finished."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.commands import MINE, TABLE, jsonl, model_config, rows, run, started

_ARTICLES = 40


def _wait_for_a_part(folder: Path) -> None:
    end = time.monotonic() + 60
    while not _stored_rows(folder):
        assert time.monotonic() < end, "no part was written within a minute"
        time.sleep(0.05)


def _stored_rows(folder: Path) -> int:
    parts = folder.glob("results/store/predictions/slow-*/*.parquet")
    return sum(pq.read_metadata(part).num_rows for part in parts)


def _numbers(folder: Path) -> tuple[bytes, bytes, list[dict[str, object]]]:
    """Everything that does not tell the time."""
    results = folder / "results" / "run"
    table = pq.read_table(results / "predictions.parquet").drop_columns(["seconds"])
    return (
        (results / "scores.parquet").read_bytes(),
        (results / "leaderboard.csv").read_bytes(),
        table.to_pylist(),
    )


@pytest.mark.parametrize(
    "kill", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name
)
def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_files(
    tmp_path: Path, kill: signal.Signals
) -> None:
    for folder in (tmp_path / "killed", tmp_path / "whole"):
        folder.mkdir()
        jsonl(folder / "news.jsonl", rows(_ARTICLES))
        model_config(folder, "slow", "tests.fakes.Slow", seconds=0.1)
    arguments = (*MINE, *TABLE, "model=[lead1,slow]")
    process = started(tmp_path / "killed", "run", *arguments)
    _wait_for_a_part(tmp_path / "killed")
    process.send_signal(kill)
    process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if kill is signal.SIGKILL else 130)
    assert not (tmp_path / "killed" / "results" / "run" / "leaderboard.md").exists()

    kept = _stored_rows(tmp_path / "killed")
    assert 0 < kept < _ARTICLES
    for folder in (tmp_path / "killed", tmp_path / "whole"):
        run(folder, "run", *arguments)
    # One row an article: what was kept was not predicted a second time.
    assert _stored_rows(tmp_path / "killed") == _ARTICLES
    assert _numbers(tmp_path / "killed") == _numbers(tmp_path / "whole")
