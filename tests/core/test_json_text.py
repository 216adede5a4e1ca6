"""JSON from outside that is nested too deep is a sentence, wherever it is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from summbench.analysis.metaeval.serialization import from_json as read_agreement
from summbench.core.checkpoints import resolve_checkpoint
from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.judgements import decode_replies
from summbench.core.tabular import read_rows
from summbench.leaderboard.serialization import from_json as read_leaderboard
from summbench.metrics.support.aliases import read_aliases
from summbench.models.completion import NoSummaryError, parse_answer
from summbench.models.server_errors import is_transient, to_text
from summbench.runs.bundle import open_bundle
from summbench.runs.run import RunData

_DEEP = "[" * 100_000
_DEEP_OBJECT = '{"a":' * 100_000
_JUST_DEEPER = "[" * 101 + "]" * 101


@pytest.mark.parametrize("text", [_DEEP, _DEEP_OBJECT, _JUST_DEEPER, _JUST_DEEPER.encode()])
def test_a_deep_text_is_no_value(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        parse_json(text)


def test_a_value_that_is_as_deep_as_may_be_is_read() -> None:
    text = "[" * 100 + "]" * 100
    assert parse_json(text) == json.loads(text)
    assert parse_json('{"a": 1, "a": 2}', allow_repeated_keys=True) == {"a": 2}


def _run(folder: Path) -> object:
    (folder / "run.json").write_text('{"schema_version": 1, "kind": ' + _DEEP, "utf-8")
    return RunData.open(folder)


def _bundle(folder: Path) -> object:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("MANIFEST.json"), _DEEP_OBJECT)
    return open_bundle(path)


def _references(folder: Path) -> object:
    (folder / "references.jsonl").write_text(_DEEP_OBJECT, "utf-8")
    return list(read_rows(folder / "references.jsonl"))


def _checkpoint(folder: Path) -> object:
    (folder / "config.json").write_text(_DEEP_OBJECT, "utf-8")
    return resolve_checkpoint(str(folder))


def _aliases(folder: Path) -> object:
    (folder / "aliases.json").write_text(_DEEP_OBJECT, "utf-8")
    return read_aliases(str(folder / "aliases.json"))


_READERS: dict[str, Callable[[Path], object]] = {
    "run.json": _run,
    "leaderboard": lambda _: read_leaderboard('{"schema_version": ' + _DEEP, "x"),
    "references": _references,
    "a bundle's manifest": _bundle,
    "a checkpoint": _checkpoint,
    "aliases": _aliases,
    "metaeval": lambda _: read_agreement(_DEEP_OBJECT, "x"),
}


@pytest.mark.parametrize("name", _READERS)
def test_a_deep_file_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(SummbenchError):
        _READERS[name](tmp_path)


def test_a_deep_answer_of_a_server_is_the_error_of_its_article() -> None:
    with pytest.raises(NoSummaryError, match="nested too deep"):
        parse_answer('{"choices": ' + _DEEP)
    body: list[object] = []
    for _ in range(100_000):
        body = [body]
    assert not is_transient(400, body)
    assert "nested too deep" in to_text(body)


def test_a_deep_reply_of_a_judge_is_no_rating() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        decode_replies(_DEEP)
