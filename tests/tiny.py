"""Tiny random checkpoints, each with a real tokeniser, and the shipped models on them."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import yaml
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BartTokenizer,
    LEDConfig,
    LEDForConditionalGeneration,
    LlamaConfig,
    LlamaForCausalLM,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PegasusTokenizer,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)

from summbench.core.records import Article, Prediction
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build

SENTENCES = (
    "The harbour office shut its lower gate on Monday after the tide had lifted two planks.",
    "Nobody was hurt.",
    "A crate of pears floated off towards the island, where a baker found it at dawn.",
    "He sold the fruit for nine crowns a basket, he told the council, and kept the crate.",
    "The warden wants it back!",
    "Engineers say that the gate, built in 1931, was never meant to stand so much water.",
    "Repairs would cost 48,000 crowns, or a fifth of what the town earns from the ferry.",
    "Two councillors voted against; a third left the room before the count.",
    "Is there a cheaper way?",
    "Divers will look at the hinges in June, when the river is low and the eels have gone.",
    "Until then the night boat stops at the old pier, a walk of eleven minutes uphill.",
    "Passengers with bicycles pay nothing extra.",
)
_LENGTHS = (1, 9, 3, 12, 2, 7, 4, 11, 1, 5, 8, 6)
ARTICLES = [
    Article(f"a{start}", " ".join((SENTENCES * 2)[start : start + length]))
    for start, length in enumerate(_LENGTHS)
]
CONFIGS = {
    "bart": "bart_large_cnn",
    "t5": "t5_base",
    "pegasus": "pegasus_xsum",
    "led": "led_large_arxiv",
    "llama": "smollm2_1_7b_instruct",
}
"""The shipped config of each family."""

_CHAT = (
    "{{ bos_token }}{% for turn in messages %}"
    "{{ '<|im_start|>' + turn.role + '\n' + turn.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def config(family: str) -> dict[str, Any]:
    """The node of the family's shipped YAML."""
    name = CONFIGS[family]
    text = (get_resource_path("configs") / "model" / f"{name}.yaml").read_text("utf-8")
    node: dict[str, Any] = yaml.safe_load(text)[name]
    return node


def summariser(weights: Path, family: str, **changed: Any) -> Any:
    """The shipped model on other weights; greedy and short unless `changed` says otherwise."""
    local = {"weights": str(weights), "revision": None, "device": "cpu"}
    short = {"generate": {"max_new_tokens": 14}}
    return build(CONFIGS[family], config(family) | local | short | changed)


def summarise(model: Any, articles: Sequence[Article]) -> list[Prediction]:
    """The model's predictions, which come in any order, in the order of the articles."""
    positions = {article.id: i for i, article in enumerate(articles)}
    return sorted(model.summarise(articles), key=lambda p: positions[p.article_id])


def prompt(family: str, text: str) -> str:
    """What the shipped config asks, written out by hand."""
    if family == "llama":
        instruction = f"{text}\n\nSummarise the news article above in three short sentences."
        return f"<s><|im_start|>user\n{instruction}<|im_end|>\n<|im_start|>assistant\n"
    return f"summarize: {text}" if family == "t5" else text


def checkpoint(root: Path, family: str) -> Path:
    """The folder of the family's checkpoint under `root`, made when it is first asked for."""
    folder = root / f"tiny-{family}"
    if not folder.is_dir():
        make, seed = _FAMILIES[family]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            tokenizer, model = make()
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def _bpe(*special_tokens: str) -> dict[str, Any]:
    """The vocabulary and merges of a byte-level BPE trained on the sentences."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=list(special_tokens), show_progress=False
    )
    tokenizer.train_from_iterator([*SENTENCES, "system user assistant\n\n"], trainer)
    learnt = json.loads(tokenizer.to_str())["model"]
    return {"vocab": learnt["vocab"], "merges": [tuple(pair) for pair in learnt["merges"]]}


def _unigram(*special_tokens: str) -> list[tuple[str, float]]:
    """The commonest pieces of the sentences' words; the library's own trainer is left to chance."""
    counts = Counter(
        marked[start:end]
        for word in " ".join(SENTENCES).split()
        for marked in ["\u2581" + word]
        for start in range(len(marked))
        for end in range(start + 1, min(start + 6, len(marked) + 1))
    )
    common = sorted(counts, key=lambda piece: (len(piece) > 1, -counts[piece], piece))[:200]
    pieces = [(piece, math.log(counts[piece] / counts.total())) for piece in common]
    return [(token, 0.0) for token in special_tokens] + pieces


_ENCODER = {"d_model": 32, "encoder_layers": 2, "encoder_ffn_dim": 64, "encoder_attention_heads": 2}
_DECODER = {"decoder_layers": 2, "decoder_ffn_dim": 64, "decoder_attention_heads": 2}
_SMALL: dict[str, Any] = {**_ENCODER, **_DECODER}
_UNTIED: dict[str, Any] = {**_SMALL, "init_std": 0.1, "tie_word_embeddings": False}


def _bart_tokenizer() -> Any:
    return BartTokenizer(**_bpe("<s>", "<pad>", "</s>", "<unk>", "<mask>"))


def _bart() -> tuple[Any, Any]:
    tokenizer = _bart_tokenizer()
    settings = BartConfig(vocab_size=len(tokenizer), max_position_embeddings=320, **_UNTIED)
    model = _heedful(BartForConditionalGeneration(settings))
    model.generation_config.forced_bos_token_id = 0
    return tokenizer, model


def _led() -> tuple[Any, Any]:
    tokenizer = _bart_tokenizer()
    positions: dict[str, Any] = {
        "max_encoder_position_embeddings": 320,
        "max_decoder_position_embeddings": 64,
    }
    settings = LEDConfig(vocab_size=len(tokenizer), attention_window=16, **positions, **_UNTIED)
    return tokenizer, _heedful(LEDForConditionalGeneration(settings))


def _pegasus() -> tuple[Any, Any]:
    pieces = _unigram("<pad>", "</s>", "<unk>", "<mask_1>", "<mask_2>")
    tokenizer = PegasusTokenizer(vocab=[*pieces, ("<n>", -4.0)], offset=2)
    settings = PegasusConfig(
        vocab_size=len(tokenizer), max_position_embeddings=512, init_std=0.8, **_SMALL
    )
    return tokenizer, _heedful(PegasusForConditionalGeneration(settings))


def _t5() -> tuple[Any, Any]:
    tokenizer = T5Tokenizer(vocab=_unigram("<pad>", "</s>", "<unk>"), extra_ids=0)
    settings = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2
    )
    model = _heedful(T5ForConditionalGeneration(settings))
    model.generation_config.decoder_start_token_id = 0
    return tokenizer, model


def _llama() -> tuple[Any, Any]:
    bpe = Tokenizer(models.BPE(**_bpe("<s>", "<|im_start|>", "<|im_end|>")))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    marks: dict[str, Any] = {"bos_token": "<s>", "eos_token": "<|im_end|>", "chat_template": _CHAT}
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bpe, additional_special_tokens=["<|im_start|>"], **marks
    )
    size: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    size |= {"num_attention_heads": 2, "max_position_embeddings": 512, "initializer_range": 0.4}
    ids: dict[str, Any] = {"bos_token_id": 0, "eos_token_id": 2, "vocab_size": len(tokenizer)}
    return tokenizer, LlamaForCausalLM(LlamaConfig(**size, **ids))


def _heedful(model: Any) -> Any:
    """Large weights where the decoder looks at the article, so that each gets its own answer."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and ("encoder_attn" in name or "EncDecAttention" in name):
                weight.mul_(4)
    return model


_FAMILIES: dict[str, tuple[Callable[[], tuple[Any, Any]], int]] = {
    "bart": (_bart, 28),
    "t5": (_t5, 24),
    "pegasus": (_pegasus, 4),
    "led": (_led, 13),
    "llama": (_llama, 1),
}
"""How each is made, and a seed with which it sometimes ends by itself."""
