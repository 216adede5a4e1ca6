"""history.jsonl: its lines, two runs at once, and what is refused."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import jsonschema
import pytest

from summbench.core.errors import SummbenchError
from summbench.gate.history.file import append_line, check_history, read_history
from summbench.gate.history.line import decode_line, encode_line
from summbench.gate.history.reduction import reduce_run
from tests.gates import COUNT, PRIMARY, SCORES, Run, load
from tests.histories import R2, build_line
from tests.runs.schemas import FOLDER

_SCORES = [0.5, 0.25]


def test_a_line_is_a_line_and_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.jsonl"
    lines = [build_line(1, _SCORES), build_line(2, [None, 1.0], commit=None)]
    assert [append_line(line, path) for line in lines] == [True, True]
    assert read_history(path) == lines
    assert path.read_bytes() == b"".join(map(encode_line, lines))
    assert path.read_bytes().count(b"\n") == 2


def test_lines_fit_the_published_schema() -> None:
    schema = json.loads((FOLDER / "history.schema.json").read_bytes())
    content = json.loads(encode_line(build_line(1, _SCORES)))
    jsonschema.Draft202012Validator(schema).validate(content)
    for key, value in (("schema_version", 2), ("project", "abc"), ("colour", "red")):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(content | {key: value})


def test_a_run_is_reduced_to_its_systems_shown_quality_metrics(tmp_path: Path) -> None:
    run = load(Run().write(tmp_path / "run"))
    line = reduce_run(run)
    articles = run.articles["news"]
    assert list(line.metrics) == [PRIMARY]
    assert line.datasets == {"news": [digest[:16] for digest in articles.values()]}
    assert sorted(line.datasets["news"]) == line.datasets["news"]
    by_article = {f"a{i}": score for i, score in enumerate(SCORES)}
    expected = [pytest.approx(by_article[article], rel=1e-5) for article in articles]
    assert line.scores == {"news": {"m": {PRIMARY: expected}}}
    assert len(expected) == COUNT


def test_too_many_articles_to_have_hashes_are_refused(tmp_path: Path) -> None:
    run = load(Run(hashed=False).write(tmp_path / "run"))
    with pytest.raises(SummbenchError, match="no hashes of the articles of a dataset above 50,000"):
        reduce_run(run)


def test_the_same_commit_with_the_same_scores_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    assert append_line(build_line(1, _SCORES), path)
    assert not append_line(build_line(1, _SCORES, ran=5, name="again"), path)
    assert append_line(build_line(1, [0.5, 0.3], ran=6), path)
    assert len(read_history(path)) == 2


def test_what_has_no_clean_commit_is_a_version_each_time(tmp_path: Path) -> None:
    """The scores of a tree with changes may come back after others."""
    path = tmp_path / "history.jsonl"
    for day, scores in ((1, [0.5, 0.25]), (2, [0.1, 0.1]), (3, [0.5, 0.25])):
        assert append_line(build_line(day, scores, commit=None), path)
        assert append_line(build_line(1, scores, is_dirty=True, ran=day), path)
    assert not append_line(build_line(3, _SCORES, commit=None), path)
    assert len(read_history(path)) == 6


def test_another_signature_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    append_line(build_line(1, _SCORES), path)
    before = path.read_bytes()
    with pytest.raises(SummbenchError, match=r"another signature, in line 1: rouge\|v:1"):
        append_line(build_line(2, _SCORES, signature="rouge|v:2"), path)
    with pytest.raises(SummbenchError, match="Begin a new file"):
        check_history({R2: "rouge|v:2"}, path)
    check_history({R2: "rouge|v:1", "other.metric": "x"}, path)
    check_history({R2: "rouge|v:2"}, tmp_path / "none.jsonl")
    assert path.read_bytes() == before


def _append(arguments: tuple[int, str]) -> bool:
    number, path = arguments
    return append_line(build_line(1, [number / 100, 0.5] * 500, name="x" * 9), Path(path))


def test_runs_that_finish_together_have_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    jobs = [(i, str(path)) for i in range(40)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        assert all(pool.map(_append, jobs))
    values = sorted(line.scores["news"]["textrank"][R2][0] or 0 for line in read_history(path))
    assert values == [i / 100 for i in range(40)]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data[: len(data) // 2], "line 2 is damaged"),
        (lambda data: b"", "the last line has no end"),
        (lambda data: b"not json\n", "line 2 is damaged"),
        (lambda data: b"[]\n", "line 2 is damaged"),
        (lambda data: b"\xff\xfe\n", "line 2 is damaged"),
        (lambda data: b"[" * 100_000 + b"\n", "line 2 is damaged"),
        (lambda data: data.replace(b'"schema_version":1', b'"schema_version":7'), "version 7"),
        (lambda data: data.replace(b"[0.5,0.25]", b"[0.5]"), "has 1 scores of 2 articles"),
        (lambda data: data.replace(b"0.25", b"NaN"), "line 2 is damaged"),
        (lambda data: data.replace(b"2026-11-02T11", b"yesterday"), "line 2 is damaged"),
        (lambda data: data.replace(b'"news":["', b'"news":["z'), "are not in order"),
        (lambda data: data.replace(b'{"news":["', b'{"old":["'), "no articles of 'news'"),
        (lambda data: data.replace(b'"metrics":{"rouge', b'"metrics":{"r'), "no signature of"),
        (lambda data: b"<<<<<<< HEAD\n" + data, "line 2 is damaged"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "history.jsonl"
    first, second = (encode_line(build_line(day, _SCORES)) for day in (1, 2))
    if message == "the last line has no end":
        first, second = first[:-1], b""
    path.write_bytes(first + spoil(second))
    with pytest.raises(SummbenchError, match=message) as caught:
        read_history(path)
    assert str(path) in str(caught.value)
    with pytest.raises(SummbenchError, match=message):
        append_line(build_line(3, _SCORES), path)


def test_blank_lines_are_no_runs(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\n" + encode_line(build_line(1, _SCORES)) + b"  \n")
    assert len(read_history(path)) == 1


def test_a_file_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"can't be read \(No such file"):
        read_history(tmp_path / "none.jsonl")
    with pytest.raises(SummbenchError, match="can't be written"):
        append_line(build_line(1, _SCORES), tmp_path)


def test_control_characters_are_codes() -> None:
    data = encode_line(build_line(1, _SCORES, name="a\u202eb"))
    assert b"a\\u202eb" in data
    assert decode_line(data).name == "a\u202eb"
