"""Checkpoints of real sizes with random weights and a real tokeniser, and tiny ones of the kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
import yaml
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BartTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizer,
)

from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.models.pretrained import silence_transformers
from tests.performance.texts import newsdesk

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_SEARCH = ("num_beams", "length_penalty", "no_repeat_ngram_size")
_CHAT = (
    "{{ bos_token }}{% for turn in messages %}{{ turn.role + ': ' + turn.content + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the three models are, and what is done with them."""

    names: dict[str, str]
    bart: dict[str, Any]
    llama: dict[str, Any]
    roberta: dict[str, Any]
    layer: int
    articles: int
    words: int
    new_tokens: int
    pairs: int
    compared_pairs: int


def _bart_size(width: int, inner: int, layers: int, heads: int) -> dict[str, Any]:
    size = {"d_model": width, "encoder_layers": layers, "decoder_layers": layers}
    size |= {"encoder_ffn_dim": inner, "decoder_ffn_dim": inner}
    return size | {"encoder_attention_heads": heads, "decoder_attention_heads": heads}


def _size(width: int, inner: int, layers: int, heads: int) -> dict[str, Any]:
    size = {"hidden_size": width, "intermediate_size": inner}
    return size | {"num_hidden_layers": layers, "num_attention_heads": heads}


REAL = Sizes(
    names={"bart": "BART-large", "llama": "Llama 1.1B", "roberta": "RoBERTa-large"},
    bart=_bart_size(1024, 4096, 12, 16) | {"vocab_size": 50265},
    llama=_size(2048, 5632, 22, 32) | {"num_key_value_heads": 4, "vocab_size": 32000},
    roberta=_size(1024, 4096, 24, 16) | {"vocab_size": 50265},
    layer=17,
    articles=16,
    words=400,
    new_tokens=32,
    pairs=512,
    compared_pairs=8,
)
"""BART-large (0.46 billion parameters), TinyLlama (1.10), RoBERTa-large (0.36).

BART's output matrix is one of its own: random weights whose output is the input's matrix repeat
their last token, whatever the article is. TinyLlama's is so anyway.
"""
TINY = Sizes(
    names={"bart": "tiny BART", "llama": "tiny Llama", "roberta": "tiny RoBERTa"},
    bart=_bart_size(32, 64, 2, 2) | {"vocab_size": 1200},
    llama=_size(32, 64, 2, 2) | {"num_key_value_heads": 1, "vocab_size": 1200},
    roberta=_size(32, 48, 3, 2) | {"vocab_size": 1200},
    layer=2,
    articles=6,
    words=60,
    new_tokens=6,
    pairs=8,
    compared_pairs=2,
)


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints under `folder`, each made on `device` when it is first asked for."""

    folder: Path
    sizes: Sizes
    device: str

    def get(self, family: str) -> Path:
        """The folder with safetensors and tokeniser; Llama's are bfloat16, as published ones."""
        folder = self.folder / family
        if not folder.is_dir():
            make = {"bart": self._bart, "llama": self._llama, "roberta": self._roberta}[family]
            with torch.random.fork_rng(), torch.device(self.device), silence_transformers():
                torch.manual_seed(1)
                tokenizer, model = make()
                model.save_pretrained(folder)
                tokenizer.save_pretrained(folder)
        return folder

    def build_model(self, family: str, dtype: str, **changed: Any) -> Callable[[], Any]:
        """What builds the shipped BART or Llama-like model on these weights."""
        name = {"bart": "bart_large_cnn", "llama": "smollm2_1_7b_instruct"}[family]
        node = _read_node("model", name)
        generate = {"max_new_tokens": self.sizes.new_tokens}
        if family == "bart":
            generate |= {key: node["generate"][key] for key in _SEARCH}
        local = {"dtype": dtype, "generate": generate}
        node |= self._place(family) | local | changed
        return lambda: build(name, node)

    def build_metric(self, name: str, **changed: Any) -> Any:
        """The shipped BERTScore or NLI metric on these weights."""
        layer = {"layer": self.sizes.layer} if name == "bertscore" else {}
        return build(name, _read_node("metric", name) | self._place("roberta") | layer | changed)

    def _place(self, family: str) -> dict[str, Any]:
        return {"weights": str(self.get(family)), "revision": None, "device": self.device}

    def _bart(self) -> tuple[Any, Any]:
        size = {**self.sizes.bart, "max_position_embeddings": 1024, "tie_word_embeddings": False}
        std = _spread(size["d_model"])
        model = BartForConditionalGeneration(BartConfig(**size, init_std=std))
        with torch.no_grad():  # attention that selects: else all articles look alike to the decoder
            for name, weight in model.named_parameters():
                if weight.dim() > 1 and "attn" in name:
                    weight.mul_(3 if "q_proj" in name or "k_proj" in name else 1)
                    weight.mul_(4 if "encoder_attn" in name else 1)
        return BartTokenizer(**self._fill_bpe(size["vocab_size"])), model

    def _roberta(self) -> tuple[Any, Any]:
        size = self.sizes.roberta
        labels = ("entailment", "contradiction", "neutral")
        config = RobertaConfig(
            **size,
            max_position_embeddings=514,
            initializer_range=_spread(size["hidden_size"]),
            id2label=dict(enumerate(labels)),
            label2id={label: i for i, label in enumerate(labels)},
        )
        tokenizer = RobertaTokenizer(**self._fill_bpe(size["vocab_size"]), model_max_length=512)
        return tokenizer, RobertaForSequenceClassification(config)

    def _llama(self) -> tuple[Any, Any]:
        bpe = Tokenizer(models.BPE(**self._fill_bpe(self.sizes.llama["vocab_size"])))
        bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        bpe.decoder = decoders.ByteLevel()
        bpe.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", 0)]
        )
        marks = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>"}
        tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=bpe, chat_template=_CHAT, **marks
        )
        size: dict[str, Any] = {**self.sizes.llama, "max_position_embeddings": 4096}
        size |= {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
        std = _spread(size["hidden_size"])
        config = LlamaConfig(**size, tie_word_embeddings=False, initializer_range=std)
        model: Any = LlamaForCausalLM(config)
        return tokenizer, model.to(torch.bfloat16)

    def _fill_bpe(self, size: int) -> dict[str, Any]:
        """Vocabulary and merges of the shipped corpus; words of no text fill the real size."""
        learnt = self._bpe
        vocab = learnt["vocab"] | {f"\u0120word{i}": i for i in range(len(learnt["vocab"]), size)}
        return {"vocab": vocab, "merges": [tuple(pair) for pair in learnt["merges"]]}

    @cached_property
    def _bpe(self) -> dict[str, Any]:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=min(
                size["vocab_size"]
                for size in (self.sizes.bart, self.sizes.llama, self.sizes.roberta)
            ),
            special_tokens=list(_SPECIAL),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator((row["document"] for row in newsdesk()), trainer)
        learnt: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
        return learnt


def _spread(width: int) -> float:
    """A standard deviation of weights with which a layer keeps its input's scale."""
    return float(width**-0.5)


def _read_node(group: str, name: str) -> dict[str, Any]:
    path = get_resource_path("configs") / group / f"{name}.yaml"
    node: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))[name]
    return node
