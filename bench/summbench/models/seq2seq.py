"""Encoder-decoder summarisers: BART, PEGASUS, T5, LED and their relatives."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM

from summbench.core.records import Article, Prediction
from summbench.models.batching import plan
from summbench.models.checkpoint import CheckpointConfig, GenerationSettings, LazyCheckpoint
from summbench.models.generation import decode, padded
from summbench.models.pretrained import check_here
from summbench.models.prompts import Prompt, Prompts, Truncate


class Seq2Seq:
    """A checkpoint for `AutoModelForSeq2SeqLM`; `prefix` is the task prefix that T5 wants.

    Greedy unless `generate` says otherwise, and 128 new tokens without a length: what the
    checkpoint's own generation config suggests (beams, penalties, sampling) does not count.
    `max_input_tokens` is the model's limit if None, and the article's end is cut to fit
    (`truncate=head_tail` cuts its middle).
    `batch_tokens` counts an article once, however many beams there are.
    `global_attention` lets all tokens see the first one, as LED was trained to.
    """

    def __init__(
        self,
        weights: str,
        revision: str | None = None,
        prefix: str = "",
        generate: Mapping[str, Any] | None = None,
        max_input_tokens: int | None = None,
        truncate: Truncate = "head",
        global_attention: bool = False,
        dtype: str = "float32",
        attention: str | None = None,
        compile: bool = False,  # noqa: A002
        device: str = "auto",
        batch_tokens: int = 8192,
        batch_size: int = 32,
        seed: int = 0,
        trust_remote_code: bool = False,
        allow_pickle: bool = False,
    ) -> None:
        self.batch_size = batch_size
        self._global_attention = global_attention
        options = dict(generate or {})
        if not {"max_length", "max_new_tokens"} & options.keys():
            options["max_new_tokens"] = 128
        self._decoding = GenerationSettings(options, seed, batch_tokens, batch_size)
        check_here(weights, revision, allow_pickle)
        place = CheckpointConfig(
            weights, revision, dtype, device, attention, compile, trust_remote_code, allow_pickle
        )
        self._checkpoint = LazyCheckpoint(place, self._decoding, AutoModelForSeq2SeqLM)
        self._prompts = Prompts(
            self._checkpoint, lambda text: prefix + text, max_input_tokens, truncate=truncate
        )

    def plan_batches(self, articles: Sequence[Article]) -> list[list[int]]:
        """As many articles as fit `batch_tokens`, padded and with their new tokens."""
        return plan([len(p.ids) for p in self._prompts.keep(articles)], self._decoding.budget)

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One summary an article."""
        loaded = self._checkpoint.get()
        return decode(self._prompts.take(articles), loaded, self._decoding, self._generate)

    def get_settings(self) -> Mapping[str, Any]:
        """The effective generation config, device and dtype; empty until the weights are loaded."""
        return self._checkpoint.effective

    def _generate(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        loaded = self._checkpoint.get()
        inputs = padded(prompts, loaded, "right")
        if self._global_attention:
            inputs["global_attention_mask"] = torch.zeros_like(inputs["input_ids"])
            inputs["global_attention_mask"][:, 0] = 1
        generated = loaded.model.generate(**inputs)[:, 1:]
        new: list[list[int]] = generated.tolist()
        return new
