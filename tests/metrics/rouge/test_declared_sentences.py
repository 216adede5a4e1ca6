"""A list of one sentence in the data is one sentence, whatever marks are in it."""

from __future__ import annotations

import json
import re
from itertools import chain
from statistics import fmean
from typing import Any

import pytest
from rouge_score.rouge_scorer import RougeScorer

import summbench
from summbench.core.records import Article, Example
from summbench.core.systems import SystemColumns
from summbench.core.text import join_sentences, split_lines, split_summary
from summbench.evaluation.keys import compute_score_keys
from summbench.metrics.chrf import Chrf
from summbench.metrics.length import Length
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.rouge155 import Rouge155
from tests.commands import SHARED_DATA

_REFERENCE, _SUMMARY = "Rain fell. The dam held.", "The dam held. Rain fell."


def _score(metric: Any, reference: str, summary: str) -> dict[str, float]:
    scores = metric.score([Example(Article("a", "x"), (reference,))], [summary])
    return {name: value for name, [value] in scores.items()}


def test_only_a_list_of_one_needs_a_mark() -> None:
    assert join_sentences(["One. Two.", "Three."]) == "One. Two.\nThree."
    assert join_sentences(["One. Two."]) == "One. Two.\u2028"
    assert join_sentences(["One.\nTwo."]) == "One.\nTwo."  # its line break says as much
    assert join_sentences([]) == ""
    assert split_summary("One. Two.\u2028") == split_lines("One. Two.\u2028") == ["One. Two."]
    assert split_summary("One. Two.\n") == ["One.", "Two."]  # as many files end their texts


def test_lsum_has_one_sentence_where_the_data_say_so() -> None:
    # Split, both sentences are found: 1. As one sentence each, "the dam held" of five words is.
    declared = join_sentences([_REFERENCE]), join_sentences([_SUMMARY])
    assert _score(Rouge(), _REFERENCE, _SUMMARY)["rougeLsum_f"] == 1
    assert _score(Rouge(), *declared)["rougeLsum_f"] == pytest.approx(3 / 5)
    assert _score(Rouge(splitter="lines"), _REFERENCE, _SUMMARY)["rougeLsum_f"] == pytest.approx(
        0.6
    )


@pytest.mark.parametrize(
    "metric", [Rouge155(), Rouge155(stem=True), Chrf(), Rouge(types=["rouge1"])]
)
def test_to_other_metrics_the_mark_is_nothing(metric: Any) -> None:
    declared = join_sentences([_REFERENCE]), join_sentences([_SUMMARY])
    assert _score(metric, *declared) == _score(metric, _REFERENCE, _SUMMARY)


def test_a_declared_sentence_is_as_long_and_counts_once() -> None:
    plain, declared = (_score(Length(), "x", s) for s in (_SUMMARY, join_sentences([_SUMMARY])))
    assert (plain["sentences"], declared["sentences"]) == (2, 1)
    assert plain["characters"] == declared["characters"]


def test_the_stored_score_is_another() -> None:
    plain = Example(Article("a", "x"), (_REFERENCE,))
    declared = Example(Article("a", "x"), (join_sentences([_REFERENCE]),))
    systems = [[summary, summary] for summary in (_SUMMARY, join_sentences([_SUMMARY]))]
    keys = {*chain(*compute_score_keys([plain, declared], systems))}
    assert len(keys) == 4


def test_the_declaration_of_a_row_reaches_lsum() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "1", "document": "x", "references": [_REFERENCE], "systems": {"s": _SUMMARY}},
        {"id": "2", "document": "x", "references": [[_REFERENCE]], "systems": {"s": [[_SUMMARY]]}},
        {"id": "3", "document": "x", "references": [[_REFERENCE]], "systems": {"s": _SUMMARY}},
    ]
    assert SystemColumns().read_systems(enumerate(rows, 1), "f")["s"]["2"] == _SUMMARY + "\u2028"
    run = summbench.score(rows, metrics=["rouge"])
    table = run.scores.to_pandas()
    values = table[table["metric"] == "rouge.rougeLsum_f"].set_index("article_id")["value"]
    # 3: one sentence against two. The union over them of the reference's words is all five.
    assert values.to_dict() == pytest.approx({"1": 1, "2": 3 / 5, "3": 1})


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared data is not beside us")
@pytest.mark.parametrize("system", ["lead3", "bart", "get-to-point", "t5-base", "seneca"])
def test_lsum_of_one_line_outputs_is_that_of_rouge_score_on_split_ones(system: str) -> None:
    # rouge-score gets each text split at " . ", " ! " and " ? ", but not before a comma or bracket.
    path = SHARED_DATA / "cnndm-multi.test.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    references, outputs = zip(
        *((r["references"][0], r["systems"][system]) for r in rows), strict=True
    )
    theirs, ours = RougeScorer(["rougeLsum"]), Rouge(types=["rougeLsum"])
    pairs = zip(map(_split_at_marks, references), map(_split_at_marks, outputs), strict=True)
    expected = [theirs.score(*pair)["rougeLsum"].fmeasure for pair in pairs]
    examples = [Example(Article(str(i), "x"), (text,)) for i, text in enumerate(references)]
    assert fmean(ours.score(examples, outputs)["rougeLsum_f"]) == pytest.approx(
        fmean(expected), abs=5e-7
    )


def _split_at_marks(text: str) -> str:
    return text if "\n" in text else re.sub(r"(?<= [.!?]) +(?![,).])", "\n", text)
