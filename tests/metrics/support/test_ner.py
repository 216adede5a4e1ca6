"""Names that a spaCy model finds beside those with capitals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.support.mentions import collect_usage, find_mentions, parse_sentences
from summbench.metrics.support.metric import Support
from summbench.metrics.support.ner import Recogniser, load_recogniser, merge_mentions


def test_a_tagger_adds_names_that_have_no_capitals() -> None:
    text = "Lind met zoe there."
    entity = SimpleNamespace(text="zoe", start_char=9, end_char=12, label_="ORG")
    year = SimpleNamespace(text="there", start_char=13, end_char=18, label_="DATE")
    tagger = Recogniser("fake-1", lambda _: SimpleNamespace(ents=[entity, year]))
    sentences = parse_sentences(text)
    mentions = find_mentions(text, sentences, collect_usage(text, sentences))
    merged_mentions = merge_mentions(mentions, tagger.find_spans(text), sentences)
    assert [m.span.text for m in merged_mentions] == ["Lind", "zoe"]


def _pipeline(folder: Path, *names: str) -> str:
    """A model of spaCy's own making, which takes these words for names and Monday for a date."""
    spacy = pytest.importorskip("spacy", reason="needs the extra [ner]")
    pipeline = spacy.blank("en")
    patterns = [{"label": "PRODUCT", "pattern": name} for name in names]
    pipeline.add_pipe("entity_ruler").add_patterns(
        [*patterns, {"label": "DATE", "pattern": "Monday"}]
    )
    folder.mkdir()
    pipeline.to_disk(folder / "model")
    return str(folder / "model")


def test_a_model_of_spacy_finds_what_capitals_do_not(tmp_path: Path) -> None:
    article = Example(Article("a", "The price of zoe rose on Monday, said Ana Lind."))
    metric = Support(ner=_pipeline(tmp_path / "model", "zoe", "quill"))
    metric.score([article], ["On Monday Ana Lind praised zoe and quill."])
    [evidence] = metric.get_evidence()
    states = {name["text"]: name["state"] for name in json.loads(evidence)["names"]}
    assert states == {
        "Ana Lind": "exact",
        "zoe": "exact",
        "quill": "unsupported",
    }


def test_a_model_of_spacy_is_known_by_its_content_and_not_by_its_place(tmp_path: Path) -> None:
    places = [("here", "zoe"), ("there", "zoe"), ("elsewhere", "zoa")]
    models = [_pipeline(tmp_path / folder, name) for folder, name in places]
    signature, of_copy, of_another = (Support(ner=model).signature for model in models)
    assert signature == of_copy != of_another
    assert "|ner:en_pipeline-0.0.0@sha256:" in signature
    assert str(tmp_path) not in signature


def test_a_model_that_spacy_has_not_is_one_sentence() -> None:
    pytest.importorskip("spacy", reason="needs the extra [ner]")
    with pytest.raises(SummbenchError, match="python -m spacy download en_core_web_xl"):
        load_recogniser("en_core_web_xl")


def test_a_missing_tagger_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(SummbenchError, match=r"needs the package spacy. Install it: .*\[ner\]"):
        load_recogniser("en_core_web_sm")
