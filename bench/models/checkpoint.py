"""A checkpoint: how it is loaded, and which decoding options it then has."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import nullcontext, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, GenerationConfig, GgufConfig

from bench import pretrained
from bench.errors import BenchError
from bench.weights import locate

_IDS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
)
_UNBOUNDED = 10**9


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
        pretrained.hush()
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
        device = pretrained.device(self.device)
        try:
            with quiet:
                tokenizer = AutoTokenizer.from_pretrained(place, **named)
                dtype = getattr(torch, self.dtype)
                model = auto_class.from_pretrained(place, dtype=dtype, **unpacked, **named)
                model = model.eval().to(device)
        except Exception as error:
            raise BenchError(f"the weights {self.place!r} could not be loaded: {error}") from error
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return Loaded(model, tokenizer, device)


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
        if unknown := sorted(self.options.keys() - _known_options()):
            raise BenchError(f"there is no option {unknown[0]!r} under 'generate' in transformers")
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
                "commit": pretrained.commit(self.weights.place, self.weights.revision),
                "threads": torch.get_num_threads(),
            }
            self.loaded = loaded
        return self.loaded


def _known_options() -> set[str]:
    return set(GenerationConfig().to_dict())  # type: ignore[no-untyped-call]
