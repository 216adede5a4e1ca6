"""Greedy decoding by hand, to check what the models say: no padding, no cache, no `generate`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

_FORCED = {"bart": ([0], [2]), "pegasus": ([], [1])}
"""The token ids that their generation configs force at the beginning and at the limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model should say: its tokens up to the end of text, and whether it chose to end."""

    text: str
    tokens: int
    ended: bool


def greedy(weights: Path, family: str, prompts: Sequence[str], steps: int = 14) -> list[Answer]:
    """The likeliest next token, again and again: a text at a time, no padding, no `generate`."""
    tokenizer = AutoTokenizer.from_pretrained(weights)
    if family == "llama":
        causal = AutoModelForCausalLM.from_pretrained(weights)
        read = [tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
        sequences = [likeliest(lambda ids: causal(input_ids=ids).logits, r, steps) for r in read]
        return [_answer(tokenizer, ids) for ids in sequences]
    model = AutoModelForSeq2SeqLM.from_pretrained(weights)
    first, last = _FORCED.get(family, ([], []))
    start = [model.generation_config.decoder_start_token_id, *first]
    answers = []
    for text in prompts:
        inputs = {"input_ids": tokenizer(text, return_tensors="pt")["input_ids"]}
        if family == "led":
            inputs["global_attention_mask"] = torch.zeros_like(inputs["input_ids"])
            inputs["global_attention_mask"][0, 0] = 1
        logits = partial(_decoder_logits, model, inputs)
        ids = likeliest(logits, start, steps - len(first) - len(last))
        answers.append(_answer(tokenizer, first + ids))
    return answers


def _decoder_logits(
    model: Any, inputs: Mapping[str, torch.Tensor], written: torch.Tensor
) -> torch.Tensor:
    logits: torch.Tensor = model(**inputs, decoder_input_ids=written).logits
    return logits


def likeliest(
    logits: Callable[[torch.Tensor], torch.Tensor], start: Sequence[int], steps: int
) -> list[int]:
    """The `steps` token ids that a plain argmax appends to `start`."""
    ids = list(start)
    with torch.inference_mode():
        for _ in range(steps):
            ids.append(int(logits(torch.tensor([ids]))[0, -1].argmax()))
    return ids[len(start) :]


def _answer(tokenizer: Any, ids: list[int]) -> Answer:
    ended = tokenizer.eos_token_id in ids
    ids = ids[: ids.index(tokenizer.eos_token_id)] if ended else ids
    text = str(tokenizer.decode(ids, skip_special_tokens=True))
    return Answer(read_line_breaks(text), len(ids), ended)


def read_line_breaks(text: str) -> str:
    """PEGASUS's `<n>` as line breaks; several in a row leave no empty lines."""
    return re.sub(r"\s*(?:<n>\s*)+", "\n", text).strip()
