"""Files of answers: united, refused where nothing of them can be used, and every cause said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

import summbench
from summbench.analysis.metaeval.serialization import from_json, to_json
from summbench.core.errors import SummbenchError
from summbench.people.collect import Collection, collect_answers
from summbench.people.collection_page import write_collection
from summbench.people.collection_text import render_collection
from summbench.people.rated import read_rated
from summbench.people.study import ASSIGNMENTS, Design, Study, write_study
from summbench.report.metaeval import render_metric_agreement
from tests.people.raters import write_answers
from tests.people.studies import make_study, write_pages
from tests.runs.schemas import FOLDER

_Edit = Callable[[dict[str, Any]], Any]


def _edit(path: Path, edit: _Edit, name: str = "") -> Path:
    """The file with something of it changed, under another name if there is one."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    edited = path.with_name(name or path.name)
    edited.write_text(json.dumps(content), encoding="utf-8")
    return edited


def _keep(*names: str) -> _Edit:
    return lambda content: content.update(
        answers={name: content["answers"][name] for name in names}
    )


def _collect(folder: Path, *files: Path, **keys: Any) -> Collection:
    return collect_answers(files, folder, resamples=100, **keys)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = make_study("likert", 3, 3, attention=1)
    write_pages(study, tmp_path)
    return study


def _list_items(study: Study, rater: str, are_checks: bool = False) -> list[str]:
    return [i.id for i in study.raters[rater] if (i.expected is not None) == are_checks]


def test_a_later_file_adds_its_answers_and_takes_none_away(study: Study, tmp_path: Path) -> None:
    first, second, *_ = _list_items(study, "rater-1")
    whole = write_answers(study, tmp_path, "rater-1")
    later = write_answers(study, tmp_path, "rater-1", seed=5)
    _edit(later, _keep(first, second))
    scale = study.dimensions[0].name

    def change(content: dict[str, Any]) -> None:
        for name, point in ((first, "1"), (second, "5")):
            content["answers"][name]["value"][scale] = point

    _edit(later, change)
    _edit(whole, lambda c: c["answers"][first]["value"].update({scale: "3"}))
    _edit(whole, lambda c: c["answers"][second]["value"].update({scale: "3"}))
    for files in ((whole, later), (later, whole)):
        collection = _collect(tmp_path, *files)
        assert collection.raters[0].n_answered == 13
        by_item = {i.id: i for i in study.raters["rater-1"]}
        for name, point in ((first, 1), (second, 5)):
            article = next(a for a in collection.articles if a.id == by_item[name].article)
            assert article.human[by_item[name].systems[0]][scale]["rater-1"] == point
        assert collection.problems[0] == (
            f"rater-1 has 2 files, which are united: {whole} and {later}. Together they answer 13 "
            "screens; 2 are in several, and where these differ (2 screens) the answer saved last "
            "counts."
        )


def test_one_file_twice_is_one_file_and_a_copy_is_said(study: Study, tmp_path: Path) -> None:
    path = write_answers(study, tmp_path, "rater-1")
    assert not [p for p in _collect(tmp_path, path, path).problems if "files" in p]
    copy = _edit(path, lambda content: None, "copy.json")
    problems = _collect(tmp_path, path, copy).problems
    assert f"rater-1 has 2 files with the same answers: {path} and {copy}." in problems


def test_a_file_under_another_raters_name_is_refused_and_the_owner_named(
    study: Study, tmp_path: Path
) -> None:
    good = write_answers(study, tmp_path, "rater-1")
    wrong = _edit(write_answers(study, tmp_path, "rater-2"), lambda c: c.update(rater="rater-1"))
    with pytest.raises(SummbenchError) as caught:
        _collect(tmp_path, good, wrong)
    assert str(caught.value) == (
        f"{wrong} is of rater-1; of its 13 answers all belong to no screen of rater-1. 13 of 13 "
        "belong to rater-2, whose file it may be. Correct the file or leave it away."
    )


def test_a_file_of_impossible_answers_is_refused(study: Study, tmp_path: Path) -> None:
    def spoil(content: dict[str, Any]) -> None:
        for answer in content["answers"].values():
            answer["value"] = dict.fromkeys(answer["value"], "6")

    path = _edit(write_answers(study, tmp_path, "rater-1"), spoil)
    with pytest.raises(SummbenchError, match=r"of its 13 answers none can be used \(first: screen"):
        _collect(tmp_path, path)


def test_each_cause_has_its_sentence(study: Study, tmp_path: Path) -> None:
    first, second, third, *_ = _list_items(study, "rater-1")

    def spoil(content: dict[str, Any]) -> None:
        content["answers"]["deadbeef00"] = content["answers"].pop(second)
        for name in (first, third):
            content["answers"][name]["value"] = {"consistency": "6", "point": "1"}

    path = _edit(write_answers(study, tmp_path, "rater-1"), spoil)
    empty = _edit(write_answers(study, tmp_path, "rater-2"), _keep())
    collection = _collect(tmp_path, path, empty)
    places = {item.id: place for place, item in enumerate(study.raters["rater-1"], start=1)}
    article = next(i.article for i in study.raters["rater-1"] if i.id == first)
    assert collection.problems[:6] == [
        f"{path}: 1 answer to no screen of rater-1, left out.",
        f"{path}: 2 answers that the page can't give, left out with all of the screen (first: "
        f"screen {places[first]} on article '{article}': relevance is nothing (null); expected 1 "
        "to 5).",
        f"{empty} has no answers.",
        "rater-1 has not answered 3 of 13 screens; what is there counts.",
        "rater-2 has not answered 13 of 13 screens, 1 check of attention among them; what is "
        "there counts.",
        "There is no file of rater-3.",
    ]
    assert [r.n_answered for r in collection.raters] == [10, 0, 0]


def test_one_impossible_value_takes_no_other_of_its_screen_away(
    study: Study, tmp_path: Path
) -> None:
    first, second, *_ = _list_items(study, "rater-1")
    [check] = _list_items(study, "rater-1", are_checks=True)

    def spoil(content: dict[str, Any]) -> None:
        content["answers"][first]["value"]["fluency"] = "6"
        del content["answers"][second]["value"]["relevance"]
        content["answers"][check]["value"]["fluency"] = "6"

    whole = write_answers(study, tmp_path, "rater-1")
    spoilt = _edit(whole, spoil, "spoilt.json")
    others = [write_answers(study, tmp_path, rater) for rater in list(study.raters)[1:]]
    collection = _collect(tmp_path, spoilt, *others)
    items = {item.id: item for item in study.raters["rater-1"]}
    where = [
        f"screen {list(items).index(name) + 1} on article {items[name].article!r}"
        for name in items if name in (first, second)
    ]  # fmt: skip
    assert collection.problems[0].endswith("fluency is '6'; expected 1 to 5).")  # of the check
    assert collection.problems[1] == (
        f"{spoilt}: 2 values that the page can't give, left out: fluency is '6' on {where[0]} and "
        f"relevance is nothing (null) on {where[1]}. The other answers of these screens count."
    )
    assert (collection.raters[0].n_answered, collection.raters[0].unanswered_checks) == (12, 1)
    complete = _collect(tmp_path, whole, *others)
    lost = [
        (items[name].article, items[name].systems[0], dimension, "rater-1")
        for name, dimension in ((first, "fluency"), (second, "relevance"))
    ]
    keys = [(row["article"], row["system"], row["dimension"], row["rater"], row["score"])
            for row in complete.ratings]  # fmt: skip
    kept = [(row["article"], row["system"], row["dimension"], row["rater"], row["score"])
            for row in collection.ratings]  # fmt: skip
    assert sorted(kept) == sorted(key for key in keys if key[:4] not in lost)
    assert collection.alphas["fluency"].n == complete.alphas["fluency"].n == 12
    # A file that was saved before has the value, which counts again.
    _edit(spoilt, lambda content: content.update(saved="2027-01-01T10:00:00Z"))
    united = _collect(tmp_path, whole, spoilt, *others)
    assert sorted(map(str, united.ratings)) == sorted(map(str, complete.ratings))
    assert "13 are in several, and where these differ (0 screens)" not in united.problems[2]
    assert "12 are in several, and where these differ (0 screens)" in united.problems[2]


def test_of_a_checklist_the_other_facts_count(tmp_path: Path) -> None:
    study = make_study("checklist", 3, 2, attention=0)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    item = study.raters["rater-1"][0]

    def spoil(content: dict[str, Any]) -> None:
        value = {"f1": "stated", "f2": "perhaps", "f3": "missing"}
        content["answers"][item.id]["value"] = value

    _edit(files[0], spoil)
    collection = _collect(tmp_path, *files)
    assert collection.problems == [
        f"{files[0]}: 1 value that the page can't give, left out: f2 is 'perhaps' on screen 1 "
        f"on article {item.article!r}. The other answers of these screens count."
    ]
    [article] = [a for a in collection.articles if a.id == item.article]
    system = item.systems[0]
    assert article.human[system]["completeness"]["rater-1"] == 0.5  # f1 of f1 and f3
    assert "completeness.time" in article.human[system]  # rater-2 answered f2
    assert "rater-1" not in article.human[system]["completeness.time"]
    assert [set(fact.states[system]) for fact in article.facts] == [
        {"rater-1", "rater-2"}, {"rater-2"}, {"rater-1", "rater-2"},
    ]  # fmt: skip
    write_collection(collection, tmp_path / "rated.jsonl")
    ledger = (tmp_path / "rated-ledger.csv").read_text(encoding="utf-8")
    assert len(ledger.splitlines()) == 1 + 2 * 3 * 4 * 3 - 1  # a row an answer


@pytest.mark.parametrize("design", ["pairwise", "best_worst", "spans"])
def test_where_a_screen_asks_one_thing_all_of_it_goes(tmp_path: Path, design: Design) -> None:
    study = make_study(design, 3, 2, attention=0)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    first = study.raters["rater-1"][0].id

    def spoil(content: dict[str, Any]) -> None:
        value = content["answers"][first]["value"]
        value[next(iter(value))] = 7

    _edit(files[0], spoil)
    assert (
        "1 answer that the page can't give, left out with all of the screen"
        in (_collect(tmp_path, *files).problems[0])
    )


def test_checks_that_were_skipped_are_no_passed_checks(study: Study, tmp_path: Path) -> None:
    path = write_answers(study, tmp_path, "rater-1")
    _edit(path, _keep(*_list_items(study, "rater-1")))
    text = render_collection(_collect(tmp_path, path))
    assert "| 12 of 13 | 0 of 1, 1 unanswered |" in " ".join(text.split())
    assert "has not answered 1 of 13 screens, 1 check of attention among them" in text
    assert "| rater-3 | 0 of 13 | - |" in " ".join(text.split())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "has the format 'other', version 1; expected 'summbench-answers'"),
        ({"version": 2}, "has the format 'summbench-answers', version 2; expected"),
        ({"study": "x"}, "is of the study 'x', and these assignments are of"),
        ({"rater": "r"}, "is of 'r', who is no rater of this study; there are rater-1, rater-2"),
        ({"saved": "yesterday"}, "is no file of answers"),
        ({"saved": "2026-11-30T10:00:00"}, "is no file of answers"),
        ({"answers": []}, "is no file of answers"),
    ],
)
def test_files_that_are_no_answers_are_refused(
    study: Study, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    path = _edit(write_answers(study, tmp_path, "rater-1"), lambda c: c.update(change))
    with pytest.raises(SummbenchError, match=message):
        _collect(tmp_path, path)


def test_damaged_and_absent_files_are_refused(study: Study, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(SummbenchError, match="is no file of answers"):
        _collect(tmp_path, tmp_path / "x.json")
    with pytest.raises(SummbenchError, match="can't be read"):
        _collect(tmp_path, tmp_path / "y.json")
    with pytest.raises(SummbenchError, match="give the folder that summbench annotate"):
        _collect(tmp_path / "elsewhere", tmp_path / "x.json")


def test_negative_seconds_are_refused(study: Study, tmp_path: Path) -> None:
    first, *_ = _list_items(study, "rater-1")
    path = write_answers(study, tmp_path, "rater-1")
    _edit(path, lambda c: c["answers"][first].update(seconds=-5))
    with pytest.raises(SummbenchError, match=r"`float` >= 0"):
        _collect(tmp_path, path)


def test_haste_and_one_answer_to_everything_are_named(study: Study, tmp_path: Path) -> None:
    # 3 articles of 8 words and 12 summaries of 6: 96 words, at 238 a minute 24 seconds.
    def hurry(content: dict[str, Any]) -> None:
        for answer in content["answers"].values():
            answer["seconds"] = 0.6

    hasty = _edit(write_answers(study, tmp_path, "rater-1", careless="same"), hurry)
    calm = write_answers(study, tmp_path, "rater-2")
    collection = _collect(tmp_path, hasty, calm)
    assert "| 0.6 |" in " ".join(render_collection(collection).split())
    problems = collection.problems
    assert (
        "rater-1 took 8 s for texts that take an average reader 24 s (238 words a minute), less "
        "than a third." in problems
    )
    assert any("one and the same answer on 12 of 12 screens" in problem for problem in problems)
    assert not any(p.startswith(("rater-2 took", "rater-2 gave")) for p in problems)
    _edit(hasty, lambda content: content.update(simulated=True))
    assert not any(" took " in problem for problem in _collect(tmp_path, hasty, calm).problems)


def test_who_is_left_out_stays_in_the_file_with_numbers(study: Study, tmp_path: Path) -> None:
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    everyone = _collect(tmp_path, *files)
    reason = "rater-3=failed the checks, as *agreed* before"
    collection = _collect(tmp_path, *files, exclude=["rater-3", reason])
    write_collection(collection, tmp_path / "rated.jsonl")
    for article in read_rated(tmp_path / "rated.jsonl"):
        [excluded] = article.excluded
        assert (excluded.rater, excluded.n_answered, excluded.n_assigned) == ("rater-3", 13, 13)
        assert (excluded.checks, excluded.failed_checks, excluded.seconds) == (1, 0, 20)
        assert excluded.reason == "failed the checks, as *agreed* before"
        assert excluded.alpha == everyone.rater_agreement["rater-3"].with_others
        assert not any("rater-3" in r for s in article.human.values() for r in s.values())
    report = summbench.metaeval(tmp_path / "rated.jsonl", metrics="rouge")
    assert "Raters left out by collect: rater-3." in " ".join(
        render_metric_agreement(from_json(to_json(report), "x")).split()
    )
    text = (tmp_path / "rated.md").read_text(encoding="utf-8")
    alpha = f"{everyone.rater_agreement['rater-3'].with_others:.2f}"
    assert (
        "Left out: rater-3, reason: failed the checks, as *agreed* before (13 of 13 screens, 0 of "
        f"1 check failed, 20 s a screen, alpha {alpha} with the others). Report this with the "
        "results. Collect without" in text.replace("\\", "")
    )
    methods = text[text.index("## How this was measured") :]
    assert r"Raters left out: rater-3 (failed the checks, as \*agreed\* before)." in methods
    assert "<em>" not in (tmp_path / "rated.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("exclude", [["rater-3"], ["rater-3="], {"rater-3": " "}])
def test_a_reason_that_was_not_given_is_asked_for(
    study: Study, tmp_path: Path, exclude: Any
) -> None:
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    summbench.collect(files, tmp_path, tmp_path / "rated.jsonl", exclude=exclude, resamples=100)
    text = (tmp_path / "rated.md").read_text(encoding="utf-8").replace("\\", "")
    assert "Left out: rater-3, no reason given (13 of 13 screens" in text
    assert "A paper has to give a reason: state it with exclude='RATER=REASON'" in text
    assert "Raters left out: rater-3 (no reason given)." in text
    assert read_rated(tmp_path / "rated.jsonl")[0].excluded[0].reason == ""


def test_each_of_many_who_are_left_out_has_a_reason(tmp_path: Path) -> None:
    study = make_study("likert", 2, 9, attention=0)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    reasons = {f"rater-{i}": f"is = {i}" for i in range(1, 8)}
    collection = summbench.collect(files, tmp_path, exclude=reasons, resamples=100)
    text = render_collection(collection)
    for i in range(1, 8):
        assert f"rater-{i}, reason: is = {i} (8 of 8 screens" in text
    assert "A paper has to give a reason" not in text


@pytest.mark.parametrize(
    ("exclude", "message"),
    [
        (["rater-9=gone"], "There is no rater 'rater-9' to leave out; there are rater-1"),
        (["=gone"], "There is no rater '' to leave out"),
        (["rater-1: gone"], "There is no rater 'rater-1: gone' to leave out"),
        (["rater-1=a", "rater-1=b"], "rater-1 is left out for two reasons, 'a' and 'b'; give one"),
        ([f"rater-{i}" for i in (1, 2, 3)], "No rater has answered anything"),
    ],
)
def test_exclusions_that_say_nothing_are_refused(
    study: Study, tmp_path: Path, exclude: list[str], message: str
) -> None:
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    with pytest.raises(SummbenchError, match=message):
        _collect(tmp_path, *files, exclude=exclude)


def test_a_file_at_out_is_replaced_by_the_same_study_and_no_other(
    study: Study, tmp_path: Path
) -> None:
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    out = tmp_path / "rated.jsonl"
    assert summbench.collect(files, tmp_path, out, resamples=100).replaced == ""
    again = summbench.collect(files[:2], tmp_path, out, resamples=100)
    assert again.replaced == f"{out} was there and is replaced: 3 raters before, 2 raters now."
    other = make_study("likert", 3, 2)
    write_pages(other, tmp_path / "other")
    others = [write_answers(other, tmp_path / "other", rater) for rater in other.raters]
    before = out.read_bytes()
    with pytest.raises(SummbenchError, match=rf"with ratings of another study \({study.id}\)"):
        summbench.collect(others, tmp_path / "other", out, resamples=100)
    assert out.read_bytes() == before
    notes = tmp_path / "notes.jsonl"
    notes.write_text("mine\n", encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"is no file of ratings\. Give another name"):
        summbench.collect(files, tmp_path, notes, resamples=100)
    assert notes.read_text(encoding="utf-8") == "mine\n"


def test_a_merge_names_who_was_left_out_and_takes_no_other_file_away(
    study: Study, tmp_path: Path
) -> None:
    parts = []
    for i, of_part in enumerate((study, make_study("likert", 3, 3))):
        folder = tmp_path / f"part{i}"
        write_pages(of_part, folder)
        files = [write_answers(of_part, folder, rater) for rater in of_part.raters]
        parts.append(folder / "rated.jsonl")
        summbench.collect(files, folder, parts[-1], exclude=["rater-3"] * i, resamples=100)
    out = tmp_path / "merged.jsonl"
    merged = summbench.merge_ratings(parts, out, resamples=100)
    [note] = [note for note in merged.notes if note.startswith("Left out")]
    assert "rater-3, no reason given (13 of 13 screens, 0 of 1 check failed" in note
    again = summbench.merge_ratings(parts, out, resamples=100)
    assert again.replaced == f"{out} was there and is replaced: 5 raters before, 5 raters now."
    with pytest.raises(SummbenchError, match="with ratings of another study"):
        summbench.merge_ratings(parts, _collect_elsewhere(tmp_path), resamples=100)


def _collect_elsewhere(folder: Path) -> Path:
    other = make_study("likert", 3, 2)
    write_pages(other, folder / "elsewhere")
    files = [write_answers(other, folder / "elsewhere", rater) for rater in other.raters]
    out = folder / "elsewhere" / "rated.jsonl"
    summbench.collect(files, folder / "elsewhere", out, resamples=100)
    return out


def test_edited_assignments_are_refused(study: Study, tmp_path: Path) -> None:
    files = [write_answers(study, tmp_path, rater) for rater in study.raters]
    path = tmp_path / ASSIGNMENTS
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('["alpha"]', '["beta"]'), encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"was changed since .* \(rater-1, article .* twice\)"):
        _collect(tmp_path, *files)
    swapped = text.replace('["alpha"]', "[1]").replace('["beta"]', '["alpha"]')
    path.write_text(swapped.replace("[1]", '["beta"]'), encoding="utf-8")
    with pytest.raises(SummbenchError, match="was changed since summbench annotate wrote it: who"):
        _collect(tmp_path, *files)
    write_study(msgspec.structs.replace(study, seed=1), tmp_path)
    with pytest.raises(SummbenchError, match="is of a page with other assignments than these"):
        _collect(tmp_path, *files)
    path.write_text(text, encoding="utf-8")
    assert len(_collect(tmp_path, *files).raters) == 3


@pytest.mark.parametrize("design", get_args(Design))
def test_a_file_by_the_published_format_is_read(tmp_path: Path, design: Design) -> None:
    study = make_study(design, 3, 1)
    write_pages(study, tmp_path)
    path = write_answers(study, tmp_path, "rater-1")
    schema = json.loads((FOLDER / "answers.schema.json").read_bytes())
    jsonschema.validate(json.loads(path.read_bytes()), schema)
    [rater] = _collect(tmp_path, path).raters
    assert (rater.n_answered, rater.failed_checks) == (rater.n_assigned, 0)
    stored = json.loads((tmp_path / ASSIGNMENTS).read_bytes())
    assert json.loads(path.read_bytes())["assignments"] == stored["digest"]
