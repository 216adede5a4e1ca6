"""Decoder-only language models, instructed in a chat or by a plain prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import AutoModelForCausalLM

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.models.batching import plan
from summbench.models.checkpoint import CheckpointConfig, GenerationSettings, LazyCheckpoint
from summbench.models.generation import decode, padded
from summbench.models.instruction import Instruction
from summbench.models.pretrained import check_here
from summbench.models.prompts import Prompt, Prompts, Truncate


class Causal:
    """A checkpoint for `AutoModelForCausalLM`, asked with `prompt` around one `{article}`.

    With `chat` the prompt is the user's turn in the tokeniser's chat template, after `system` if
    given; without, it is continued as it is. Greedy unless `generate` says otherwise. The article
    is cut to fit the model's positions less `max_new_tokens`, never the instruction.
    """

    def __init__(
        self,
        weights: str,
        prompt: str,
        revision: str | None = None,
        system: str | None = None,
        chat: bool = True,
        generate: Mapping[str, Any] | None = None,
        max_input_tokens: int | None = None,
        truncate: Truncate = "head",
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
        options = {"max_new_tokens": 128, **(generate or {})}
        self.batch_size = batch_size
        self._instruction, self._chat = Instruction(prompt, system), chat
        self._decoding = GenerationSettings(options, seed, batch_tokens, batch_size)
        check_here(weights, revision, allow_pickle)
        place = CheckpointConfig(
            weights, revision, dtype, device, attention, compile, trust_remote_code, allow_pickle
        )
        self._checkpoint = LazyCheckpoint(place, self._decoding, AutoModelForCausalLM)
        # A chat template writes the special tokens itself; a plain prompt gets the tokeniser's.
        self._prompts = Prompts(
            self._checkpoint,
            self._render,
            max_input_tokens,
            reserved=self._decoding.new_tokens,
            truncate=truncate,
            special_tokens=not chat,
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

    def _render(self, text: str) -> str:
        if not self._chat:
            return self._instruction.asked(text)
        tokenizer = self._checkpoint.read().tokenizer
        if not tokenizer.chat_template:
            raise SummbenchError(
                "the tokeniser has no chat template; set chat: false for a plain prompt."
            )
        template = tokenizer.apply_chat_template
        turns = self._instruction.turns(text)
        return str(template(turns, tokenize=False, add_generation_prompt=True))

    def _generate(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        loaded = self._checkpoint.get()
        inputs = padded(prompts, loaded, "left")
        generated = loaded.model.generate(**inputs)[:, inputs["input_ids"].shape[1] :]
        new: list[list[int]] = generated.tolist()
        return new
