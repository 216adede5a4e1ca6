"""A gate's comment is replaced and not repeated, whoever else writes; no token is no error."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.forge import Forge, serve_forge
from tests.actions.runner import ACTION
from tests.commands import environment

_MARKER = "<!-- summbench gate: news -->"


@pytest.fixture
def forge() -> Iterator[Forge]:
    with serve_forge() as forge:
        yield forge


def _comment(folder: Path, forge: Forge, body: str, **variables: str) -> str:
    """What the script says; it must not fail."""
    file = folder / "comment.md"
    file.write_text(body, encoding="utf-8")
    own = {
        "GITHUB_API_URL": forge.address,
        "GITHUB_REPOSITORY": "news/summaries",
        "GITHUB_TOKEN": "a-token",
        "PULL_REQUEST": "7",
    }
    done = subprocess.run(
        [sys.executable, str(ACTION / "comment.py"), str(file)],
        env=environment() | own | variables, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_second_comment_replaces_the_first(forge: Forge, tmp_path: Path) -> None:
    forge.add("Nice work", "somebody")
    assert "was written" in _comment(tmp_path, forge, f"{_MARKER}\n## Gate news: regressed\n")
    assert "101 was replaced" in _comment(tmp_path, forge, f"{_MARKER}\n## Gate news: pass é\n")
    assert forge.list_bodies() == ["Nice work", f"{_MARKER}\n## Gate news: pass é\n"]
    assert forge.tokens == {"Bearer a-token"}
    assert {path.partition("?")[0] for _, path in forge.requests} == {
        "/repos/news/summaries/issues/7/comments", "/repos/news/summaries/issues/comments/101",
    }  # fmt: skip


def test_two_gates_have_a_comment_each(forge: Forge, tmp_path: Path) -> None:
    for name in ("news", "news-long", "news"):
        _comment(tmp_path, forge, f"<!-- summbench gate: {name} -->\nx\n")
    assert len(forge.comments) == 2


def test_it_is_found_behind_more_than_a_page_of_others(forge: Forge, tmp_path: Path) -> None:
    for number in range(230):
        forge.add(f"comment {number}", "somebody")
    own = forge.add(f"{_MARKER}\nold\n")
    assert f"{own} was replaced" in _comment(tmp_path, forge, f"{_MARKER}\nnew\n")
    assert len(forge.comments) == 231


def test_what_others_wrote_is_never_replaced(forge: Forge, tmp_path: Path) -> None:
    forge.add(f"{_MARKER}\nmine\n", "mallory")
    forge.add(f"> {_MARKER}\nI quote the gate\n")
    forge.comments.append({"id": 300, "body": None, "user": None})
    _comment(tmp_path, forge, f"{_MARKER}\nnew\n")
    assert forge.list_bodies()[0] == f"{_MARKER}\nmine\n"
    assert len(forge.comments) == 4


def test_a_token_that_may_only_read_is_said_and_is_no_failure(forge: Forge, tmp_path: Path) -> None:
    forge.writable = False
    shown = _comment(tmp_path, forge, f"{_MARKER}\nnew\n")
    assert shown.startswith("::notice title=summbench gate::There is no comment: the token")
    assert "From a fork it never may" in shown
    assert len(shown.splitlines()) == 1
    assert forge.comments == []


def test_a_service_that_is_busy_is_asked_again(forge: Forge, tmp_path: Path) -> None:
    forge.answers = [502, 503]
    assert "was written" in _comment(tmp_path, forge, f"{_MARKER}\nnew\n")
    assert len(forge.comments) == 1


def test_an_answer_that_is_lost_makes_no_second_comment(forge: Forge, tmp_path: Path) -> None:
    forge.failures_after_writing = [504]
    assert "was replaced" in _comment(tmp_path, forge, f"{_MARKER}\nnew\n")
    assert len(forge.comments) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "variables", "reason"),
    [
        ([422], {}, "GitHub answered 422"),
        ([500] * 3, {}, "GitHub answered 500"),
        ([], {"GITHUB_API_URL": "http://127.0.0.1:9"}, "Connection refused"),
        ([], {"PULL_REQUEST": ""}, "invalid literal"),
    ],
)
def test_nothing_of_it_fails_the_job(
    forge: Forge, tmp_path: Path, answers: list[int], variables: dict[str, str], reason: str
) -> None:
    forge.answers = answers
    shown = _comment(tmp_path, forge, f"{_MARKER}\nnew\n", **variables)
    assert shown.startswith("::warning title=summbench gate::There is no comment: ")
    assert reason in shown
