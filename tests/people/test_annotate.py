"""What is asked for and can't be had is refused, and what is left out is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.people.annotation_text import render_annotation
from summbench.people.study import read_study

_ARTICLES = 4


@pytest.fixture(scope="module")
def run() -> summbench.Run:
    texts = [f"The dam of Orsk held on day {i}. Nobody was hurt." for i in range(_ARTICLES)]
    systems = {
        name: [f"Dam held on day {i}, {name}." for i in range(_ARTICLES)] for name in ("x", "y")
    }
    ids = [f"a{i}" for i in range(_ARTICLES)]
    return summbench.score(systems, texts, texts, ids=ids, metrics=["rouge"])


def _write_facts(path: Path, *ids: str) -> Path:
    rows = [json.dumps({"id": name, "fact": "It held."}) + "\n" for name in ids]
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"design": "pairwise", "dimensions": ["relevance"]}, "design is 'pairwise'. Leave"),
        ({"dimensions": []}, "There is no dimension ''"),
        ({"dimensions": [""]}, "There is no dimension ''"),
        ({"dimensions": ["fluency", "fluency"]}, "names 'fluency' twice"),
        ({"systems": ["x", "x"]}, "systems names 'x' twice"),
        ({"attention": 1000}, "attention is 1000; expected 0 to 4 checks for 4 articles"),
        ({"attention": -1}, "attention is -1; expected 0 to 4"),
        ({"articles": 5}, "5 articles are asked for, and 4 have"),
        ({"articles": 0}, "articles"),
    ],
)
def test_a_request_that_would_be_ignored_is_refused(
    run: summbench.Run, tmp_path: Path, request_: dict[str, Any], message: str
) -> None:
    with pytest.raises(SummbenchError) as caught:
        summbench.annotate(run, tmp_path / "study", **request_)
    assert message in str(caught.value)
    assert not (tmp_path / "study").exists()


def test_by_default_all_articles_are_rated_where_there_are_few(
    run: summbench.Run, tmp_path: Path
) -> None:
    annotation = summbench.annotate(run, tmp_path / "all")
    assert len(annotation.study.articles) == _ARTICLES
    assert "All 4 articles that can be rated are in the study." in render_annotation(annotation)
    one = summbench.annotate(run, tmp_path / "one", articles=1)
    assert not one.notes


def test_facts_of_other_articles_and_articles_without_facts_are_said(
    run: summbench.Run, tmp_path: Path
) -> None:
    facts = _write_facts(tmp_path / "facts.jsonl", "a0", "a2", "b7", "b7", "b8")
    annotation = summbench.annotate(run, tmp_path / "study", design="checklist", facts=facts)
    assert {article.id for article in annotation.study.articles} == {"a0", "a2"}
    assert annotation.notes == [
        "3 facts of 2 articles that the run does not have (first: 'b7'): left out.",
        "2 articles of the run without facts: not drawn.",
        "All 2 articles that can be rated are in the study.",
    ]


def test_instructions_are_in_the_study_and_refused_where_there_is_no_text(
    run: summbench.Run, tmp_path: Path
) -> None:
    text = tmp_path / "instructions.txt"
    text.write_text("Rate as a reader would.\n\nTake breaks.\n", encoding="utf-8")
    annotation = summbench.annotate(run, tmp_path / "study", instructions=text)
    study = read_study(annotation.folder)
    assert study.instructions == "Rate as a reader would.\n\nTake breaks."
    assert study.id != summbench.annotate(run, tmp_path / "plain").study.id
    for content, message in ((b" \n", "has no text"), (b"\xff\xfe\x00", "is no text in UTF-8")):
        text.write_bytes(content)
        with pytest.raises(SummbenchError, match=message):
            summbench.annotate(run, tmp_path / "other", instructions=text)
    with pytest.raises(SummbenchError, match="can't be read"):
        summbench.annotate(run, tmp_path / "other", instructions=tmp_path / "none.txt")
