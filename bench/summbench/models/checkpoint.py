"""A checkpoint: how it is loaded, and which decoding options it then has."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoTokenizer, GenerationConfig, GgufConfig

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.weights import locate
from summbench.models import pretrained
from summbench.models.batching import Budget

_IDS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
)
_UNBOUNDED = 10**9
_LOG = logging.getLogger("summbench")
DEFAULT_LENGTH = 20  # of transformers, where no length is given


@dataclass(frozen=True, slots=True)
class CheckpointConfig:
    """Which checkpoint (hub id, folder, or GGUF file, which is unpacked), and how it is loaded."""

    place: str
    revision: str | None = None
    dtype: str = "float32"
    device: str = "auto"
    attention: str | None = None
    compile: bool = False
    trust_remote_code: bool = False
    allow_pickle: bool = False

    def read(self) -> Processor:
        """Tokeniser and config, without the weights; SummbenchError says why it can't be."""
        place, named = self._named()
        if self.trust_remote_code:
            _LOG.warning("%s: trust_remote_code is on; its own code runs on this machine", place)
        with _loading(self.place):
            tokenizer = AutoTokenizer.from_pretrained(place, **named)
            config = AutoConfig.from_pretrained(place, **named)
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return Processor(tokenizer, config)

    def load(self, auto_class: Any, reader: Processor) -> Loaded:
        """The model on its device; SummbenchError says why it can't be."""
        place, named = self._named()
        if "gguf_file" in named:
            named["quantization_config"] = GgufConfig(dequantize=True)
        else:
            named |= pretrained.formats(self.place, self.allow_pickle)
        if self.attention is not None:
            named["attn_implementation"] = self.attention
        device = pretrained.device(self.device)
        with _loading(self.place):
            dtype = getattr(torch, self.dtype)
            model = auto_class.from_pretrained(place, config=reader.config, dtype=dtype, **named)
            model = model.eval().to(device)
        if self.compile:
            model.compile(dynamic=True)
        return Loaded(model, reader.tokenizer, device)

    def _named(self) -> tuple[Path | str, dict[str, Any]]:
        """The place and the keywords under which transformers finds it."""
        place = locate(self.place)
        named: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        if isinstance(place, Path) and place.suffix == ".gguf":
            return place.parent, named | {"gguf_file": place.name}
        return place, named if isinstance(place, Path) else named | {"revision": self.revision}


@contextmanager
def _loading(place: str) -> Iterator[None]:
    """Silence, though transformers unpacks a GGUF file under a bar that nothing turns off."""
    pretrained.hush()
    quiet = redirect_stderr(io.StringIO()) if place.endswith(".gguf") else nullcontext()
    try:
        with quiet:
            yield
    except Exception as error:
        raise pretrained.unloadable(place, error) from error


@dataclass(frozen=True, slots=True)
class Processor:
    """What is needed to read prompts: the tokeniser, and the config of the model."""

    tokenizer: Any
    config: Any

    @property
    def longest_input(self) -> int:
        """How many positions the model has, as far as its tokeniser and config say."""
        said = (
            self.tokenizer.model_max_length,
            getattr(self.config, "max_position_embeddings", None),
            getattr(self.config, "max_encoder_position_embeddings", None),
        )
        return min((n for n in said if n and n < _UNBOUNDED), default=_UNBOUNDED)


@dataclass(slots=True)
class Loaded:
    """A model with its tokeniser; `room`, the most tokens of a batch, shrinks without memory."""

    model: Any
    tokenizer: Any
    device: str
    room: int = _UNBOUNDED


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """How text is generated: only what is named here counts, nothing the checkpoint suggests."""

    options: Mapping[str, Any]
    seed: int = 0
    batch_tokens: int = _UNBOUNDED
    batch_size: int = _UNBOUNDED

    def __post_init__(self) -> None:
        require_at_least_one(batch_tokens=self.batch_tokens, batch_size=self.batch_size)

    @property
    def budget(self) -> Budget:
        """What a batch may hold."""
        return Budget(self.batch_tokens, 1 if self.samples else self.batch_size, self.new_tokens)

    @property
    def new_tokens(self) -> int:
        """How many tokens an answer has at most."""
        given = (self.options.get(name) for name in ("max_new_tokens", "max_length"))
        return next((n for n in given if n), DEFAULT_LENGTH)

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
            raise SummbenchError(
                f"there is no option {unknown[0]!r} under 'generate' in transformers"
            )
        suggested = loaded.model.generation_config
        ids = {name: getattr(suggested, name, None) for name in _IDS}
        if ids["pad_token_id"] is None:
            ids["pad_token_id"] = loaded.tokenizer.pad_token_id
        try:
            options = {**ids, "do_sample": False, "num_beams": 1, **self.options}
            wanted = GenerationConfig(**options)  # type: ignore[no-untyped-call]
            wanted.validate(strict=True)
        except (TypeError, ValueError) as error:
            raise SummbenchError(f"the options under 'generate' are not valid: {error}") from error
        loaded.model.generation_config = wanted
        return {
            key: value
            for key, value in wanted.to_diff_dict().items()
            if key != "transformers_version"
        }


@dataclass(slots=True)
class LazyCheckpoint:
    """A checkpoint that is loaded when it is first needed, with the decoding settled."""

    weights: CheckpointConfig
    decoding: GenerationSettings
    auto_class: Any
    reader: Processor | None = None
    loaded: Loaded | None = None
    effective: dict[str, Any] = field(default_factory=dict)

    def read(self) -> Processor:
        """Tokeniser and config; the same ones every time."""
        if self.reader is None:
            self.reader = self.weights.read()
        return self.reader

    def get(self) -> Loaded:
        """The loaded model; the same one every time."""
        if self.loaded is None:
            loaded = self.weights.load(self.auto_class, self.read())
            generation = self.decoding.settle(loaded)
            self.effective = {
                "generation": generation,
                "device": loaded.device,
                "dtype": self.weights.dtype,
                "attention": loaded.model.config._attn_implementation,
                "compiled": self.weights.compile,
                "weights": self.weights.place,
                "commit": pretrained.commit(self.weights.place, self.weights.revision),
                "threads": torch.get_num_threads(),
            }
            self.loaded = loaded
        return self.loaded


def _known_options() -> set[str]:
    return set(GenerationConfig().to_dict())  # type: ignore[no-untyped-call]
