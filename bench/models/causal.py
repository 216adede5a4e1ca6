"""Decoder-only language models, instructed in a chat or by a plain prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import AutoModelForCausalLM

from bench.errors import BenchError
from bench.models.checkpoint import Decoding, Lazy, Weights
from bench.models.generation import Output, Prompt, Truncate, decode, fit
from bench.models.instruction import Instruction
from bench.pretrained import check_here
from bench.records import Article, Prediction


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
        device: str = "auto",
        batch_size: int = 8,
        seed: int = 0,
        trust_remote_code: bool = False,
    ) -> None:
        options = {"max_new_tokens": 128, **(generate or {})}
        self.batch_size = batch_size
        self._instruction, self._chat = Instruction(prompt, system), chat
        self._new, self._limit, self._truncate = (
            options["max_new_tokens"],
            max_input_tokens,
            truncate,
        )
        self._decoding = Decoding(options, seed)
        check_here(weights, revision)
        place = Weights(weights, revision, dtype, device, trust_remote_code)
        self._checkpoint = Lazy(place, self._decoding, AutoModelForCausalLM)

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One summary an article."""
        loaded = self._checkpoint.get()
        loaded.tokenizer.padding_side = "left"
        if self._chat and not loaded.tokenizer.chat_template:
            raise BenchError(
                "the tokeniser has no chat template; set chat: false for a plain prompt."
            )
        limit = self._limit or loaded.longest_input - self._new
        prompts = [
            fit(a, self._render, loaded, limit, self._truncate, not self._chat) for a in articles
        ]
        return decode(prompts, loaded, self._decoding, self._generate)

    def settings(self) -> Mapping[str, Any]:
        """The effective generation config, device and dtype; empty until the weights are loaded."""
        return self._checkpoint.effective

    def _render(self, text: str) -> str:
        if not self._chat:
            return self._instruction.asked(text)
        template = self._checkpoint.get().tokenizer.apply_chat_template
        turns = self._instruction.turns(text)
        return str(template(turns, tokenize=False, add_generation_prompt=True))

    def _generate(self, prompts: Sequence[Prompt]) -> list[Output]:
        loaded = self._checkpoint.get()
        # A chat template writes the special tokens itself; a plain prompt gets the tokeniser's.
        inputs = loaded.tokenizer(
            [p.text for p in prompts],
            padding=True,
            return_tensors="pt",
            add_special_tokens=not self._chat,
        ).to(loaded.device)
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        generated = loaded.model.generate(input_ids=ids, attention_mask=mask)[:, ids.shape[1] :]
        return [
            Output(t, n) for t, n in zip(generated.tolist(), mask.sum(dim=1).tolist(), strict=True)
        ]
