"""A repository with three commits, the middle one worse: its history, from run to page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.commands import jsonl, model_config, run

pytestmark = pytest.mark.slow

_ROWS = [
    {
        "id": f"{i}",
        "document": f"The dam number {i} held. Rain fell on {i} fields. All {i} went home.",
        "references": [f"The dam number {i} held. Rain fell on {i} fields."],
    }
    for i in range(20)
]
_RUN = (
    "run", "--config-dir", "my_configs", "model=[ours]", "dataset=[table]",
    "dataset.table.path=news.jsonl", "metric=[rouge]", "columns=[rouge.rouge1_f]",
    "history=history.jsonl",
)  # fmt: skip


def _git(folder: Path, *command: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *identity, *command], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _commit(folder: Path, sentences: int) -> str:
    model_config(
        folder, "ours", "summbench.models.extractive.Extractive", method="lexrank",
        sentences=sentences,
    )  # fmt: skip
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "--allow-empty", "-m", "a change")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    jsonl(tmp_path / "news.jsonl", _ROWS)
    (tmp_path / ".gitignore").write_text("results\n")
    _git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def test_the_middle_commit_is_named(project: Path) -> None:
    commits = []
    for number, sentences in enumerate((2, 1, 2)):
        commits.append(_commit(project, sentences))
        done = run(project, *_RUN, f"name=v{number}")
        assert "The trend: summbench history history.jsonl" in done.stdout
        shown = run(project, "history", "history.jsonl", code=3 if number == 1 else 0).stdout
    run(project, *_RUN, "name=again")
    lines = [json.loads(line) for line in (project / "history.jsonl").read_text().splitlines()]
    assert [line["project"]["commit"] for line in lines] == commits
    assert not any(line["project"]["dirty"] for line in lines)
    middle = commits[1][:7]
    assert shown.startswith("Verdict: pass.")
    assert f"was surely lower at commit {middle}" in " ".join(shown.split())
    pages = ("--html", "trend.html", "--json", "trend.json", "--summary", "trend.md")
    run(project, "history", "history.jsonl", *pages)
    assert f"was surely lower at commit {middle}" in (project / "trend.html").read_text()
    assert f"surely lower at commit {middle}" in (project / "trend.md").read_text()
    content = json.loads((project / "trend.json").read_text())
    assert [v["commit"] for v in content["versions"]] == commits[1:]
    folders = [f"results/v{number}" for number in range(3)]
    assert run(project, "history", *folders).stdout == shown
    metadata = json.loads((project / "results/v1/run.json").read_text())
    assert metadata["project"]["commit"] == commits[1]


def test_a_tree_with_changes_and_a_detached_head_are_said(project: Path) -> None:
    commit = _commit(project, 2)
    run(project, *_RUN, "name=clean")
    _git(project, "checkout", "-q", "--detach")
    (project / "news.jsonl").touch()
    model_config(project, "ours", "summbench.models.extractive.Extractive", method="lexrank",
                 sentences=1)  # fmt: skip
    run(project, *_RUN, "name=dirty")
    shown = run(project, "history", "history.jsonl", code=3).stdout
    assert f"Since commit {commit[:7]}+" in " ".join(shown.split())
    lines = [json.loads(line) for line in (project / "history.jsonl").read_text().splitlines()]
    assert [line["project"].get("branch") for line in lines[:1]] == ["main"]


def test_a_history_that_cannot_take_the_run_is_refused_first(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", _ROWS)
    history = tmp_path / "history.jsonl"
    (tmp_path / "my_configs").mkdir()
    command = [*_RUN[:3], "model=[lead3]", *_RUN[4:]]
    run(tmp_path, *command, "name=a")
    assert json.loads(history.read_text())["project"] is None
    history.write_text(history.read_text().replace("|v:1", "|v:0"))
    done = run(tmp_path, *command, "name=b", code=1)
    assert "another signature, in line 1" in " ".join(done.stderr.split())
    assert not (tmp_path / "results" / "b" / "run.json").exists()
    history.write_text("{}\n")
    done = run(tmp_path, *command, "name=c", code=1)
    assert "line 1 is of schema version None" in " ".join(done.stderr.split())
    done = run(tmp_path, *command, "name=d", "shard=1/2", code=1)
    assert "history= to the run that merges" in " ".join(done.stderr.split())


def test_unlike_corpora_are_not_comparable(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", _ROWS)
    (tmp_path / "my_configs").mkdir()
    command = [*_RUN[:3], "model=[lead3]", *_RUN[4:-1]]
    run(tmp_path, *command, "name=a")
    run(tmp_path, *command, "name=b", "limit=10")
    shown = run(tmp_path, "history", "results/a", "results/b", code=2).stdout
    assert "other articles than the release: 10 gone" in " ".join(shown.split())
    (tmp_path / "nothing").mkdir()
    done = run(tmp_path, "history", "nothing", code=1)
    assert "nothing is no results folder" in done.stderr


def test_several_candidates_are_told_apart(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", _ROWS)
    for name, sentences in (("old", 2), ("a", 2), ("b", 1)):
        model_config(tmp_path, "ours", "summbench.models.extractive.Extractive",
                     method="lexrank", sentences=sentences)  # fmt: skip
        run(tmp_path, *_RUN[:-1], f"name={name}")
    folders = [f"results/{name}" for name in ("old", "a", "b")]
    done = run(tmp_path, "compare", *folders, "--json", "gate.json", code=3)
    assert done.stdout.startswith("2 candidates against results/old; Holm's correction is over")
    verdicts = [
        json.loads((tmp_path / f"gate-{name}.json").read_text())["verdict"]
        for name in ("1-a", "2-b")
    ]
    assert verdicts == ["pass", "regressed"]
