"""What generating models share: input cut to fit, batches that fit memory, new tokens only."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from transformers import GenerationConfig

from bench.errors import BenchError
from bench.models.checkpoint import Decoding, Loaded
from bench.records import Article, Prediction, sha256
from bench.text import without_thoughts

_LOG = logging.getLogger("summbench")
Truncate = Literal["head", "head_tail"]

_DEFAULT_LENGTH = 20  # of transformers, where no length is given


@dataclass(frozen=True, slots=True)
class Prompt:
    """One article ready for the model."""

    article: Article
    text: str
    truncated: bool


@dataclass(frozen=True, slots=True)
class Output:
    """What `generate` made of one prompt: new tokens only."""

    tokens: Sequence[int]
    input_tokens: int


Generate = Callable[[Sequence[Prompt]], Sequence[Output]]


def fit(
    article: Article,
    render: Callable[[str], str],
    loaded: Loaded,
    limit: int,
    how: Truncate,
    special_tokens: bool = True,
) -> Prompt:
    """The rendered prompt, its article (never the instruction) cut to at most `limit` tokens."""

    if how not in get_args(Truncate):
        raise BenchError(f"truncate={how!r} is none of {', '.join(get_args(Truncate))}")
    if limit < 1:
        raise BenchError(f"max_new_tokens leaves {limit} of the model's positions to the input")

    def size(text: str) -> int:
        return len(loaded.tokenizer(render(text), add_special_tokens=special_tokens)["input_ids"])

    excess = size(article.text) - limit
    if excess <= 0:
        return Prompt(article, render(article.text), truncated=False)
    offsets = loaded.tokenizer(article.text, add_special_tokens=False, return_offsets_mapping=True)[
        "offset_mapping"
    ]
    keep = len(offsets) - excess
    while keep > 0:
        text = _cut(article.text, offsets, keep, how)
        excess = size(text) - limit
        if excess <= 0:
            return Prompt(article, render(text), truncated=True)
        keep -= excess
    raise BenchError(f"the prompt alone has more than the {limit} tokens that fit; shorten it")


def _cut(text: str, offsets: Sequence[tuple[int, int]], keep: int, how: Truncate) -> str:
    if how == "head":
        return text[: offsets[keep - 1][1]]
    head, tail = keep - keep // 2, keep // 2
    end = text[offsets[-tail][0] :] if tail else ""
    return f"{text[: offsets[head - 1][1]]}\n{end}"


def decode(
    prompts: Sequence[Prompt], loaded: Loaded, decoding: Decoding, generate: Generate
) -> list[Prediction]:
    """Generate in the largest batches that fit into memory: halved when they don't."""
    if decoding.samples:
        return [_sampled(prompt, loaded, decoding, generate) for prompt in prompts]
    done: list[Prediction] = []
    while len(done) < len(prompts):
        batch = prompts[len(done) :][: loaded.largest_batch]
        try:
            done += _predictions(batch, loaded, generate)
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if len(batch) == 1 or not _is_out_of_memory(error):
                raise
            loaded.largest_batch = len(batch) // 2
            _free_memory()
            _LOG.warning(
                "a batch of %d ran out of memory; going on with %d",
                len(batch),
                loaded.largest_batch,
            )
    return done


def _sampled(prompt: Prompt, loaded: Loaded, decoding: Decoding, generate: Generate) -> Prediction:
    torch.manual_seed(int(sha256(str(decoding.seed), prompt.article.text)[:15], 16))
    return _predictions([prompt], loaded, generate)[0]


def _predictions(prompts: Sequence[Prompt], loaded: Loaded, generate: Generate) -> list[Prediction]:
    start = time.perf_counter()
    with torch.inference_mode():
        outputs = generate(prompts)
    seconds = (time.perf_counter() - start) / len(prompts)
    return [
        _prediction(prompt, output, loaded, seconds)
        for prompt, output in zip(prompts, outputs, strict=True)
    ]


def _prediction(prompt: Prompt, output: Output, loaded: Loaded, seconds: float) -> Prediction:
    tokens, ended = _until_end(output.tokens, loaded.model.generation_config)
    text = loaded.tokenizer.decode(tokens, skip_special_tokens=True).replace("<n>", "\n")
    summary, reasoning = without_thoughts(text)
    return Prediction(
        prompt.article.id,
        summary,
        input_tokens=output.input_tokens,
        output_tokens=len(tokens),
        seconds=seconds,
        finish_reason="stop" if ended else "length",
        input_truncated=prompt.truncated,
        reasoning=reasoning,
    )


def _until_end(tokens: Sequence[int], config: GenerationConfig) -> tuple[list[int], bool]:
    """The tokens before the first end-of-text, and whether the model chose to end there.

    BART and PEGASUS are made to end (`forced_eos_token_id`) at the limit: not their choice.
    """
    ends = config.eos_token_id
    ends = {ends} if isinstance(ends, int) else set(ends or ())
    limit = config.max_new_tokens or (config.max_length or _DEFAULT_LENGTH) - 1
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
