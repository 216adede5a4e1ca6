"""How likely an encoder-decoder answers yes to questions about a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM
from transformers import __version__ as transformers_version

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import Example, MetricInfo, sha256
from summbench.core.text import format_splitter
from summbench.core.weights import identify
from summbench.metrics.checkpoints import load_weights
from summbench.metrics.chunks import ChunkRule
from summbench.metrics.prompt_scorer import PromptReader, PromptScorer
from summbench.metrics.prompts import parse_questions
from summbench.models import pretrained
from summbench.models.batching import Budget
from summbench.models.positions import list_input_positions


class FirstToken:
    """The probability of an answer as the first token that an encoder-decoder writes.

    `prompts` has a question for each column, with places for the texts: {summary}, or {sentence}
    for each of its sentences, and {document}, {chunk}, {reference} or nothing to judge it by. The
    score is the mean over sentences of the best over chunks (or references). `chunk` says how much
    of the article a chunk holds, as in {words: 500}. `answers` are texts, of which the first token
    counts, or token ids: with two, the probability of the second among both, with one, its
    probability among all tokens. 0 to 1, higher is better; NaN for an empty summary and where a
    text that the prompt needs is missing.

    Diagnostics, never quality: one model judges another. A prompt longer than `max_length` tokens
    loses the end of the article (counted as `truncated_prompts`); where not even the question fits,
    the score is NaN (`prompts_too_long`). T5's positions are relative, so that `max_length` may be
    more than its tokeniser says. (Tang et al., 2024; Zhong et al., 2022; Clark et al., 2023.)

    Raises:
        SummbenchError: an argument is wrong, or the weights cannot be loaded or used.
    """

    def __init__(
        self,
        weights: str,
        prompts: Mapping[str, str],
        answers: Sequence[str | int],
        revision: str | None = None,
        chunk: Mapping[str, int] | None = None,
        language: str = "en",
        max_length: int = 2048,
        batch_tokens: int = 16384,
        batch_size: int = 32,
        device: str = "auto",
        allow_pickle: bool = False,
        offline: bool = False,
    ) -> None:
        _check_answers(answers)
        require_at_least_one(
            max_length=max_length, batch_tokens=batch_tokens, batch_size=batch_size
        )
        self._identity, self._answers = identify(weights, revision), answers
        self._device = pretrained.resolve_device(device)
        if not allow_pickle:
            pretrained.require_safetensors(weights, revision, offline)
        self._load_weights = partial(
            load_weights,
            weights,
            revision,
            AutoModelForSeq2SeqLM,
            partial(use_relative_positions, max_length),
            max_length=max_length,
            device=self._device,
            allow_pickle=allow_pickle,
            offline=offline,
        )
        rule = None if chunk is None else ChunkRule.parse(chunk)
        budget = Budget(batch_tokens, batch_size)
        questions = parse_questions(prompts)
        self._scorer = PromptScorer(questions, rule, language, budget, weights, self._load)
        self.columns: Mapping[str, MetricInfo] = self._scorer.columns
        texts = [text for item in sorted(prompts.items()) for text in item]
        self.signature = (
            f"firsttoken|agg:mean|answers:{','.join(map(repr, answers))}"
            f"|chunk:{rule or 'none'}|prompts:{sha256(*texts)[:12]}"
            f"|split:{format_splitter('auto', language)}|trunc:{max_length}"
            f"|weights:{self._identity}|transformers:{transformers_version}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return a probability an example for each column."""
        return self._scorer.score(examples, summaries)

    def get_settings(self) -> Mapping[str, Any]:
        """Return device, weights, the answers' token ids, and how many prompts did not fit."""
        own = {"device": self._device, "weights": self._identity, "answers": self._scorer.answers}
        return own | self._scorer.get_settings()

    def _load(self) -> PromptReader:
        weights = self._load_weights()
        ids = find_answers(self._answers, weights.tokenizer, weights.model.config.vocab_size)
        start = _find_start(weights.model)

        def read(inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
            first = torch.full_like(inputs["input_ids"][:, :1], start)
            logits: torch.Tensor = weights.model(**inputs, decoder_input_ids=first).logits[:, 0]
            if len(ids) == 1:
                return logits.softmax(dim=-1)[:, ids[0]]
            return logits[:, ids].softmax(dim=-1)[:, 1]

        return PromptReader(weights, read, ids)


def find_answers(answers: Sequence[str | int], tokenizer: Any, n_tokens: int) -> list[int]:
    """Return the token id of each answer: its own, or that of its text's first token.

    Raises:
        SummbenchError: a text begins with no token of its own, or an id is not the model's.
    """
    ids = [_find_token(answer, tokenizer) for answer in answers]
    for answer, number in zip(answers, ids, strict=True):
        if not 0 <= number < n_tokens:
            raise SummbenchError(
                f"The answer {answer!r} is no token of {tokenizer.name_or_path!r}; give another, "
                "or its token id."
            )
    if len(set(ids)) < len(ids):
        texts = ", ".join(map(repr, answers))
        raise SummbenchError(f"The answers {texts} begin with the same token; give token ids.")
    return ids


def _find_token(answer: str | int, tokenizer: Any) -> int:
    """The id; -1 if the answer's first token says nothing: it is unknown, or a mere space."""
    if isinstance(answer, int):
        return answer
    ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
    is_answer = ids and ids[0] != tokenizer.unk_token_id and tokenizer.decode(ids[:1]).strip()
    return int(ids[0]) if is_answer else -1


def use_relative_positions(max_length: int, config: Any, tokenizer: Any) -> None:
    """Let a model without a table of positions, as T5, read `max_length` tokens."""
    if not list_input_positions(config):
        tokenizer.model_max_length = max_length


def _check_answers(answers: Any) -> None:
    is_list = isinstance(answers, Sequence) and not isinstance(answers, str)
    if not is_list or len(answers) not in (1, 2):
        raise SummbenchError(f"answers={answers!r} is no list of one or two texts or token ids.")
    for answer in answers:
        if isinstance(answer, bool) or not isinstance(answer, str | int):
            raise SummbenchError(
                f"answers has {answer!r}, neither a text nor a token id; "
                'in YAML, words like "Yes" and "No" need their quotes.'
            )


def _find_start(model: Any) -> int:
    for settings in (model.config, model.generation_config):
        start = getattr(settings, "decoder_start_token_id", None)
        if start is not None:
            return int(start)
    raise SummbenchError(
        f"The config of {model.name_or_path!r} has no decoder_start_token_id, so its first token "
        "is not defined."
    )
