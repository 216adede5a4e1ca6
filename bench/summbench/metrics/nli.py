"""Whether the article entails the summary, sentence by sentence, as an NLI classifier sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import fmean
from typing import Any, Literal, NamedTuple

import torch
from transformers import AutoModelForSequenceClassification
from transformers import __version__ as transformers_version

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import Example, MetricInfo
from summbench.core.text import format_splitter, replace_surrogates, split_sentences, split_summary
from summbench.core.weights import identify
from summbench.metrics.checkpoints import load_weights
from summbench.models import pretrained

_EXAMPLES_AT_ONCE = 256  # examples whose pairs are in memory together
_CLASSES = ("entailment", "contradiction")
_CLASS_STEMS = ("entail", "contradict")
_Pair = tuple[str, str]


class NliConsistency:
    """How far a classifier finds the summary's sentences entailed by the article.

    With E and C the probabilities that a piece of the article entails, or contradicts, a sentence
    of the summary: `consistency` is the mean over sentences of max E - max C over pieces (-1 to 1,
    higher is better; SummaC-ZS), `entailment` the mean of max E (0 to 1, higher is better),
    `contradiction` the mean of max C (0 to 1, lower is better). Pieces are sentences, or, with
    `granularity` chunk, whole sentences packed up to `chunk_tokens` of the classifier's tokens,
    much as in AlignScore. NaN for an empty article or summary.

    Diagnostics, never quality, and no reference is read: one model judges another, and copies win,
    for a sentence entails itself. Traps: pieces are judged alone, so that a pronoun, or a fact
    spread over two sentences, counts as not entailed; pairs longer than the classifier reads are
    cut (`settings` counts them). Unlike in SummaC's own code every sentence counts, short or late.
    The order of the classes is read from the classifier's config; `labels`, {entailment: 0,
    contradiction: 1} say, is for a config that does not tell.

    Comparable only with numbers of the same signature, and so of the same classifier. (Laban et
    al., 2022; Zha et al., 2023.)

    Raises:
        SummbenchError: an argument is out of range, or the classifier cannot be loaded or used.
    """

    def __init__(
        self,
        weights: str,
        revision: str | None = None,
        granularity: Literal["sentence", "chunk"] = "sentence",
        chunk_tokens: int = 350,
        labels: Mapping[str, int] | None = None,
        language: str = "en",
        max_length: int = 512,
        batch_size: int = 32,
        device: str = "auto",
        allow_pickle: bool = False,
        offline: bool = False,
    ) -> None:
        if granularity not in ("sentence", "chunk"):
            raise SummbenchError(f"granularity={granularity!r} is none of sentence, chunk.")
        if labels is not None and not set(_CLASSES) <= set(labels):
            raise SummbenchError(f"labels={dict(labels)!r} lacks one of {', '.join(_CLASSES)}.")
        require_at_least_one(
            chunk_tokens=chunk_tokens, max_length=max_length, batch_size=batch_size
        )
        self._identity = identify(weights, revision)
        self._device = pretrained.resolve_device(device)
        if not allow_pickle:
            pretrained.require_safetensors(weights, revision, offline)
        self._load = partial(
            load_weights,
            weights,
            revision,
            AutoModelForSequenceClassification,
            _check_padding,
            max_length=max_length,
            device=self._device,
            allow_pickle=allow_pickle,
            offline=offline,
        )
        self._classifier: _Classifier | None = None
        self._labels, self._order = labels, (-1, -1)
        self._chunk_tokens = chunk_tokens if granularity == "chunk" else None
        self._language, self._batch_size = language, batch_size
        higher = MetricInfo("higher", "diagnostic", frozenset({"article"}))
        self.columns: Mapping[str, MetricInfo] = {
            "consistency": higher,
            "entailment": higher,
            "contradiction": MetricInfo("lower", "diagnostic", frozenset({"article"})),
        }
        pieces = f"chunk-{chunk_tokens}" if granularity == "chunk" else granularity
        order = ",".join(f"{k}-{n}" for k, n in sorted(labels.items())) if labels else "config"
        self.signature = (
            f"nli|agg:mean|form:summac-zs|weights:{self._identity}|labels:{order}|pieces:{pieces}"
            f"|split:{format_splitter('auto', language)}|trunc:{max_length}"
            f"|transformers:{transformers_version}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return three numbers an example; NaN without an article or a summary."""
        pairs = list(zip(examples, summaries, strict=True))
        rows: list[Verdict] = []
        for start in range(0, len(pairs), _EXAMPLES_AT_ONCE):
            rows += self._score_batch(pairs[start : start + _EXAMPLES_AT_ONCE])
        return {name: [getattr(row, name) for row in rows] for name in self.columns}

    def get_settings(self) -> Mapping[str, Any]:
        """Return device, weights, the classes read, and how many distinct pairs were cut."""
        classifier = self._classifier
        return {
            "device": self._device,
            "dtype": "float32",
            "weights": self._identity,
            "commit": classifier and classifier.commit,
            "labels": classifier and dict(zip(_CLASSES, self._order, strict=True)),
            "longest_input": classifier and classifier.longest_input,
            "truncated_pairs": len(classifier.truncated) if classifier else 0,
        }

    def _score_batch(self, pairs: Sequence[tuple[Example, str]]) -> Iterator[Verdict]:
        jobs = [
            (self._split_article(example.article.text), self._split_summary(summary))
            for example, summary in pairs
        ]
        inputs = {(p, s) for pieces, sentences in jobs for p in pieces for s in sentences}
        probabilities = self._get_classifier().classify(inputs, self._batch_size) if inputs else {}
        for pieces, sentences in jobs:
            grids = (
                [[probabilities[piece, s][number] for s in sentences] for piece in pieces]
                for number in self._order
            )
            yield compute_verdict(*grids)

    def _split_summary(self, summary: str) -> list[str]:
        return [replace_surrogates(text) for text in split_summary(summary, self._language)]

    def _split_article(self, article: str) -> list[str]:
        sentences = [replace_surrogates(text) for text in split_sentences(article, self._language)]
        if self._chunk_tokens is None or not sentences:
            return sentences
        tokens = self._get_classifier().tokenizer(sentences, add_special_tokens=False)["input_ids"]
        return pack_sentences(sentences, [len(ids) for ids in tokens], self._chunk_tokens)

    def _get_classifier(self) -> _Classifier:
        if self._classifier is None:
            classifier = _Classifier(*self._load())
            self._order = find_classes(classifier.model.config.id2label, self._labels)
            self._classifier = classifier
        return self._classifier


class Verdict(NamedTuple):
    """The three numbers of one summary."""

    consistency: float
    entailment: float
    contradiction: float


def compute_verdict(
    entailment: Sequence[Sequence[float]], contradiction: Sequence[Sequence[float]]
) -> Verdict:
    """Compute SummaC-ZS; a row is a piece of the article, a column a sentence of the summary."""
    if not entailment or not entailment[0]:
        return Verdict(float("nan"), float("nan"), float("nan"))
    entailed = [max(column) for column in zip(*entailment, strict=True)]
    contradicted = [max(column) for column in zip(*contradiction, strict=True)]
    consistency = fmean(e - c for e, c in zip(entailed, contradicted, strict=True))
    return Verdict(consistency, fmean(entailed), fmean(contradicted))


def pack_sentences(sentences: Sequence[str], sizes: Sequence[int], limit: int) -> list[str]:
    """Join whole sentences while their sizes sum to at most `limit`; a longer one stays alone."""
    chunks: list[list[str]] = []
    room = 0
    for sentence, size in zip(sentences, sizes, strict=True):
        if not chunks or size > room:
            chunks.append([])
            room = limit
        chunks[-1].append(sentence)
        room -= size
    return [" ".join(chunk) for chunk in chunks]


def find_classes(
    id2label: Mapping[int, str], labels: Mapping[str, int] | None = None
) -> tuple[int, int]:
    """Return the classifier's numbers for entailment and contradiction, by its config or `labels`.

    Raises:
        SummbenchError: the two cannot be told from the names.
    """
    names = {i: name.strip().lower() for i, name in id2label.items()}
    if labels is None:
        numbers = [
            [i for i, name in names.items() if name.startswith(stem)] for stem in _CLASS_STEMS
        ]
    else:
        numbers = [[labels[name]] for name in _CLASSES if labels.get(name) in names]
    if [len(n) for n in numbers] != [1, 1] or numbers[0] == numbers[1]:
        class_names = ", ".join(f"{i}: {name!r}" for i, name in sorted(id2label.items()))
        raise SummbenchError(
            f"The names of the classes {class_names} do not say which is entailment and which "
            "contradiction. Set labels={entailment: <number>, contradiction: <number>}."
        )
    return numbers[0][0], numbers[1][0]


@dataclass(frozen=True, slots=True)
class _Classifier:
    model: Any
    tokenizer: Any
    longest_input: int
    commit: str | None
    truncated: set[_Pair] = field(default_factory=set)

    def classify(self, pairs: Collection[_Pair], batch_size: int) -> dict[_Pair, list[float]]:
        """Return the probability of each class for each pair of premise and hypothesis."""
        probabilities: dict[_Pair, list[float]] = {}
        order = sorted(pairs, key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            premises, hypotheses = map(list, zip(*batch, strict=True))
            untruncated = zip(batch, self.tokenizer(premises, hypotheses)["input_ids"], strict=True)
            self.truncated.update(
                pair for pair, ids in untruncated if len(ids) > self.longest_input
            )
            inputs = self.tokenizer(
                premises, hypotheses, truncation=True, padding=True, return_tensors="pt"
            )
            with torch.inference_mode():
                logits = self.model(**inputs.to(self.model.device)).logits
            probabilities.update(zip(batch, logits.softmax(dim=-1).tolist(), strict=True))
        return probabilities


def _check_padding(config: Any, tokenizer: Any) -> None:
    if tokenizer.pad_token_id is None:
        raise ValueError("its tokeniser has no padding token.")
