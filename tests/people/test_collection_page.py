"""The page of what people say, and the file that others read."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from summbench.analysis.metaeval.human import load_human_scores
from summbench.core.errors import SummbenchError
from summbench.people.board import build_boards
from summbench.people.collect import Collection, collect_answers
from summbench.people.collection_page import render_collection_page, write_collection
from summbench.people.rated import check_out, list_ratings, read_rated
from summbench.people.study import Design, Study
from summbench.report.markdown import escape_markdown
from tests.people.raters import write_answers
from tests.people.studies import make_study, write_pages
from tests.runs.schemas import FOLDER

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")
_HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e|"


def _collect(study: Study, folder: Path) -> Collection:
    write_pages(study, folder)
    files = [write_answers(study, folder, name) for name in study.raters]
    return collect_answers(files, folder, resamples=100)


@pytest.mark.parametrize("design", _DESIGNS)
def test_of_each_design_metaeval_python_and_the_schema_read_the_file(
    tmp_path: Path, design: Design
) -> None:
    collection = _collect(make_study(design, 4, 2), tmp_path)
    out = tmp_path / "rated.jsonl"
    names = ["rated.jsonl", "rated.html", "rated.md"]
    names += ["rated-ledger.html", "rated-ledger.csv"] if design == "checklist" else []
    assert [p.name for p in write_collection(collection, out)] == names
    assert read_rated(out) == collection.articles
    human = load_human_scores(out)
    assert not human.omissions
    assert set(human.scores) == {"a00", "a01", "a02", "a03"}
    validator = Draft202012Validator(json.loads((FOLDER / "rated.schema.json").read_text("utf-8")))
    for line in out.read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))
    row, *others = collection.ratings
    assert list(row) == ["article", "system", "dimension", "rater", "score"]
    assert 1 + len(others) == len(list_ratings(collection.articles))


@pytest.mark.parametrize("design", ["pairwise", "best_worst"])
def test_choices_have_one_ranking_and_the_tests_say_that_they_make_none(
    tmp_path: Path, design: Design
) -> None:
    collection = _collect(make_study(design, 24, 2), tmp_path)
    text = render_collection_page(collection)
    assert text.count("| rank") == 1
    assert "is best" not in text
    assert "has the best mean" not in text
    assert "These are the ranks to report." in text
    assert "They make no ranks" in text


@pytest.mark.parametrize("design", _DESIGNS)
def test_the_page_has_every_pair_and_says_what_each_number_is(
    tmp_path: Path, design: Design
) -> None:
    collection = _collect(make_study(design, 4, 2), tmp_path)
    text = render_collection_page(collection)
    for board in collection.boards:
        assert f"### {escape_markdown(board.dimension)}\n" in text
    assert text.count("| alpha | ") >= 3
    is_choice = design in ("pairwise", "best_worst")
    shown = {"preferred", "strength", "rank"} if is_choice else {"mean", "rank", "letters"}
    assert ("\n- letters: " in text) != is_choice
    for name in {"answered", "alpha with others", "p corrected", *shown}:
        assert f"\n- {name}: " in text
    assert "nan" not in text


def test_hostile_names_and_texts_stay_text(tmp_path: Path) -> None:
    study = make_study("likert", 3, 2, systems=("alpha", _HOSTILE), texts={0: _HOSTILE})
    out = tmp_path / "rated.jsonl"
    _, page, markdown = write_collection(_collect(study, tmp_path), out)
    html, text = page.read_text(encoding="utf-8"), markdown.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for content in (html, text):
        assert not {"\x1b", "\u202e"} & set(content)
    assert "default-src 'none'" in html


def test_kinds_of_fact_are_corrected_together_by_hand() -> None:
    # Two systems, six articles, one rater; the difference of each kind is 1 on all articles but
    # k, and 0 there: p of a t test over articles, and Holm's over both kinds together.
    ratings = {}
    for kind, zeros in (("time", 1), ("name", 2)):
        for i in range(6):
            ratings[f"completeness.{kind}", f"a{i}", "x", "r"] = float(i >= zeros)
            ratings[f"completeness.{kind}", f"a{i}", "y", "r"] = 0.0
            ratings["completeness", f"a{i}", "x", "r"] = float(i >= zeros)
            ratings["completeness", f"a{i}", "y", "r"] = 0.0
    boards = {
        board.dimension: board
        for board in build_boards(ratings, ["r"], [f"a{i}" for i in range(6)], ["x", "y"])
    }
    [time], [name], [whole] = (
        boards[d].pairs for d in ("completeness.time", "completeness.name", "completeness")
    )
    # scipy.stats.ttest_1samp([0, 1, 1, 1, 1, 1], 0) and ([0, 0, 1, 1, 1, 1], 0)
    assert time.p == pytest.approx(0.0041047, abs=1e-7)
    assert name.p == pytest.approx(0.0250310, abs=1e-7)
    assert time.p_adjusted == pytest.approx(2 * 0.0041047, abs=2e-7)
    assert name.p_adjusted == name.p
    assert whole.p_adjusted == whole.p
    assert [boards[d].tests for d in boards] == [2, 1, 2]


def test_a_system_that_nobody_rated_is_on_no_board() -> None:
    ratings = {("r", f"a{i}", system, "one"): i / 4 for i in range(3) for system in ("x", "y")}
    [board] = build_boards(ratings, ["one"], ["a0", "a1", "a2"], ["z", "x", "y"])
    assert {entry.system for entry in board.entries} == {"x", "y"}
    assert board.units == "articles"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no rows"),
        ('{"id": "a"}', "line 1 is no row of summbench collect or facts"),
        ("x", "line 1 is no row"),
    ],
)
def test_what_is_no_file_of_ratings_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SummbenchError, match=message):
        read_rated(path)
    with pytest.raises(SummbenchError, match="can't be read"):
        read_rated(tmp_path / "y.jsonl")
    with pytest.raises(SummbenchError, match=r"expected a name that ends in \.jsonl"):
        check_out(tmp_path / "x.html")


_TESTS = {"likert": "ordinal", "pairwise": "nominal", "best_worst": "ordinal", "spans": "interval",
          "checklist": "nominal"}  # fmt: skip


@pytest.mark.parametrize("design", _DESIGNS)
def test_the_page_has_what_a_section_on_methods_needs(tmp_path: Path, design: Design) -> None:
    study = make_study(design, 6, 3)
    study = msgspec.structs.replace(study, instructions="Rate as a reader.\n\nTake <b>breaks</b>.")
    text = render_collection_page(_collect(study, tmp_path))
    methods = text.partition("## How this was measured\n")[2].partition("\n## ")[0]
    assert f"Krippendorff's alpha, {_TESTS[design]};" in methods
    assert ("Bradley and Terry" in methods) == (design in ("pairwise", "best_worst"))
    numbers = [f"Study {study.id}", f"seed {study.seed}", version("summbench"), "6 articles"]
    for word in ("Satterthwaite", "Henderson", "Holm", "3 raters", "left out: none", *numbers):
        assert escape_markdown(word) in methods
    assert escape_markdown('read: "Rate as a reader. Take <b>breaks</b>."') in methods
    for dimension in study.dimensions:
        for words in (dimension.question, *dimension.anchors):
            assert escape_markdown(words) in methods
