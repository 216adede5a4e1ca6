"""Tiny random checkpoints that judge summaries, and how plain transformers reads a prompt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer, T5ForTokenClassification

from tests.tiny import checkpoint

_FORMAT = {"format": "pt"}


def compute_softmax(logits: Sequence[float], last: int) -> float:
    """The probability of the number at `last` among all, in double precision."""
    highest = max(logits)
    return math.exp(logits[last] - highest) / sum(math.exp(x - highest) for x in logits)


def read_first_logits(folder: Path, prompt: str) -> list[float]:
    """The logits of the first token after the start token, the prompt alone, without padding."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    start = model.generation_config.decoder_start_token_id
    with torch.inference_mode():
        logits = model(
            input_ids=torch.tensor([tokenizer(prompt)["input_ids"]]),
            decoder_input_ids=torch.tensor([[start]]),
        ).logits
    return [float(x) for x in logits[0, 0]]


def make_checker(root: Path) -> Path:
    """A T5 that looks at the prompt half as hard: float32 is then good for 1e-6 in probabilities.

    Measured on 30 prompts: 3e-7 from double precision at most, where the original has 3e-6.
    """
    folder = checkpoint(root, "t5")
    tensors = load_file(folder / "model.safetensors")
    for name in tensors:
        if "EncDecAttention" in name:
            tensors[name] /= 2
    save_file(tensors, folder / "model.safetensors", metadata=_FORMAT)
    return folder


def plant_bias(root: Path, bias: dict[int, float]) -> Path:
    """A BART whose head hears nothing: each first token has logit 0, or its bias."""
    folder = checkpoint(root, "bart")
    tensors = load_file(folder / "model.safetensors")
    tensors["lm_head.weight"] = torch.zeros_like(tensors["lm_head.weight"])
    for token, value in bias.items():
        tensors["final_logits_bias"][0, token] = value
    save_file(tensors, folder / "model.safetensors", metadata=_FORMAT)
    return folder


def make_hhem(root: Path, base: Path, head: Sequence[float] | None = None) -> Path:
    """An encoder with a head as Vectara publishes it: all names begin with t5, nothing beside it.

    With `head` its two biases are these, and it hears nothing.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        config = AutoConfig.from_pretrained(base, num_labels=2)
        model: Any = T5ForTokenClassification(config)
        torch.nn.init.normal_(model.classifier.weight, std=0.05)
    tensors = {f"t5.{name}": value.contiguous() for name, value in model.state_dict().items()}
    del tensors["t5.transformer.encoder.embed_tokens.weight"]  # is t5.transformer.shared.weight
    if head is not None:
        tensors["t5.classifier.weight"] = torch.zeros_like(tensors["t5.classifier.weight"])
        tensors["t5.classifier.bias"] = torch.tensor(head)
    folder = root / "tiny-hhem"
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors", metadata=_FORMAT)
    return folder
