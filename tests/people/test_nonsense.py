"""Files that no page and no command wrote, and numbers out of reason: a sentence each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.people.collect import collect_answers
from summbench.people.dimensions import get_dimensions
from summbench.people.rated_merge import merge_rated
from tests.cli.commands_in_process import call
from tests.people.raters import write_answers
from tests.people.studies import make_study, write_pages
from tests.people.test_arena import _make_run as make_run

_DEEP = "[" * 50_000 + "]" * 50_000


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    study = make_study("likert", 3, 2, attention=0)
    write_pages(study, tmp_path)
    return write_answers(study, tmp_path, "rater-1")


@pytest.fixture
def rated(answers: Path) -> Path:
    out = answers.with_name("rated.jsonl")
    summbench.collect([answers], answers.parent, out, resamples=100)
    return out


def _repeat(text: str) -> str:
    name = next(iter(json.loads(text)["answers"]))
    return text.replace('"answers": {', f'"answers": {{"{name}": {{"value": {{}}, "seconds": 1}}, ')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_answers_with_a_byte_order_mark_are_read(answers: Path, encoding: str) -> None:
    answers.write_text(answers.read_text(encoding="utf-8"), encoding=encoding)
    assert collect_answers([answers], answers.parent, resamples=100).raters[0].n_answered == 12


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text.replace('"value": {', f'"value": {{"x": {_DEEP}, ', 1), "nested too"),
        (_repeat, "comes twice in one object"),
        (lambda text: text.replace("20.0", "NaN", 1), "is no file of answers"),
        (lambda text: text.replace("20.0", "1" + "0" * 400, 1), "Number out of range"),
        (lambda text: text.replace("20.0", '"long"', 1), "Expected `float`, got `str`"),
        (lambda text: text.replace("rater-1", "\\ud800", 1), "is no file of answers"),
    ],
)
def test_answers_that_no_page_saves(
    answers: Path, spoil: Callable[[str], str], message: str
) -> None:
    answers.write_text(spoil(answers.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SummbenchError, match=message) as caught:
        collect_answers([answers], answers.parent)
    assert len(str(caught.value)) < 400


def test_paths_that_are_no_files_of_answers(answers: Path) -> None:
    loop = answers.with_name("loop.json")
    loop.symlink_to(loop.name)
    archive = answers.with_name("a.json")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(answers)
    for path in (loop, archive, answers.parent):
        with pytest.raises(SummbenchError, match=r"can't be read|binary file|archive"):
            collect_answers([path], answers.parent)


def test_a_screen_of_years_is_named(answers: Path) -> None:
    text = answers.read_text(encoding="utf-8").replace("20.0", "1e300", 1)
    answers.write_text(text, encoding="utf-8")
    problems = collect_answers([answers], answers.parent, resamples=100).problems
    assert problems[0] == (
        f"{answers}: 1 screen in sight for over a day (at most 1e+300 s): no time of this rater "
        "is to be trusted."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"human":{', '"human":{"x":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ",", "nested too"),
        ('"selection":', '"selection":"random","selection":', "comes twice in one object"),
        ('"human":{', '"human":{"alpha":{"fluency":{"rater-9":1e300}},"', "no row of summbench"),
    ],
)
def test_rows_that_collect_does_not_write(rated: Path, old: str, new: str, message: str) -> None:
    spoilt = rated.with_name("spoilt.jsonl")
    spoilt.write_text(rated.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SummbenchError, match=message):
        merge_rated([rated, spoilt])


@pytest.mark.parametrize("score", [-3.0, 1e300])
def test_a_score_beyond_its_scale_is_not_merged(rated: Path, score: float) -> None:
    rows = [json.loads(line) for line in rated.read_text(encoding="utf-8").splitlines()]
    rows[0]["human"]["alpha"]["fluency"]["rater-1"] = score
    spoilt = rated.with_name("spoilt.jsonl")
    spoilt.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"by rater-1 for fluency of alpha; expected 1 to 5\."):
        merge_rated([rated, spoilt])


def test_dimensions_in_other_encodings_and_too_deep(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    tone = [{"name": "tone", "question": "?", "anchors": ["rude", "polite"]}]
    path.write_text(json.dumps(tone), encoding="utf-16")
    assert get_dimensions([str(path)])[0].name == "tone"
    path.write_text(_DEEP, encoding="utf-8")
    with pytest.raises(SummbenchError, match="nested too deep"):
        get_dimensions([str(path)])


@pytest.mark.parametrize("sds", ["1e308,1,1", "inf,1,1", "1e400,0,0"])
def test_a_plan_of_endless_spread(capsys: pytest.CaptureFixture[str], sds: str) -> None:
    code, printed = call(capsys, "plan", "--rating-sds", sds)
    assert code == 1
    assert "expected three from 0 to 1e6, not all 0" in printed


@pytest.mark.parametrize("value", ["1e300", '"many"', "null"])
def test_a_pilot_with_ratings_of_no_scale(
    rated: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    row = '{"id": "a", "human": {"alpha": {"tone": {"r": VALUE}}}}\n'
    rated.write_text(row.replace("VALUE", value), encoding="utf-8")
    code, printed = call(capsys, "plan", "--rated", str(rated))
    assert code == 1
    assert "alpha on a has the rating" in printed
    assert "expected a number up to 1e6." in printed


def test_more_pages_than_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = make_run(2)
    with pytest.raises(SummbenchError, match="raters is 100000000000; expected at most 1,000"):
        summbench.annotate(run, tmp_path / "pages", raters=10**11)
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("kind", ["deep", "loop", "folder"])
def test_files_for_a_judge_that_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run, path = make_run(2), tmp_path / "x.jsonl"
    if kind == "deep":
        path.write_text(_DEEP, encoding="utf-8")
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.mkdir()
    message = r"nested too deep|does not exist|is a folder|can't be read"
    judge = {"j": {"base_url": "http://localhost:1/v1", "model": "m"}}
    with pytest.raises(SummbenchError, match=message):
        summbench.arena(run, judge, people=path)
    with pytest.raises(SummbenchError, match=message):
        summbench.check_facts(run, path)
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"id": "a00", "fact": "Article 0 has news."}\n', encoding="utf-8")
    with pytest.raises(SummbenchError, match=message):
        summbench.check_facts(run, facts, rated=path)
