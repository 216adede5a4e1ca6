"""Decoder-only language models, instructed in a chat or by a plain prompt."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from transformers import AutoModelForCausalLM

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.models.batching import plan_batches
from summbench.models.chat_template import ChatTemplate, build_chat_template, parse_date
from summbench.models.checkpoint import CheckpointConfig, GenerationSettings, LazyCheckpoint
from summbench.models.decoding import Rows
from summbench.models.generation import iterate_batch, iterate_predictions, pad
from summbench.models.instruction import Instruction
from summbench.models.stop_rule import read_stop_rule
from summbench.models.truncation import Prompt, PromptCache

_LOG = logging.getLogger("summbench")


@dataclass(frozen=True, kw_only=True, eq=False)
class Causal(CheckpointConfig):
    """A checkpoint for `AutoModelForCausalLM`, prompted with `prompt` around one `{article}`.

    With `chat` the prompt is the user's turn in the tokeniser's chat template, after `system` if
    that is set; without, it is continued as it is. It generates 128 new tokens at most if
    `generate` has no `max_new_tokens`. The article is truncated to fit the model's positions less
    these, never the instruction. `chat_template_kwargs` are variables of the template, as
    `{enable_thinking: false}`; a template that asks for today is told `prompt_date`.
    """

    prompt: str
    system: str | None = None
    chat: bool = True
    chat_template_kwargs: Mapping[str, Any] | None = None
    prompt_date: str = "2026-01-01"

    @staticmethod
    def _check(config: Any) -> None:
        Instruction(config.prompt, config.system)
        parse_date(config.prompt_date)
        if not isinstance(config.chat_template_kwargs, Mapping | None):
            raise SummbenchError(
                f"chat_template_kwargs={config.chat_template_kwargs!r} has no names; expected one "
                "like {enable_thinking: false}."
            )
        if config.chat_template_kwargs and not config.chat:
            raise SummbenchError("chat_template_kwargs is for a chat, and chat is false.")
        CheckpointConfig._check(config)

    def plan_batches(self, articles: Sequence[Article]) -> list[list[int]]:
        """As many articles as fit `batch_tokens`, padded and with their new tokens."""
        lengths = [len(prompt.ids) for prompt in self._prompts.get(articles)]
        return plan_batches(lengths, self._generation.budget)

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        """Yield one summary an article as they come, in any order."""
        loaded = self._checkpoint.get()
        prompts = self._prompts.pop(articles)
        for prediction in iterate_predictions(prompts, loaded, self._generation, self._generate):
            self._warn_of_thoughts(prediction)
            yield prediction

    def get_settings(self) -> Mapping[str, Any]:
        """The effective generation config, device and dtype; empty until the weights are loaded.

        A template with a clock adds `prompt_date`.
        """
        settings = self._checkpoint.effective_settings
        if settings and self.chat and self._chat_template.has_clock:
            return {**settings, "prompt_date": self.prompt_date}
        return settings

    def with_seed(self, offset: int) -> "Causal":
        """The same model with a seed that is `offset` further; it shares the weights."""
        other = replace(self, seed=self.seed + offset)
        vars(other)["_checkpoint"] = self._checkpoint
        return other

    def close(self) -> None:
        """Let go of the weights and their memory."""
        self._checkpoint.close()

    @cached_property
    def _instruction(self) -> Instruction:
        return Instruction(self.prompt, self.system)

    @cached_property
    def _generation(self) -> GenerationSettings:
        options = {"max_new_tokens": 128, **(self.generate or {})}
        return GenerationSettings(
            options, self.seed, self.batch_tokens, self.batch_size, read_stop_rule(self.stop)
        )

    @cached_property
    def _checkpoint(self) -> LazyCheckpoint:
        return LazyCheckpoint(self, self._generation, AutoModelForCausalLM)

    @cached_property
    def _prompts(self) -> PromptCache:
        # A chat template writes the special tokens itself; a plain prompt gets the tokeniser's.
        return PromptCache(
            self._checkpoint,
            self._render,
            self.max_input_tokens,
            self.truncate,
            reserved_tokens=self._generation.max_new_tokens,
            add_special_tokens=not self.chat,
        )

    @cached_property
    def _chat_template(self) -> ChatTemplate:
        return build_chat_template(
            self._checkpoint.get_processor().tokenizer,
            self.chat_template_kwargs or {},
            parse_date(self.prompt_date),
            with_system=bool(self.system),
        )

    def _render(self, text: str) -> str:
        if not self.chat:
            return self._instruction.render(text)
        return self._chat_template.render(self._instruction.build_messages(text))

    def _warn_of_thoughts(self, prediction: Prediction) -> None:
        """Say once that thinking left no tokens for a summary."""
        has_only_thoughts = prediction.reasoning and not prediction.summary
        if not self._warned and has_only_thoughts and prediction.finish_reason == "length":
            self._warned.add("thoughts")
            _LOG.warning(
                "%s used up max_new_tokens=%d on thoughts before it wrote any text. Raise "
                "generate.max_new_tokens, or turn thinking off, with many models by "
                "chat_template_kwargs={enable_thinking: false}.",
                self.weights,
                self._generation.max_new_tokens,
            )

    @cached_property
    def _warned(self) -> set[str]:
        return set()

    def _generate(self, prompts: Sequence[Prompt]) -> Iterator[Rows]:
        loaded = self._checkpoint.get()
        inputs = pad(prompts, loaded, "left")
        return iterate_batch(prompts, inputs, loaded, self._generation)
