"""Whether the article entails the summary, sentence by sentence, as an NLI classifier sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import Any, NamedTuple

from transformers import AutoModelForSequenceClassification
from transformers import __version__ as transformers_version

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import Example, MetricInfo
from summbench.core.text import format_splitter, replace_surrogates, split_summary
from summbench.core.weights import identify
from summbench.metrics.checkpoints import load_weights
from summbench.metrics.chunks import ChunkRule
from summbench.metrics.classifier import Classifier, find_classes
from summbench.models import pretrained

_EXAMPLES_AT_ONCE = 256  # examples whose pairs are in memory together
_CLASSES = ("entailment", "contradiction")
_ONE_SENTENCE = {"sentences": 1}
_NAN = float("nan")
_EMPTY = "the article or the summary is empty"


class NliConsistency:
    """How far a classifier finds the summary's sentences entailed by the article.

    With E and C the probabilities that a chunk of the article entails, or contradicts, a sentence
    of the summary: `consistency` is the mean over sentences of max E - max C over chunks (-1 to 1,
    higher is better; SummaC-ZS), `entailment` the mean of max E (0 to 1, higher is better),
    `contradiction` the mean of max C (0 to 1, lower is better). `chunk` says what a chunk of the
    article is: {sentences: 1}, or whole sentences packed up to so many of the classifier's tokens,
    {tokens: 350}, or words. With `contradiction` false the classifier has two classes, supported or
    not, and `entailment` is the only column. NaN for an empty article or summary.

    Diagnostics, never quality, and no reference is read: one model judges another, and copies win,
    for a sentence entails itself. Traps: chunks are judged alone, so that a pronoun, or a fact
    spread over two chunks, counts as not entailed; pairs longer than the classifier reads are
    cut (`settings` counts them). Unlike in SummaC's own code every sentence counts, short or late.
    The order of the classes is read from the classifier's config; `labels`, {entailment: 0,
    contradiction: 1} say, is for a config that does not tell. `separator` is for a classifier that
    was trained on one text, chunk and sentence joined by it, instead of a pair.

    Comparable only with numbers of the same signature, and so of the same classifier. (Laban et
    al., 2022; Zha et al., 2023; Tang et al., 2024.)

    Raises:
        SummbenchError: an argument is out of range, or the classifier cannot be loaded or used.
    """

    def __init__(
        self,
        weights: str,
        revision: str | None = None,
        chunk: Mapping[str, int] | None = None,
        labels: Mapping[str, int] | None = None,
        contradiction: bool = True,
        separator: str | None = None,
        language: str = "en",
        max_length: int = 512,
        batch_size: int = 32,
        device: str = "auto",
        allow_pickle: bool = False,
        offline: bool = False,
    ) -> None:
        self._classes = _CLASSES if contradiction else _CLASSES[:1]
        if labels is not None and set(labels) != set(self._classes):
            raise SummbenchError(
                f"labels={dict(labels)!r} is not a number for each of {', '.join(self._classes)}; "
                "contradiction: false is for a classifier without such a class."
            )
        require_at_least_one(max_length=max_length, batch_size=batch_size)
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
        self._classifier: Classifier | None = None
        self._labels = labels
        self._order: tuple[int, ...] = ()
        self._chunk = ChunkRule.parse(_ONE_SENTENCE if chunk is None else chunk)
        self._separator, self._language, self._batch_size = separator, language, batch_size
        higher = MetricInfo("higher", "diagnostic", frozenset({"article"}), _EMPTY)
        lower = MetricInfo("lower", "diagnostic", frozenset({"article"}), _EMPTY)
        self.columns: Mapping[str, MetricInfo] = {"entailment": higher}
        if contradiction:
            self.columns = {"consistency": higher, "entailment": higher, "contradiction": lower}
        order = ",".join(f"{k}-{n}" for k, n in sorted(labels.items())) if labels else "config"
        self.signature = (
            f"nli|agg:mean|form:{'summac-zs' if contradiction else 'max-entailment'}"
            f"|weights:{self._identity}|labels:{order}|chunk:{self._chunk}"
            f"|pair:{'two' if separator is None else repr(separator)}"
            f"|split:{format_splitter('auto', language)}|trunc:{max_length}"
            f"|transformers:{transformers_version}|v:2"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return a number an example for each column; NaN without an article or a summary."""
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
            "labels": classifier and dict(zip(self._classes, self._order, strict=True)),
            "longest_input": classifier and classifier.longest_input,
            "truncated_pairs": len(classifier.truncated) if classifier else 0,
        }

    def _score_batch(self, pairs: Sequence[tuple[Example, str]]) -> Iterator[Verdict]:
        jobs = [
            (
                self._chunk.split(example.article.text, self._language, self._get_tokenizer),
                self._split_summary(summary),
            )
            for example, summary in pairs
        ]
        inputs = {(p, s) for pieces, sentences in jobs for p in pieces for s in sentences}
        probabilities = self._get_classifier().classify(inputs, self._batch_size) if inputs else {}
        for pieces, sentences in jobs:
            grids = [
                [[probabilities[piece, s][number] for s in sentences] for piece in pieces]
                for number in self._order
            ]
            yield compute_verdict(*grids)

    def _split_summary(self, summary: str) -> list[str]:
        return [replace_surrogates(text) for text in split_summary(summary, self._language)]

    def _get_tokenizer(self) -> Any:
        return self._get_classifier().tokenizer

    def _get_classifier(self) -> Classifier:
        if self._classifier is None:
            classifier = Classifier(*self._load(), self._separator)
            names = classifier.model.config.id2label
            self._order = find_classes(names, self._classes, self._labels)
            self._classifier = classifier
        return self._classifier


class Verdict(NamedTuple):
    """The numbers of one summary; NaN without a contradiction class."""

    consistency: float
    entailment: float
    contradiction: float


def compute_verdict(
    entailment: Sequence[Sequence[float]] = (),
    contradiction: Sequence[Sequence[float]] | None = None,
) -> Verdict:
    """Compute SummaC-ZS; a row is a chunk of the article, a column a sentence of the summary."""
    if not entailment or not entailment[0]:
        return Verdict(_NAN, _NAN, _NAN)
    entailed = [max(column) for column in zip(*entailment, strict=True)]
    if contradiction is None:
        return Verdict(_NAN, fmean(entailed), _NAN)
    contradicted = [max(column) for column in zip(*contradiction, strict=True)]
    consistency = fmean(e - c for e, c in zip(entailed, contradicted, strict=True))
    return Verdict(consistency, fmean(entailed), fmean(contradicted))


def _check_padding(config: Any, tokenizer: Any) -> None:
    if tokenizer.pad_token_id is None:
        raise ValueError("its tokeniser has no padding token.")
