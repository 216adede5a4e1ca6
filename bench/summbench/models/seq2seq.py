"""Encoder-decoder summarisers: BART, PEGASUS, T5, LED and their relatives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM

from summbench.core.records import Article, Prediction
from summbench.models.batching import plan_batches
from summbench.models.checkpoint import CheckpointConfig, GenerationSettings, LazyCheckpoint
from summbench.models.decoding import Rows
from summbench.models.generation import iterate_batch, iterate_predictions, pad
from summbench.models.stop_rule import read_stop_rule
from summbench.models.truncation import Prompt, PromptCache


@dataclass(frozen=True, kw_only=True, eq=False)
class Seq2Seq(CheckpointConfig):
    """A checkpoint for `AutoModelForSeq2SeqLM`; `prefix` is the task prefix that T5 needs.

    It generates 128 new tokens at most if `generate` has no length. `global_attention` lets all
    tokens see the first one, as LED was trained to.
    """

    prefix: str = ""
    global_attention: bool = False

    def plan_batches(self, articles: Sequence[Article]) -> list[list[int]]:
        """As many articles as fit `batch_tokens`, padded and with their new tokens."""
        lengths = [len(prompt.ids) for prompt in self._prompts.get(articles)]
        return plan_batches(lengths, self._generation.budget)

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        """Yield one summary an article as they come, in any order."""
        loaded = self._checkpoint.get()
        prompts = self._prompts.pop(articles)
        yield from iterate_predictions(prompts, loaded, self._generation, self._generate)

    def get_settings(self) -> Mapping[str, Any]:
        """The effective generation config, device and dtype; empty until the weights are loaded."""
        return self._checkpoint.effective_settings

    def close(self) -> None:
        """Let go of the weights and their memory."""
        self._checkpoint.close()

    @cached_property
    def _generation(self) -> GenerationSettings:
        options = dict(self.generate or {})
        if not {"max_length", "max_new_tokens"} & options.keys():
            options["max_new_tokens"] = 128
        return GenerationSettings(
            options, self.seed, self.batch_tokens, self.batch_size, read_stop_rule(self.stop)
        )

    @cached_property
    def _checkpoint(self) -> LazyCheckpoint:
        return LazyCheckpoint(self, self._generation, AutoModelForSeq2SeqLM)

    @cached_property
    def _prompts(self) -> PromptCache:
        return PromptCache(
            self._checkpoint, lambda text: self.prefix + text, self.max_input_tokens, self.truncate
        )

    def _generate(self, prompts: Sequence[Prompt]) -> Iterator[Rows]:
        loaded = self._checkpoint.get()
        inputs = pad(prompts, loaded, "right")
        if self.global_attention:
            inputs["global_attention_mask"] = torch.zeros_like(inputs["input_ids"])
            inputs["global_attention_mask"][:, 0] = 1
        return iterate_batch(prompts, inputs, loaded, self._generation)
