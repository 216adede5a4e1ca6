"""What generating models share: batches that fit memory, and new tokens only."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

import torch

from summbench.core.records import Prediction, sha256
from summbench.core.replies import opens_thoughts, read_reply, restore_opening
from summbench.models.batching import plan_batches
from summbench.models.checkpoint import DEFAULT_LENGTH, GenerationSettings, LoadedCheckpoint
from summbench.models.decoding import Rows, iterate_tokens
from summbench.models.pretrained import free_memory, silence_transformers
from summbench.models.stop_rule import StopRule
from summbench.models.truncation import Prompt

_LOG = logging.getLogger("summbench")
_SAMPLING = threading.Lock()  # torch has one generator of random numbers for all threads

_OPENING = 8
"""Tokens at the end of a prompt that may open the model's thoughts: a mark of up to five and a line
break."""

Generate = Callable[[Sequence[Prompt]], Iterator[Rows]]
"""The new tokens after each prompt, as they come; the rows are positions of the prompts."""


def pad(
    prompts: Sequence[Prompt], loaded: LoadedCheckpoint, side: Literal["left", "right"]
) -> dict[str, torch.Tensor]:
    """Return token ids and attention mask, (prompts, longest prompt), on the model's device."""
    batch = loaded.tokenizer.pad(
        {"input_ids": [list(prompt.ids) for prompt in prompts]},
        padding_side=side,
        return_attention_mask=True,
        return_tensors="pt",
    )
    return {key: batch[key].to(loaded.device) for key in ("input_ids", "attention_mask")}


def iterate_batch(
    prompts: Sequence[Prompt],
    inputs: Mapping[str, torch.Tensor],
    loaded: LoadedCheckpoint,
    settings: GenerationSettings,
) -> Iterator[Rows]:
    """Yield the new tokens after each prompt, which is a row of the inputs, as they come."""

    def has_ended(row: int, tokens: Sequence[int]) -> bool:
        is_at_end = tokens[-1] in _list_end_tokens(loaded)
        return is_at_end or _find_end(prompts[row], tokens, loaded, settings.stop) is not None

    return iterate_tokens(loaded.model, inputs, settings.options, has_ended)


def iterate_predictions(
    prompts: Sequence[Prompt],
    loaded: LoadedCheckpoint,
    settings: GenerationSettings,
    generate: Generate,
) -> Iterator[Prediction]:
    """Yield a prediction for each prompt, as they come, in any order.

    If a batch runs out of memory, what is missing of it goes on in half of its size.
    """
    batches = _plan(range(len(prompts)), prompts, loaded, settings)
    while batches:
        batch = batches.pop(0)
        missing = dict.fromkeys(batch)
        has_memory = True
        try:
            in_batch = [prompts[i] for i in batch]
            for row, prediction in _iterate_rows(in_batch, loaded, settings, generate):
                del missing[batch[row]]
                yield prediction
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if len(batch) == 1 or not _is_out_of_memory(error):
                raise
            has_memory = False
        if not has_memory:
            free_memory()  # only now that the exception holds none of it
            longest = max(len(prompt.ids) for prompt in in_batch)
            loaded.max_batch_tokens = settings.budget.count_tokens(len(batch), longest) // 2
            unfinished = [*missing, *(i for batch in batches for i in batch)]
            batches = _plan(unfinished, prompts, loaded, settings)
            _LOG.warning(
                "a batch of %d ran out of memory; going on with %d", len(batch), len(batches[0])
            )


def _plan(
    positions: Sequence[int],
    prompts: Sequence[Prompt],
    loaded: LoadedCheckpoint,
    settings: GenerationSettings,
) -> list[list[int]]:
    """These prompts in batches that are no larger than what memory allowed before."""
    budget = settings.budget
    budget = replace(budget, tokens=min(budget.tokens, loaded.max_batch_tokens))
    batches = plan_batches([len(prompts[i].ids) for i in positions], budget)
    return [[positions[k] for k in batch] for batch in batches]


def _iterate_rows(
    prompts: Sequence[Prompt],
    loaded: LoadedCheckpoint,
    settings: GenerationSettings,
    generate: Generate,
) -> Iterator[tuple[int, Prediction]]:
    """Positions of the prompts with their predictions; what is sampled has the article's seed."""
    if not settings.do_sample:
        yield from _iterate_timed(prompts, loaded, settings, generate)
        return
    with _seed(int(sha256(str(settings.seed), prompts[0].article.text)[:15], 16), loaded.device):
        rows = list(_iterate_timed(prompts, loaded, settings, generate))
    yield from rows


@contextmanager
def _seed(seed: int, device: str) -> Iterator[None]:
    """Seed torch's random numbers inside, for one thread at a time, and restore them at the end."""
    kind = torch.device(device).type
    gpus = [device] if kind == "cuda" else []
    with _SAMPLING, torch.random.fork_rng(devices=gpus):
        torch.manual_seed(seed)
        yield


def _iterate_timed(
    prompts: Sequence[Prompt],
    loaded: LoadedCheckpoint,
    settings: GenerationSettings,
    generate: Generate,
) -> Iterator[tuple[int, Prediction]]:
    """The time between two steps is shared by the prompts that were under way in it."""
    seconds, start, missing = 0.0, time.perf_counter(), len(prompts)
    with silence_transformers():
        steps = generate(prompts)
    while (rows := _advance(steps)) is not None:
        seconds += (time.perf_counter() - start) / max(1, missing)
        missing -= len(rows)
        for row, tokens in rows.items():
            yield row, _build_prediction(prompts[row], tokens, loaded, settings.stop, seconds)
        start = time.perf_counter()


def _advance(steps: Iterator[Rows]) -> Rows | None:
    """The next rows, without what torch and transformers have to be told outliving them."""
    with silence_transformers(), torch.inference_mode():
        return next(steps, None)


def _build_prediction(
    prompt: Prompt,
    new_tokens: Sequence[int],
    loaded: LoadedCheckpoint,
    stop: StopRule | None,
    seconds: float,
) -> Prediction:
    tokens, is_ended = _cut_at_end(new_tokens, loaded)
    finish_reason = "stop" if is_ended else "length"
    raw = _decode(tokens, loaded)
    if (end := _find_end(prompt, tokens, loaded, stop)) is not None:
        raw, finish_reason = raw[:end], "stop_rule"
        while len(_decode(tokens[:-1], loaded)) >= end:
            tokens.pop()
    prediction = Prediction(
        prompt.article.id,
        input_tokens=len(prompt.ids),
        output_tokens=len(tokens),
        seconds=seconds,
        finish_reason=finish_reason,
        input_truncated=prompt.truncated,
        raw=restore_opening(raw, _decode_end(prompt, loaded)),
    )
    return read_reply(prediction)


def _decode_end(prompt: Prompt, loaded: LoadedCheckpoint) -> str:
    """The end of the prompt, where a template may open thoughts."""
    return str(loaded.tokenizer.decode(list(prompt.ids[-_OPENING:])))


def _find_end(
    prompt: Prompt, tokens: Sequence[int], loaded: LoadedCheckpoint, stop: StopRule | None
) -> int | None:
    """Where the stop rule cuts the reply; None while it goes on, and without a rule."""
    if stop is None:
        return None
    in_thoughts = opens_thoughts(_decode_end(prompt, loaded))
    return stop.find_end(_decode(tokens, loaded), in_thoughts=in_thoughts)


def _decode(tokens: Sequence[int], loaded: LoadedCheckpoint) -> str:
    """Special tokens are left out, unless some of them part the thoughts from the summary."""
    skip_special_tokens = loaded.thought_tokens.isdisjoint(tokens)
    return str(loaded.tokenizer.decode(tokens, skip_special_tokens=skip_special_tokens))


def _list_end_tokens(loaded: LoadedCheckpoint) -> set[int]:
    ends = loaded.model.generation_config.eos_token_id
    return {ends} if isinstance(ends, int) else set(ends or ())


def _cut_at_end(tokens: Sequence[int], loaded: LoadedCheckpoint) -> tuple[list[int], bool]:
    """The tokens before the first end-of-text, and whether the model chose to end there.

    BART and PEGASUS are made to end (`forced_eos_token_id`) at the limit: not their choice.
    """
    config, ends = loaded.model.generation_config, _list_end_tokens(loaded)
    limit = config.max_new_tokens or (config.max_length or DEFAULT_LENGTH) - 1
    for i, token in enumerate(tokens):
        if token in ends:
            return list(tokens[:i]), config.forced_eos_token_id is None or i + 1 < limit
    return list(tokens), False


def _is_out_of_memory(error: Exception) -> bool:
    """On a CPU and on a Mac, torch has no exception of its own for it."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return any(words in str(error) for words in ("DefaultCPUAllocator", "out of memory"))
