"""A checkpoint: its keys in a config, how it is loaded, and how it generates."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import SimpleNamespace
from typing import Any

import torch
from transformers import AutoConfig, GenerationConfig, GgufConfig

from summbench.core.errors import SummbenchError
from summbench.core.replies import is_thought_mark
from summbench.models import pretrained
from summbench.models.batching import Budget
from summbench.models.checkpoint_checks import Truncate, check_checkpoint
from summbench.models.generation_options import check_decoder, check_names
from summbench.models.positions import list_input_positions
from summbench.models.pretrained import UNBOUNDED
from summbench.models.stop_rule import StopRule
from summbench.models.tokenizer import load_tokenizer

DEFAULT_LENGTH = 20  # of transformers, where no length is given
_TOKEN_IDS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
)
_LOG = logging.getLogger("summbench")


@dataclass(frozen=True, slots=True)
class Processor:
    """What is needed to read prompts: the tokeniser, and the config of the model."""

    tokenizer: Any
    config: Any

    @property
    def max_input_tokens(self) -> int:
        """How many positions the model has, as far as its tokeniser and config say."""
        limits = (self.tokenizer.model_max_length, *list_input_positions(self.config))
        return min((n for n in limits if n and n < UNBOUNDED), default=UNBOUNDED)


@dataclass(slots=True)
class LoadedCheckpoint:
    """A model, its tokeniser, the special tokens around thoughts, and what fits into memory."""

    model: Any
    tokenizer: Any
    device: str
    max_batch_tokens: int = UNBOUNDED
    thought_tokens: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.thought_tokens = frozenset(
            number
            for number, token in self.tokenizer.added_tokens_decoder.items()
            if token.special and is_thought_mark(str(token))
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CheckpointConfig:
    """The keys of every checkpoint in a config, without those of its architecture.

    `weights` are a hub id, a folder, or a GGUF file, which is unpacked. Generation is greedy unless
    `generate` says otherwise: what the checkpoint itself suggests (beams, penalties, sampling) does
    not count. `max_input_tokens` is the model's limit if None; a longer article loses its end, or
    with `truncate: head_tail` its middle. `batch_tokens` counts an article once, however many beams
    there are. `stop: {sentences: 3}` ends a reply, and cuts it, where so many sentences are whole.
    With `offline` the hub is not asked.
    """

    weights: str
    revision: str | None = None
    generate: Mapping[str, Any] | None = None
    stop: Mapping[str, Any] | None = None
    max_input_tokens: int | None = None
    truncate: Truncate = "head"
    dtype: str = "float32"
    attention: str | None = None
    compile: bool = False
    device: str = "auto"
    batch_tokens: int = 8192
    batch_size: int = 32
    seed: int = 0
    trust_remote_code: bool = False
    allow_pickle: bool = False
    offline: bool = False

    def __post_init__(self) -> None:
        self._check(self)

    @classmethod
    def check_config(cls, **arguments: Any) -> None:
        """Raise SummbenchError for a mistake in them, or weights that can't be had."""
        defaults = {field.name: field.default for field in fields(cls)}
        cls._check(SimpleNamespace(**(defaults | arguments)))

    @staticmethod
    def _check(config: Any) -> None:
        check_checkpoint(config)

    def load_processor(self) -> Processor:
        """Load the tokeniser and the config, not the weights.

        Raises:
            SummbenchError: it can't be loaded.
        """
        source = self._locate()
        if self.trust_remote_code:
            _LOG.warning(
                "%s: trust_remote_code is on; its own code runs on this machine", self.weights
            )
        with pretrained.guard_loading(self.weights):
            tokenizer = load_tokenizer(**source)
            config = AutoConfig.from_pretrained(**source)
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return Processor(tokenizer, config)

    def load_model(self, auto_class: Any, processor: Processor) -> LoadedCheckpoint:
        """Load the model onto its device.

        Raises:
            SummbenchError: it can't be loaded.
        """
        source = self._locate()
        if "gguf_file" in source:
            source["quantization_config"] = GgufConfig(dequantize=True)
        else:
            source |= pretrained.build_format_kwargs(self.weights, self.allow_pickle)
        if self.attention is not None:
            source["attn_implementation"] = self.attention
        device = pretrained.resolve_device(self.device)
        with pretrained.guard_loading(self.weights):
            source |= {"config": processor.config, "dtype": getattr(torch, self.dtype)}
            model, report = auto_class.from_pretrained(output_loading_info=True, **source)
            pretrained.require_all_parameters(report["missing_keys"])
            model = model.eval().to(device)
        if self.compile:
            model.compile(dynamic=True)
        return LoadedCheckpoint(model, processor.tokenizer, device)

    def _locate(self) -> dict[str, Any]:
        """The keywords under which transformers finds it."""
        path = pretrained.fetch(self.weights, self.revision, self.allow_pickle, self.offline)
        source: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        if path.suffix == ".gguf":
            source["gguf_file"] = path.name
            path = path.parent
        return source | {"pretrained_model_name_or_path": path}


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """How text is generated: only what is named here counts, nothing the checkpoint suggests."""

    options: Mapping[str, Any]
    seed: int = 0
    batch_tokens: int = UNBOUNDED
    batch_size: int = UNBOUNDED
    stop: StopRule | None = None

    @property
    def budget(self) -> Budget:
        """What a batch may hold."""
        batch_size = 1 if self.do_sample else self.batch_size
        return Budget(self.batch_tokens, batch_size, self.max_new_tokens)

    @property
    def max_new_tokens(self) -> int:
        """How many tokens a reply has at most."""
        limits = (self.options.get(name) for name in ("max_new_tokens", "max_length"))
        return next((n for n in limits if n), DEFAULT_LENGTH)

    @property
    def do_sample(self) -> bool:
        """Whether chance is involved; every article is then generated alone, under its own seed."""
        return bool(self.options.get("do_sample", False))

    def apply(self, loaded: LoadedCheckpoint) -> dict[str, Any]:
        """Make these options the model's own, and return those that are not the library's defaults.

        `generate` fills what is unset from the checkpoint's generation config, which may sample or
        search; so that config is replaced, and only its token ids are kept.
        """
        check_names(self.options)
        suggested = loaded.model.generation_config
        ids = {name: getattr(suggested, name, None) for name in _TOKEN_IDS}
        if ids["pad_token_id"] is None:
            ids["pad_token_id"] = loaded.tokenizer.pad_token_id
        if loaded.model.config.is_encoder_decoder:
            check_decoder({**ids, **self.options}, loaded.model.config, self.max_new_tokens)
        try:
            options = {**ids, "do_sample": False, "num_beams": 1, **self.options}
            config = GenerationConfig(**options)  # type: ignore[no-untyped-call]
            config.validate(strict=True)
        except (TypeError, ValueError) as error:
            raise SummbenchError(f"the options under 'generate' are not valid: {error}") from error
        loaded.model.generation_config = config
        changes = config.to_diff_dict().items()
        return {key: value for key, value in changes if key != "transformers_version"}


@dataclass(slots=True)
class LazyCheckpoint:
    """A checkpoint that is loaded when it is first needed, with its generation settings applied."""

    config: CheckpointConfig
    generation: GenerationSettings
    auto_class: Any
    effective_settings: dict[str, Any] = field(default_factory=dict)
    _processor: Processor | None = None
    _loaded: LoadedCheckpoint | None = None

    def get_processor(self) -> Processor:
        """Return the tokeniser and config; the same ones every time."""
        if self._processor is None:
            self._processor = self.config.load_processor()
        return self._processor

    def get(self) -> LoadedCheckpoint:
        """Return the loaded model; the same one every time."""
        if self._loaded is None:
            loaded = self.config.load_model(self.auto_class, self.get_processor())
            generation = self.generation.apply(loaded)
            self.effective_settings = {
                "generation": generation,
                **({"stop": dict(self.config.stop)} if self.config.stop else {}),
                "device": loaded.device,
                "dtype": self.config.dtype,
                "attention": loaded.model.config._attn_implementation,
                "compiled": self.config.compile,
                "weights": self.config.weights,
                "commit": pretrained.find_commit(self.config.weights, self.config.revision),
                "threads": torch.get_num_threads(),
            }
            self._loaded = loaded
        return self._loaded

    def close(self) -> None:
        """Let go of the model and its memory; `get` would load it again."""
        self._loaded = None
        pretrained.free_memory()
