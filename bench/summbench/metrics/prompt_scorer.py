"""Summaries scored by what a model says to prompts about them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, NamedTuple

import torch

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, MetricInfo
from summbench.metrics.checkpoints import LoadedWeights
from summbench.metrics.chunks import ChunkRule
from summbench.metrics.prompts import Question
from summbench.models.batching import Budget, plan_batches
from summbench.models.truncation import fit_prompt

_LOG = logging.getLogger("summbench")
_EXAMPLES_AT_ONCE = 256  # examples whose prompts are in memory together
_NAN = float("nan")
Read = Callable[[Mapping[str, torch.Tensor]], torch.Tensor]
"""From token ids and attention mask, (prompts, tokens), to a probability for each prompt."""


class Request(NamedTuple):
    """A question about one text, `claim`, by another, `source`, which is empty if it has none."""

    question: Question
    claim: str
    source: str

    def tokenize(self, tokenizer: Any, limit: int) -> tuple[Sequence[int], bool] | None:
        """Return the prompt's tokens, and whether a text was truncated to fit; None if none fits.

        The source loses its end, never the question; without a source, the claim does.
        """
        claim, source, question = self.claim, self.source, self.question
        try:
            if question.source_place:
                article = Article("", source)
                fitted = fit_prompt(
                    article, lambda text: question.render(claim, text), tokenizer, limit, "head"
                )
            else:
                fitted = fit_prompt(
                    Article("", claim), lambda text: question.render(text, ""), tokenizer, limit,
                    "head",
                )  # fmt: skip
        except SummbenchError:  # nothing of the text is left
            return None
        return fitted.ids, fitted.truncated


@dataclass(frozen=True, slots=True)
class PromptReader:
    """A loaded model, how its output is read, and what did not fit into it."""

    weights: LoadedWeights
    read: Read
    answers: Sequence[int] = ()
    truncated: set[int] = field(default_factory=set)
    too_long: set[int] = field(default_factory=set)

    def compute(self, requests: Collection[Request], budget: Budget) -> dict[Request, float]:
        """Return a probability for each request; NaN if its text is too long for the model."""
        tokenizer, limit = self.weights.tokenizer, self.weights.longest_input
        probabilities = dict.fromkeys(requests, _NAN)
        prompts: list[tuple[Request, list[int]]] = []
        for request in sorted(requests, key=lambda r: (r.question.prompt, r.claim, r.source)):
            fitted = request.tokenize(tokenizer, limit)
            if fitted is None:
                self.too_long.add(hash(request))
                continue
            prompts.append((request, list(fitted[0])))
            if fitted[1]:
                self.truncated.add(hash(request))
        for batch in plan_batches([len(ids) for _, ids in prompts], budget):
            inputs = tokenizer.pad(
                {"input_ids": [prompts[i][1] for i in batch]},
                padding_side="right",
                return_attention_mask=True,
                return_tensors="pt",
            )
            device = self.weights.model.device
            with torch.inference_mode():
                values = self.read(
                    {k: inputs[k].to(device) for k in ("input_ids", "attention_mask")}
                )
            probabilities.update(zip((prompts[i][0] for i in batch), values.tolist(), strict=True))
        return probabilities


class PromptScorer:
    """The part of a metric that makes requests of examples, and scores of probabilities.

    `load` is called when there is first something to read.
    """

    def __init__(
        self,
        questions: Mapping[str, Question],
        chunk: ChunkRule | None,
        language: str,
        budget: Budget,
        weights: str,
        load: Callable[[], PromptReader],
    ) -> None:
        if chunk is None and any(q.source_place == "chunk" for q in questions.values()):
            raise SummbenchError("A prompt has {chunk}; set chunk, as in {words: 500}.")
        self._questions, self._chunk, self._language = questions, chunk, language
        self._budget, self._weights, self._load = budget, weights, load
        self._reader: PromptReader | None = None
        self._is_said = False
        self.columns: Mapping[str, MetricInfo] = {n: q.info for n, q in questions.items()}

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one number an example for each question; NaN where a text of it is missing."""
        pairs = list(zip(examples, summaries, strict=True))
        scores: dict[str, list[float]] = {name: [] for name in self._questions}
        for start in range(0, len(pairs), _EXAMPLES_AT_ONCE):
            batch = pairs[start : start + _EXAMPLES_AT_ONCE]
            grids = {
                name: [self._list_requests(question, *pair) for pair in batch]
                for name, question in self._questions.items()
            }
            requests = {r for rows in grids.values() for grid in rows for row in grid for r in row}
            values = self._get_reader().compute(requests, self._budget) if requests else {}
            for name, rows in grids.items():
                scores[name] += [aggregate(grid, values) for grid in rows]
        self._say_what_was_truncated()
        return scores

    def get_settings(self) -> dict[str, Any]:
        """Return what was loaded, and how many distinct prompts did not fit."""
        reader = self._reader
        return {
            "dtype": "float32",
            "commit": reader and reader.weights.commit,
            "longest_input": reader and reader.weights.longest_input,
            "truncated_prompts": len(reader.truncated) if reader else 0,
            "prompts_too_long": len(reader.too_long) if reader else 0,
        }

    @property
    def answers(self) -> list[int] | None:
        """The token ids that are read; None until the weights are loaded."""
        return list(self._reader.answers) if self._reader else None

    def _list_requests(
        self, question: Question, example: Example, summary: str
    ) -> list[list[Request]]:
        """A row for each text to judge, with a request for each text to judge it by."""
        claims = question.list_claims(summary, self._language)
        sources = question.list_sources(example, self._split) if claims else []
        return [[Request(question, claim, source) for source in sources] for claim in claims]

    def _split(self, article: str) -> list[str]:
        assert self._chunk is not None
        return self._chunk.split(
            article, self._language, lambda: self._get_reader().weights.tokenizer
        )

    def _get_reader(self) -> PromptReader:
        if self._reader is None:
            self._reader = self._load()
        return self._reader

    def _say_what_was_truncated(self) -> None:
        reader = self._reader
        if reader is None or self._is_said or not (reader.truncated or reader.too_long):
            return
        self._is_said = True
        _LOG.warning(
            "%s: a prompt is longer than the %d tokens that it reads, so the text in it is "
            "truncated; where none of it fits, there is no score. run.json has the counts "
            "(truncated_prompts, prompts_too_long).",
            self._weights,
            reader.weights.longest_input,
        )


def aggregate(grid: Sequence[Sequence[Request]], values: Mapping[Request, float]) -> float:
    """Return the mean over rows of the best value in each; NaN if there is none."""
    rows = [[values[request] for request in row] for row in grid]
    if not rows or not rows[0]:
        return _NAN
    return fmean(_NAN if any(v != v for v in row) else max(row) for row in rows)
