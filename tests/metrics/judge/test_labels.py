"""Human labels in a file of their own or in the data, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.judgements import HumanLabel
from summbench.metrics.judge.pairwise import Pairwise
from summbench.metrics.judge.rubric import Rubric
from summbench.models.lead import Lead
from tests.commands import jsonl


def _rubric(path: Path) -> Rubric:
    prompt = "{article} {summary}"
    return Rubric(Lead(3), "lead", prompt, ["consistency", "coverage"], labels=str(path))


def _pairwise(path: Path) -> Pairwise:
    return Pairwise(Lead(3), "lead", "{article} {a} {b}", labels=str(path))


def test_a_table_has_a_row_a_summary(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("id,system,consistency,coverage,who\na,lead3,4,2.5,x\nb,lead3,,5,y\n", "utf-8")
    assert _rubric(path).get_labels() == [
        HumanLabel(None, "a", "lead3", "consistency", 4.0),
        HumanLabel(None, "a", "lead3", "coverage", 2.5),
        HumanLabel(None, "b", "lead3", "coverage", 5.0),
    ]
    path.write_text("dataset,id,system,wins\nnews,1,lead3,Win\n,1,lsa,tie\n", "utf-8")
    assert _pairwise(path).get_labels() == [
        HumanLabel("news", "1", "lead3", "wins", "win"),
        HumanLabel(None, "1", "lsa", "wins", "tie"),
    ]


def test_a_column_of_the_data_has_them_by_system(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "document": "x", "human": {"m": {"consistency": 4, "fluency": 9}, "n": None}},
        {"id": "b", "document": "y", "human": None},
    ]
    path = jsonl(tmp_path / "news.jsonl", rows)
    assert _rubric(path).get_labels() == [HumanLabel(None, "a", "m", "consistency", 4.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,system,coverage\na,m,6\n", "line 2: coverage of 'm' is '6'; expected a number from 1"),
        ("id,system,coverage\na,m,good\n", "coverage of 'm' is 'good'; expected a number from 1"),
        ("id,system,coverage\na,m,nan\n", "coverage of 'm' is 'nan'"),
        ("id,system,coverage\na,m,4\na,m,4\n", "line 3: coverage of 'm' has a second label"),
        ("id,coverage\na,4\n", "column 'system' holds nothing"),
        ("system,coverage\nm,4\n", "line 2 holds nothing"),
        ("id,system,fluency\na,m,4\n", "has no label. Expected columns id, system and consistency"),
        ("id,system,coverage\na,m,\n", "has no label"),
        ("id,human\na,4\n", "column 'human' is '4'; expected system -> name -> label"),
    ],
)
def test_a_label_that_is_none_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(SummbenchError) as error:
        _rubric(path)
    assert message in str(error.value)


def test_an_outcome_is_a_word(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "labels.jsonl", [{"id": "a", "system": "m", "wins": 1}])
    with pytest.raises(SummbenchError, match="wins of 'm' is 1; expected win, tie or loss"):
        _pairwise(path)
    with pytest.raises(SummbenchError, match="does not exist"):
        _pairwise(tmp_path / "none.csv")
