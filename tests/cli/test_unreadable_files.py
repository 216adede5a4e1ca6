"""A file or folder without permission is one sentence, wherever a command is given it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands_in_process import call
from tests.commands import ROWS, jsonl
from tests.denied import denied, read_only

_TABLE = [row | {"prediction": "The dam held."} for row in ROWS]
_LINES = "The dam held.\nBoats sank.\nBread is dear.\n"
_COMMANDS = {
    "a file to score": (["score", "secret.jsonl"], "secret.jsonl"),
    "a text to score": (["score", "secret.txt", "--references", "open.txt"], "secret.txt"),
    "a table to score": (["score", "secret.csv"], "secret.csv"),
    "references": (["score", "open.txt", "--references", "secret.txt"], "secret.txt"),
    "articles": (
        ["score", "open.txt", "--references", "refs.txt", "--articles", "secret.txt"],
        "secret.txt",
    ),
    "a file in a closed folder": (["score", "closed/news.jsonl"], "closed/news.jsonl/run.json"),
    "a closed folder of summaries": (
        ["score", "closed", "--references", "open.txt"],
        "closed/run.json",
    ),
    "a dataset": (["run", "dataset=secret.jsonl"], "secret.jsonl"),
    "the path of a dataset": (
        ["run", "dataset=table", "dataset.table.path=secret.jsonl"],
        "secret.jsonl",
    ),
    "a folder of articles": (["run", "dataset=texts", "dataset.texts.path=closed"], "closed"),
    "a file to audit": (["audit", "secret.jsonl"], "secret.jsonl"),
    "a file of ratings": (["metaeval", "secret.jsonl"], "secret.jsonl"),
    "a YAML": (["run", "-cd", "own", "model=mine"], "own/model/mine.yaml"),
    "a closed folder of a run": (["report", "closed"], "closed/run.json"),
}


@pytest.mark.parametrize("what", _COMMANDS)
def test_an_unreadable_file_is_named_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    what: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    jsonl(Path("secret.jsonl"), _TABLE)
    Path("secret.csv").write_text("id,prediction,references\na,b,c\n", "utf-8")
    Path("closed").mkdir()
    Path("own/model").mkdir(parents=True)
    Path("own/model/mine.yaml").write_text("_target_: summbench.models.lead.Lead\n", "utf-8")
    for name in ("secret.txt", "open.txt", "refs.txt", "closed/1.txt"):
        Path(name).write_text(_LINES, "utf-8")
    arguments, named = _COMMANDS[what]
    secrets = [*Path().glob("secret.*"), Path("closed"), Path("own/model/mine.yaml")]
    with denied(*secrets):
        code, printed = call(capsys, *arguments)
    assert code == 1
    assert printed in (
        f"error: {named} can't be read (Permission denied).",
        f"error: {tmp_path / named} can't be read (Permission denied).",
    )


def test_nothing_has_to_be_made_again_where_only_permission_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    jsonl(Path("mine.jsonl"), _TABLE)
    assert call(capsys, "score", "mine.jsonl", "metric=rouge")[0] == 0
    for name in ("run.json", "leaderboard.json"):
        file = Path("results/mine", name)
        with denied(file):
            code, printed = call(capsys, "report", "results/mine")
        assert (code, printed) == (1, f"error: {file} can't be read (Permission denied).")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["score", "mine.jsonl", "--out", "ro/out"], "out=FOLDER (--out FOLDER)"),
        (["score", "mine.jsonl", "results=ro"], "results=FOLDER"),
        (["score", "mine.jsonl", "store=ro/store", "metric=chrf"], "store=FOLDER"),
        (["report", "results/mine", "--baseline", "ro/base"], "--baseline FOLDER"),
        (
            ["annotate", "results/mine", "--out", "ro/a", "--articles", "3"],
            "out=FOLDER (--out FOLDER)",
        ),
        (["metaeval", "rated.jsonl", "metric=rouge", "--json", "ro/human.json"], "--json FILE"),
    ],
)
def test_a_folder_that_cannot_be_written_is_answered_with_the_option_that_names_another(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    option: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [row | {"systems": {"a": "The dam.", "b": "Boats."}} for row in ROWS]
    jsonl(Path("mine.jsonl"), rows)
    assert call(capsys, "score", "mine.jsonl", "metric=rouge")[0] == 0
    jsonl(Path("rated.jsonl"), [row | {"human": {"a": 1, "b": 2}} for row in rows])
    Path("ro").mkdir()
    with read_only(Path("ro")):
        code, printed = call(capsys, *arguments)
    assert code == 1
    assert f"can't be written to (Permission denied); give another with {option}." in printed
