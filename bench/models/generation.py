"""What all generating models share: loading, fitting the input, decoding in batches that fit."""

from __future__ import annotations

import gc
import io
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import AutoTokenizer, GenerationConfig, GgufConfig
from transformers.utils import logging as transformers_logging

from bench.errors import BenchError
from bench.records import Article, Prediction, sha256
from bench.text import without_thoughts
from bench.weights import locate

_LOG = logging.getLogger("summbench")
_IDS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
)
_UNBOUNDED = 10**9

Truncate = Literal["head", "head_tail"]


@dataclass(frozen=True, slots=True)
class Weights:
    """Which checkpoint (hub id, folder, or GGUF file, which is unpacked), and how it is loaded."""

    place: str
    revision: str | None = None
    dtype: str = "float32"
    device: str = "auto"
    trust_remote_code: bool = False

    def load(self, auto_class: Any) -> Loaded:
        """Model and tokeniser on their device; BenchError says why it can't be."""
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        place = locate(self.place)
        named: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        if isinstance(place, Path) and place.suffix == ".gguf":
            named |= {"gguf_file": place.name}
            place = place.parent
        elif isinstance(place, str):
            named |= {"revision": self.revision}
        unpacked = (
            {"quantization_config": GgufConfig(dequantize=True)} if "gguf_file" in named else {}
        )
        # transformers unpacks a GGUF file under a progress bar that nothing turns off.
        quiet = redirect_stderr(io.StringIO()) if unpacked else nullcontext()
        try:
            with quiet:
                tokenizer = AutoTokenizer.from_pretrained(place, **named)
                dtype = getattr(torch, self.dtype)
                model = auto_class.from_pretrained(place, dtype=dtype, **unpacked, **named)
        except Exception as error:
            raise BenchError(f"the weights {self.place!r} could not be loaded: {error}") from error
        device = _device(self.device)
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return Loaded(model.eval().to(device), tokenizer, device)


@dataclass(slots=True)
class Loaded:
    """A model with its tokeniser; `largest_batch` shrinks when memory runs out."""

    model: Any
    tokenizer: Any
    device: str
    largest_batch: int = _UNBOUNDED

    @property
    def longest_input(self) -> int:
        """How many positions the model has, as far as its tokeniser and config say."""
        config = self.model.config
        said = (
            self.tokenizer.model_max_length,
            getattr(config, "max_position_embeddings", None),
            getattr(config, "max_encoder_position_embeddings", None),
        )
        return min((n for n in said if n and n < _UNBOUNDED), default=_UNBOUNDED)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How text is generated: only what is named here counts, nothing the checkpoint suggests."""

    options: Mapping[str, Any]
    seed: int = 0

    @property
    def samples(self) -> bool:
        """Whether chance is involved; every article is then decoded alone, under its own seed."""
        return bool(self.options.get("do_sample", False))

    def settle(self, loaded: Loaded) -> dict[str, Any]:
        """Make these options the model's own, and return those that are not the library's defaults.

        `generate` fills what is unset from the checkpoint's generation config, which may sample or
        search; so that config is replaced, and only its token ids are kept.
        """
        suggested = loaded.model.generation_config
        ids = {name: getattr(suggested, name, None) for name in _IDS}
        if ids["pad_token_id"] is None:
            ids["pad_token_id"] = loaded.tokenizer.pad_token_id
        try:
            options = {**ids, "do_sample": False, "num_beams": 1, **self.options}
            wanted = GenerationConfig(**options)  # type: ignore[no-untyped-call]
            wanted.validate(strict=True)
        except (TypeError, ValueError) as error:
            raise BenchError(f"the options under 'generate' are not valid: {error}") from error
        loaded.model.generation_config = wanted
        return {
            key: value
            for key, value in wanted.to_diff_dict().items()
            if key != "transformers_version"
        }


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
        except (torch.OutOfMemoryError, MemoryError):
            if len(batch) == 1:
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
    """The tokens before the first end-of-text, and whether there was one; padding goes too."""
    ends = config.eos_token_id
    ends = {ends} if isinstance(ends, int) else set(ends or ())
    for i, token in enumerate(tokens):
        if token in ends:
            return list(tokens[:i]), True
    return list(tokens), False


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _free_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@dataclass(slots=True)
class Lazy:
    """A checkpoint that is loaded when it is first needed, with the decoding settled."""

    weights: Weights
    decoding: Decoding
    auto_class: Any
    loaded: Loaded | None = None
    effective: dict[str, Any] = field(default_factory=dict)

    def get(self) -> Loaded:
        """The loaded model; the same one every time."""
        if self.loaded is None:
            loaded = self.weights.load(self.auto_class)
            generation = self.decoding.settle(loaded)
            self.effective = {
                "generation": generation,
                "device": loaded.device,
                "dtype": self.weights.dtype,
                "weights": self.weights.place,
                "commit": getattr(loaded.model.config, "_commit_hash", None),
                "threads": torch.get_num_threads(),
            }
            self.loaded = loaded
        return self.loaded
