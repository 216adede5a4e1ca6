"""HHEM's head: computed by hand on a plain encoder, planted values, missing parts."""

from __future__ import annotations

import math
from math import isnan
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, T5EncoderModel

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.hhem import Hhem
from tests.tiny import SENTENCES, checkpoint
from tests.tiny_checkers import compute_softmax, make_hhem

pytestmark = pytest.mark.model

_PROMPT = "<pad> True?\n\nPremise: {document}\n\nHypothesis: {summary}"
_EXAMPLES = [Example(Article("a", " ".join(SENTENCES))), Example(Article("b", SENTENCES[0]))]
_SUMMARIES = ["Nobody was hurt. The gate is shut.", "The gate."]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("tiny-base"), "t5")


def _compute(weights: Path, base: Path, prompt: str) -> float:
    """The head's two numbers for the first token, from the encoder's published tensors."""
    tensors = load_file(weights / "model.safetensors")
    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    encoder: Any = T5EncoderModel.from_pretrained(base)
    prefix = "t5.transformer."
    state = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    state["encoder.embed_tokens.weight"] = state["shared.weight"]
    encoder.load_state_dict(state)
    ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    assert ids[0, 0] == tokenizer.pad_token_id
    with torch.inference_mode():
        hidden = encoder.eval()(input_ids=ids, attention_mask=torch.ones_like(ids))[0][0, 0]
        logits = tensors["t5.classifier.weight"] @ hidden + tensors["t5.classifier.bias"]
    return compute_softmax(logits.tolist(), 1)


def test_the_head_reads_the_first_token(tmp_path: Path, base: Path) -> None:
    weights = make_hhem(tmp_path, base)
    expected = [
        _compute(weights, base, f"<pad> True?\n\nPremise: {e.article.text}\n\nHypothesis: {s}")
        for e, s in zip(_EXAMPLES, _SUMMARIES, strict=True)
    ]
    for batch_size in (32, 1):
        metric = Hhem(str(weights), str(base), _PROMPT, batch_size=batch_size)
        scores = metric.score(_EXAMPLES, _SUMMARIES)["consistency"]
        assert scores == [pytest.approx(value, abs=1e-6, rel=0) for value in expected]
        backwards = metric.score(_EXAMPLES[::-1], _SUMMARIES[::-1])["consistency"]
        assert backwards[::-1] == [pytest.approx(value, abs=1e-6, rel=0) for value in expected]
    assert 0.01 < min(expected) < max(expected) < 0.99
    assert abs(expected[0] - expected[1]) > 1e-3


def test_a_planted_head_gives_the_known_value(tmp_path: Path, base: Path) -> None:
    # Biases 0 and ln 3: odds of 1 to 3.
    weights = make_hhem(tmp_path, base, (0.0, math.log(3)))
    prompt = "<pad> {chunk} {sentence}"
    for metric in (
        Hhem(str(weights), str(base), _PROMPT),
        Hhem(str(weights), str(base), prompt, chunk={"words": 20}),
    ):
        scores = metric.score(_EXAMPLES, _SUMMARIES)
        assert scores == {"consistency": [pytest.approx(0.75, abs=1e-6)] * 2}


def test_without_a_text_it_is_undefined(base: Path) -> None:
    metric = Hhem("nobody/has-such-a-model", str(base), _PROMPT)
    examples = [Example(Article("a", "")), Example(Article("b", "An article."))]
    assert all(map(isnan, metric.score(examples, ["A summary.", " "])["consistency"]))
    [column] = metric.columns.values()
    assert (column.direction, column.role, *column.needs) == ("higher", "diagnostic", "article")


def test_a_missing_head_is_not_made_up(tmp_path: Path, base: Path) -> None:
    weights = make_hhem(tmp_path, base)
    file = weights / "model.safetensors"
    tensors = {k: v for k, v in load_file(file).items() if "classifier" not in k}
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(SummbenchError, match=r"classifier\.bias, classifier\.weight would be rand"):
        Hhem(str(weights), str(base), _PROMPT).score(_EXAMPLES, _SUMMARIES)


def test_a_base_that_is_not_there_is_named(tmp_path: Path, base: Path) -> None:
    metric = Hhem(str(make_hhem(tmp_path, base)), "nobody/has-no-base", _PROMPT, offline=True)
    with pytest.raises(SummbenchError, match=r"'nobody/has-no-base' .* not in the hub's cache"):
        metric.score(_EXAMPLES, _SUMMARIES)


def test_all_that_changes_a_number_is_in_the_signature(tmp_path: Path, base: Path) -> None:
    weights = str(make_hhem(tmp_path, base))
    options: list[dict[str, Any]] = [{}, {"max_length": 9}, {"chunk": {"words": 9}}]
    options += [{"language": "de"}, {"base": "nobody/other"}, {"prompt": _PROMPT + "?"}]
    options += [{"base": "nobody/other", "base_revision": "37f520f"}]
    metrics = [
        Hhem(**{"weights": weights, "base": str(base), "prompt": _PROMPT, **o}) for o in options
    ]
    assert len({metric.signature for metric in metrics}) == len(options)
