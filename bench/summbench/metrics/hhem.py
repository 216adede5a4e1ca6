"""Vectara's hallucination evaluation model: an encoder with a linear head, without remote code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from transformers import T5ForTokenClassification
from transformers import __version__ as transformers_version

from summbench.core.errors import require_at_least_one
from summbench.core.records import Example, MetricInfo, sha256
from summbench.core.text import format_splitter
from summbench.core.weights import identify
from summbench.metrics.checkpoints import load_weights
from summbench.metrics.chunks import ChunkRule
from summbench.metrics.first_token import use_relative_positions
from summbench.metrics.prompt_scorer import PromptReader, PromptScorer
from summbench.metrics.prompts import Question
from summbench.models import pretrained
from summbench.models.batching import Budget

_CONSISTENT = 1  # of two classes
_RENAMED = {r"^t5\.": ""}  # the published class holds the encoder and its head as `t5`


class Hhem:
    """The probability that a summary is consistent with the article, by HHEM-2.1-Open.

    A T5 encoder reads the prompt, which begins with a padding token; a linear head reads what the
    encoder made of that token, and the softmax of its two numbers is the score, `consistency`: 0 to
    1, higher is better, NaN without an article or a summary. Config and tokeniser are those of
    `base` (flan-t5-base): the weights come without.

    A diagnostic, never quality: one model judges another. A prompt longer than `max_length` tokens
    loses the end of the article, and is counted (`truncated_prompts`). With {sentence} in `prompt`
    it is the mean over sentences, with {chunk} the best over chunks. (Vectara, 2024.)

    Raises:
        SummbenchError: an argument is wrong, or the weights cannot be loaded or used.
    """

    def __init__(
        self,
        weights: str,
        base: str,
        prompt: str,
        revision: str | None = None,
        base_revision: str | None = None,
        chunk: Mapping[str, int] | None = None,
        language: str = "en",
        max_length: int = 8192,
        batch_tokens: int = 16384,
        batch_size: int = 32,
        device: str = "auto",
        allow_pickle: bool = False,
        offline: bool = False,
    ) -> None:
        require_at_least_one(
            max_length=max_length, batch_tokens=batch_tokens, batch_size=batch_size
        )
        self._identity = identify(weights, revision)
        self._base = (base, base_revision)
        self._fetch_base = partial(pretrained.fetch_tokenizer, base, base_revision, offline)
        self._device = pretrained.resolve_device(device)
        if not allow_pickle:
            pretrained.require_safetensors(weights, revision, offline)
        self._load_weights = partial(
            load_weights,
            weights,
            revision,
            T5ForTokenClassification,
            partial(_prepare, max_length),
            max_length=max_length,
            device=self._device,
            allow_pickle=allow_pickle,
            offline=offline,
            key_mapping=_RENAMED,
        )
        rule = None if chunk is None else ChunkRule.parse(chunk)
        questions = {"consistency": Question.parse("consistency", prompt)}
        budget = Budget(batch_tokens, batch_size)
        self._scorer = PromptScorer(questions, rule, language, budget, weights, self._load)
        self.columns: Mapping[str, MetricInfo] = self._scorer.columns
        self.signature = (
            f"hhem|agg:mean|base:{identify(base, base_revision)}"
            f"|chunk:{rule or 'none'}|prompt:{sha256(prompt)[:12]}"
            f"|split:{format_splitter('auto', language)}|trunc:{max_length}"
            f"|weights:{self._identity}|transformers:{transformers_version}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return a probability for each example."""
        return self._scorer.score(examples, summaries)

    def get_settings(self) -> Mapping[str, Any]:
        """Return device and weights, and how many prompts did not fit."""
        own = {"device": self._device, "weights": self._identity}
        return (
            own | self._scorer.get_settings() | {"base_commit": pretrained.find_commit(*self._base)}
        )

    def _load(self) -> PromptReader:
        weights = self._load_weights(base=self._fetch_base())

        def read(inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
            logits = weights.model(**inputs).logits[:, 0]
            return torch.softmax(logits, dim=-1)[:, _CONSISTENT]

        return PromptReader(weights, read)


def _prepare(max_length: int, config: Any, tokenizer: Any) -> None:
    config.num_labels = 2
    use_relative_positions(max_length, config, tokenizer)
