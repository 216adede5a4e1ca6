"""Tiny random encoders and classifiers, each with a real tokeniser; and what bert-score says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase, digits, punctuation
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizer,
)

SENTENCES = (
    "The council closed the old bridge on Friday after a lorry had struck its rail.",
    "Nobody was hurt.",
    "Engineers found two cracks in the third arch, and a heron on a nest.",
    "Repairs will take 6 weeks and cost 310,000 crowns, the mayor said.",
    "Buses go round by the mill until then.",
    "The heron stays.",
)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
POSITIONS = 64
"""How many tokens the models can read."""
NLI_LABELS = ("entailment", "neutral", "contradiction")

_SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_attention_heads": 2,
    "num_hidden_layers": 3,
    "initializer_range": 0.4,  # large, so that texts differ
}


def encoder(folder: Path, model_max_length: int | None = POSITIONS) -> Path:
    """A BERT of three layers; without a `model_max_length` its tokeniser knows no limit."""
    tokenizer = _tokenizer(model_max_length)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return _saved(folder, tokenizer, BertModel(_config(tokenizer)))


def byte_encoder(folder: Path, prefix_space: bool = False) -> Path:
    """A RoBERTa, to which a word is another one after a space than at the beginning of a text."""
    merges: Any = [("\u0120", "N"), ("\u0120N", "o"), ("N", "o"), ("\u0120", "t"), ("\u0120t", "h")]
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *sorted(ByteLevel.alphabet())]
    tokens += ["".join(merge) for merge in merges]
    tokenizer = RobertaTokenizer(
        vocab={token: i for i, token in enumerate(tokens)},
        merges=merges,
        add_prefix_space=prefix_space,
        model_max_length=256,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        config = RobertaConfig(vocab_size=len(tokens), max_position_embeddings=258, **_SMALL)
        return _saved(folder, tokenizer, RobertaModel(config))


def classifier(
    folder: Path, labels: Sequence[str] = NLI_LABELS, order: Sequence[int] = (0, 1, 2)
) -> Path:
    """A classifier of pairs; its class i is class `order[i]` of the one in the usual order."""
    tokenizer = _tokenizer(POSITIONS)
    config = _config(tokenizer)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: i for i, label in enumerate(labels)}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model: Any = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.copy_(model.classifier.weight[list(order)].clone())
    return _saved(folder, tokenizer, model)


def on_the_hub(folder: Path, name: str) -> str:
    """The hub id under which the checkpoint now lies in the hub's cache, as COMMIT."""
    cache = Path(constants.HF_HUB_CACHE)
    if not cache.is_relative_to(os.environ["HF_HOME"]):
        pytest.skip("HF_HUB_CACHE is set, and that folder is not ours to write to")
    cached = cache / f"models--nobody--{name}"
    shutil.copytree(folder, cached / "snapshots" / COMMIT)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    return f"nobody/{name}"


def bert_score(
    folder: Path,
    layer: int,
    summaries: Sequence[str],
    references: Sequence[Sequence[str]],
    idf: bool = False,
    baseline: Path | None = None,
) -> list[list[float]]:
    """P, R and F of the bert-score package; its baseline is a file with a row for each layer."""
    package: Any = pytest.importorskip("bert_score")
    scorer = package.BERTScorer(
        model_type=str(folder),
        num_layers=layer,
        idf=idf,
        idf_sents=[text for texts in references for text in texts] if idf else None,
        nthreads=0,
        device="cpu",
        lang="en",
        rescale_with_baseline=baseline is not None,
        baseline_path=None if baseline is None else str(baseline),
    )
    columns = scorer.score([text.strip() for text in summaries], [list(r) for r in references])
    return [list(row) for row in zip(*(part.tolist() for part in columns), strict=True)]


def _config(tokenizer: BertTokenizer) -> BertConfig:
    return BertConfig(vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, **_SMALL)


def _tokenizer(model_max_length: int | None) -> BertTokenizer:
    """Word pieces: the words of the sentences but the longest, all letters, digits and signs."""
    words = " ".join(SENTENCES).lower().replace(",", "").replace(".", "").split()
    signs = [*ascii_lowercase, *digits, *punctuation]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *signs]
    pieces += [f"##{sign}" for sign in ascii_lowercase + digits]
    pieces += sorted({word for word in words if 1 < len(word) < 7})
    limit: dict[str, Any] = (
        {} if model_max_length is None else {"model_max_length": model_max_length}
    )
    return BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, **limit)


def _saved(folder: Path, tokenizer: Any, model: Any) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
