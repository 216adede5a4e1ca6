"""`summbench.score`: lists, rows and files of summaries."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import summbench
from tests.api.comparing import assert_same_run, run_in_python, run_twice
from tests.commands import SHARED_DATA, jsonl

_REFERENCES = ["the cat sat on the mat", "the dog ran"]
_SYSTEMS = {"mine": ["the cat lay on the mat", "the dog ran"], "other": ["a cat", "a dog ran"]}
_ROWS: list[dict[str, Any]] = [
    {"id": "a", "references": _REFERENCES[:1], "systems": {n: s[0] for n, s in _SYSTEMS.items()}},
    {"id": "b", "references": _REFERENCES[1:], "systems": {n: s[1] for n, s in _SYSTEMS.items()}},
]


def _list_scores(result: summbench.Run, metric: str) -> dict[str, list[float]]:
    scores: dict[str, list[float]] = {}
    for row in result.scores.to_arrow().to_pylist():
        if row["metric"] == metric:
            scores.setdefault(row["model"], []).append(row["value"])
    return scores


def test_lists_are_scored() -> None:
    result = summbench.score(_SYSTEMS, _REFERENCES)
    # By hand: 5 of 6 words and 3 of 5 bigrams agree; the second summary is its reference.
    assert _list_scores(result, "rouge.rouge1_f")["mine"] == [pytest.approx(5 / 6), 1.0]
    assert _list_scores(result, "rouge.rouge2_f")["mine"] == [pytest.approx(3 / 5), 1.0]
    assert result.predictions.to_pandas()["article_id"].tolist() == ["1", "2", "1", "2"]


def test_a_summary_over_the_limit_is_its_articles_failure() -> None:
    systems = {"mine": ["the cat sat", "the dog ran"], "other": ["ten letter", "a"]}
    result = summbench.score(systems, _REFERENCES, metrics="rouge", max_summary_characters=10)
    assert "2 of 2 articles of summaries failed" in result.failures["mine"]
    assert "longer than the 10 characters of max_summary_characters" in result.failures["mine"]
    assert "other" not in result.failures


def test_scoring_sets_up_no_logging_and_misses_no_articles(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handlers = list(logging.root.handlers)
    summbench.score(_SYSTEMS, _REFERENCES, metrics="rouge")
    assert (logging.root.handlers, caplog.records) == (handlers, [])


def test_one_system_needs_no_name_and_a_reference_may_be_several() -> None:
    result = summbench.score(["the cat sat"], [["a dog", "the cat sat"]], metrics="rouge")
    assert _list_scores(result, "rouge.rouge1_f") == {"system": [1.0]}


def test_with_articles_metrics_that_read_them_are_defined() -> None:
    articles = ["The cat sat on the mat.", "The dog ran."]
    result = summbench.score(_SYSTEMS, _REFERENCES, articles, ids=["x", "y"])
    assert "copying.novel2" in set(result.scores.to_pandas()["metric"])
    assert set(result.predictions.to_pandas()["article_id"]) == {"x", "y"}
    without = summbench.score(_SYSTEMS, _REFERENCES)
    assert "copying.novel2" not in set(without.scores.to_pandas()["metric"])


def test_a_missing_summary_counts_as_a_failure() -> None:
    result = summbench.score({"mine": ["the cat", None]}, _REFERENCES, metrics="rouge")
    assert "1 of 2 articles of summaries failed" in result.failures["mine"]
    assert _list_scores(result, "rouge.rouge1_f")["mine"][1] == 0.0


def test_rows_and_frames_are_scored_as_lists_are() -> None:
    expected = _list_scores(summbench.score(_SYSTEMS, _REFERENCES), "chrf.chrf2")
    assert _list_scores(summbench.score(_ROWS), "chrf.chrf2") == expected
    assert _list_scores(summbench.score(pd.DataFrame(_ROWS)), "chrf.chrf2") == expected


@pytest.mark.parametrize(
    ("systems", "references", "articles", "sentence"),
    [
        ({"mine": ["a"]}, ["a", "b"], None, "'mine' and references differ in length: 1 and 2"),
        ({"mine": ["a"]}, ["a"], ["x", "y"], "'articles' and references differ in length: 2 and 1"),
    ],
)
def test_lists_of_unequal_length_are_one_sentence(
    systems: Any, references: Any, articles: Any, sentence: str
) -> None:
    with pytest.raises(summbench.SummbenchError) as raised:
        summbench.score(systems, references, articles)
    assert sentence in str(raised.value)


@pytest.mark.slow
def test_a_file_is_scored_as_the_command_does(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "summaries.jsonl", _ROWS)
    run_twice(tmp_path, "score", str(file), "results=command")
    run_in_python(tmp_path, f"score({str(file)!r}, out='python/summaries', store='command/store')")
    assert_same_run(tmp_path / "command" / "summaries", tmp_path / "python" / "summaries")


@pytest.mark.slow
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared data is not beside us")
def test_real_news_is_scored_as_the_command_does(tmp_path: Path) -> None:
    file = SHARED_DATA / "cnndm-multi.test.jsonl"
    run_twice(tmp_path, "score", str(file), "results=command", "name=multi")
    run_in_python(tmp_path, f"score({str(file)!r}, out='python/multi', store='command/store')")
    assert_same_run(tmp_path / "command" / "multi", tmp_path / "python" / "multi")
