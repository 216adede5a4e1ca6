"""What generating models share: batches that fit memory, and new tokens only."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import torch
from transformers import GenerationConfig

from summbench.core.records import Prediction, sha256
from summbench.core.replies import read_reply
from summbench.models.batching import plan
from summbench.models.checkpoint import DEFAULT_LENGTH, GenerationSettings, Loaded
from summbench.models.prompts import Prompt

_LOG = logging.getLogger("summbench")


Generate = Callable[[Sequence[Prompt]], Sequence[Sequence[int]]]
"""The new tokens after each prompt."""


def padded(
    prompts: Sequence[Prompt], loaded: Loaded, side: Literal["left", "right"]
) -> dict[str, torch.Tensor]:
    """Token ids and attention mask, on the model's device."""
    batch = loaded.tokenizer.pad(
        {"input_ids": [list(prompt.ids) for prompt in prompts]},
        padding_side=side,
        return_attention_mask=True,
        return_tensors="pt",
    )
    return {key: batch[key].to(loaded.device) for key in ("input_ids", "attention_mask")}


def decode(
    prompts: Sequence[Prompt], loaded: Loaded, decoding: GenerationSettings, generate: Generate
) -> list[Prediction]:
    """One prediction a prompt, in their order; a batch for which there is no memory is halved."""
    done: dict[int, Prediction] = {}
    todo = _batches(range(len(prompts)), prompts, loaded, decoding)
    while todo:
        batch = [prompts[i] for i in todo[0]]
        predictions = _tried(batch, loaded, decoding, generate)
        if predictions is None:
            _free_memory()
            longest = max(len(prompt.ids) for prompt in batch)
            loaded.room = decoding.budget.positions(len(batch), longest) // 2
            todo = _batches([i for left in todo for i in left], prompts, loaded, decoding)
            _LOG.warning(
                "a batch of %d ran out of memory; going on with %d", len(batch), len(todo[0])
            )
        else:
            done |= zip(todo.pop(0), predictions, strict=True)
    return [done[i] for i in range(len(prompts))]


def _batches(
    left: Sequence[int], prompts: Sequence[Prompt], loaded: Loaded, decoding: GenerationSettings
) -> list[list[int]]:
    """What is left of the prompts, in batches that are no larger than what memory allowed."""
    budget = replace(decoding.budget, tokens=min(decoding.budget.tokens, loaded.room))
    planned = plan([len(prompts[i].ids) for i in left], budget)
    return [[left[k] for k in batch] for batch in planned]


def _tried(
    prompts: Sequence[Prompt], loaded: Loaded, decoding: GenerationSettings, generate: Generate
) -> list[Prediction] | None:
    """The predictions, or None if memory ran out and fewer at once may fit."""
    if decoding.samples:
        torch.manual_seed(int(sha256(str(decoding.seed), prompts[0].article.text)[:15], 16))
    try:
        return _predictions(prompts, loaded, generate)
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        if len(prompts) == 1 or not _is_out_of_memory(error):
            raise
        return None


def _predictions(prompts: Sequence[Prompt], loaded: Loaded, generate: Generate) -> list[Prediction]:
    start = time.perf_counter()
    with torch.inference_mode():
        generated = generate(prompts)
    seconds = (time.perf_counter() - start) / len(prompts)
    return [
        _prediction(prompt, new, loaded, seconds)
        for prompt, new in zip(prompts, generated, strict=True)
    ]


def _prediction(prompt: Prompt, new: Sequence[int], loaded: Loaded, seconds: float) -> Prediction:
    tokens, ended = _until_end(new, loaded.model.generation_config)
    prediction = Prediction(
        prompt.article.id,
        input_tokens=len(prompt.ids),
        output_tokens=len(tokens),
        seconds=seconds,
        finish_reason="stop" if ended else "length",
        input_truncated=prompt.truncated,
        raw=loaded.tokenizer.decode(tokens, skip_special_tokens=True),
    )
    return read_reply(prediction)


def _until_end(tokens: Sequence[int], config: GenerationConfig) -> tuple[list[int], bool]:
    """The tokens before the first end-of-text, and whether the model chose to end there.

    BART and PEGASUS are made to end (`forced_eos_token_id`) at the limit: not their choice.
    """
    ends = config.eos_token_id
    ends = {ends} if isinstance(ends, int) else set(ends or ())
    limit = config.max_new_tokens or (config.max_length or DEFAULT_LENGTH) - 1
    for i, token in enumerate(tokens):
        if token in ends:
            return list(tokens[:i]), config.forced_eos_token_id is None or i + 1 < limit
    return list(tokens), False


def _is_out_of_memory(error: Exception) -> bool:
    """On a CPU and on a Mac, torch has no exception of its own for it."""
    known = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return known or any(said in str(error) for said in ("DefaultCPUAllocator", "out of memory"))


def _free_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
