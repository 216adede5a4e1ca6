"""Normalization against counts made by hand, and what models and metrics then read."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summbench.core.errors import SummbenchError
from summbench.core.normalization import RAW, get_normalizer
from summbench.core.records import Article, Example, Prediction
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.score import score
from summbench.metrics.length import Length
from summbench.metrics.rouge.metric import Rouge
from summbench.store.store import Store
from tests.commands import MINE, jsonl, model_config, run

_NOISY = (
    "\u201cI can\u2019t,\u201d said\u00a0Caf\u0065\u0301 Wien .  It is\u200b over\ufeff.\n"
    "He won .5 points . .\nUse .NET ... or\u2009wait "
)
_CLEAN = '"I can\'t," said Caf\u00e9 Wien. It is over.\nHe won .5 points..\nUse .NET ... or wait '
_COUNTS = {
    "zero-width-1": 2,
    "nfc-1": 1,
    "quotes-1": 3,
    "spaces-1": 2,
    "stops-1": 3,
    "repeated-spaces-1": 1,
}
_odd = st.text(
    st.sampled_from("ab.5 \n\u00a0\u2009\u200b\ufeff\u201c\u2019\"'e\u0301\u0327\u1100\u1161\u2001")
)


@pytest.mark.parametrize("name", ["clean", "score"])
def test_a_text_made_by_hand_and_how_often_each_step_acts(name: str) -> None:
    assert get_normalizer(name).normalize(_NOISY) == _CLEAN
    assert dict(get_normalizer(name).count_changes([_NOISY, _CLEAN])) == _COUNTS
    assert get_normalizer(name).signature == f"{name}-1"


def test_what_is_no_typography_stays() -> None:
    # A ligature, a fraction, a superscript, accents, the joiner that Persian spells with.
    text = "\ufb01re \u00bd m\u00b2 na\u00efve \u00c6r\u00f8 \u0645\u06cc\u200c\u062e\u0648"
    assert get_normalizer("score").normalize(text) == text


@settings(deadline=None)
@given(st.one_of(_odd, st.text()))
def test_a_second_normalization_changes_nothing(text: str) -> None:
    normalizer = get_normalizer("score")
    once = normalizer.normalize(text)
    assert normalizer.normalize(once) == once
    assert normalizer.count_changes([once]).total() == 0
    assert once.count("\n") == text.count("\n")


def test_raw_is_the_text_itself() -> None:
    example = Example(Article("a", _NOISY), (_NOISY,))
    assert RAW.normalize_example(example) is example
    assert (RAW.normalize(_NOISY), RAW.signature) == (_NOISY, "")
    assert RAW.count_changes([_NOISY]) == {}


def test_an_unknown_normalization_is_refused() -> None:
    with pytest.raises(
        SummbenchError, match="no normalization 'nfkc'; choose one of raw, clean, score"
    ):
        get_normalizer("nfkc")


def _rouge1(tmp_path: Path, normalization: str) -> float:
    measure = MetricSpec("rouge", Rouge(), "r", get_normalizer(normalization))
    examples = {"d": [Example(Article("a", "x"), ("the caf\u00e9 closed",))]}
    predicted = {("d", "m"): [Prediction("a", "the cafe\u0301 closed")]}
    [cell] = score(examples, predicted, [measure], Store(tmp_path), lambda *told: None)
    assert cell.predictions[0].summary == "the cafe\u0301 closed"
    return cell.scores["rouge.rouge1_f"][0]


def test_nfc_changes_rouge_and_both_scores_are_kept_apart(tmp_path: Path) -> None:
    # ROUGE keeps a-z alone: "caf" and "closed" against "cafe", so 2 of 3 words; then 3 of 3.
    assert _rouge1(tmp_path, "raw") == pytest.approx(2 / 3)
    assert _rouge1(tmp_path, "score") == 1
    assert _rouge1(tmp_path, "raw") == pytest.approx(2 / 3)


def test_the_signature_names_the_normalization_unless_it_is_raw() -> None:
    length = Length()
    assert MetricSpec("length", length, "l").signature == f"{length.signature}|marks:2"
    scored = MetricSpec("length", length, "l", get_normalizer("score"))
    assert scored.signature == f"{length.signature}|marks:2|normalization:score-1"


@pytest.mark.slow
def test_a_normalized_run_gives_the_model_another_text_and_says_so(tmp_path: Path) -> None:
    texts = ["\u201cYes\u201d, he said . It rained.", "All is clean. It rained."]
    jsonl(tmp_path / "news.jsonl", [
        {"id": str(i), "document": text, "references": ["It rained ."]}
        for i, text in enumerate(texts)
    ])  # fmt: skip
    model_config(tmp_path, "echo", "tests.fakes.Echo")
    base = [*MINE, "dataset=[table]", "dataset.table.path=news.jsonl", "model=[echo]"]
    run(tmp_path, "run", *base, "name=raw")
    normalizations = ("model_normalization=clean", "score_normalization=score")
    done = run(tmp_path, "run", *base, "name=clean", *normalizations)
    assert "after the normalization score-1" in " ".join(done.stdout.split())
    made = json.loads((tmp_path / "results/clean/run.json").read_text("utf-8"))
    # Two curly quotes and one stop in the articles; two stops more in the references.
    assert {k: v for k, v in made["normalization"]["model"].items() if v} == {
        "quotes-1": 2,
        "stops-1": 1,
    }
    assert {k: v for k, v in made["normalization"]["score"].items() if v} == {
        "quotes-1": 2,
        "stops-1": 3,
    }
    assert made["metrics"]["rouge"]["signature"].endswith("|normalization:score-1")
    raw = json.loads((tmp_path / "results/raw/run.json").read_text("utf-8"))
    assert raw["normalization"] == {"model": {}, "score": {}}
    assert raw["datasets"] == made["datasets"]
    summaries = [
        pq.read_table(tmp_path / "results" / name / "predictions.parquet")["summary"][0].as_py()
        for name in ("raw", "clean")
    ]
    assert summaries == ["\u201cYes\u201d, he said . It", '"Yes", he said. It rained.']
