"""BERTScore: summary and reference matched token by token, on an encoder that is named in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import log
from typing import Any, NamedTuple

import torch
from torch.nn.functional import normalize
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModel
from transformers import __version__ as transformers_version

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import Example, MetricInfo
from summbench.core.text import replace_surrogates, split_lines
from summbench.core.weights import identify
from summbench.metrics.checkpoints import load_weights
from summbench.models import pretrained

_PARTS = ("p", "r", "f")
_PAIRS_AT_ONCE = 256  # pairs whose vectors are in memory together: some 200 MB with roberta-large


class BertScore:
    """Precision, recall and F of the similarity of each token to its nearest in the other text.

    Quality, higher is better; cosines of the encoder's `layer`, at most 1. Raw scores crowd near 1
    (0.8 and more for roberta-large), so `baseline` maps those of unrelated texts to 0: (s - b) /
    (1 - b) for p, r and f separately; f is then no harmonic mean. Of several references the best p,
    the best r and the best f count, each for itself. An empty summary scores 0 even if rescaled,
    where a bad one can be below. Traps: line breaks count as spaces; texts are cut at `max_length`
    tokens (`settings` counts them); a negation or a wrong name costs little.

    `prefix_space` puts a space before each text, as bert-score did for RoBERTa until transformers
    gave up slow tokenisers; published numbers and baselines need it (in bert_score issue 147 a
    short text moves by 0.3 without). `idf` weighs tokens by their rarity in the references of the
    call: the whole dataset has to come in one call (`corpus_level`), and a store must not mix the
    numbers of different sets. Comparable only with numbers of the same signature, and so of the
    same weights; equal to bert-score 0.3.13 to five digits. (Zhang et al., 2020.)

    Raises:
        SummbenchError: an argument is out of range, or the encoder cannot be loaded.
    """

    def __init__(
        self,
        weights: str,
        layer: int,
        revision: str | None = None,
        max_length: int = 512,
        idf: bool = False,
        baseline: Mapping[str, float] | None = None,
        prefix_space: bool = False,
        batch_size: int = 64,
        device: str = "auto",
        allow_pickle: bool = False,
        offline: bool = False,
    ) -> None:
        require_at_least_one(max_length=max_length, batch_size=batch_size)
        self._identity = identify(weights, revision)
        self._device = pretrained.resolve_device(device)
        if not allow_pickle:
            pretrained.require_safetensors(weights, revision, offline)
        self._load = partial(
            _load,
            weights,
            revision,
            layer,
            max_length=max_length,
            device=self._device,
            allow_pickle=allow_pickle,
            offline=offline,
        )
        self._encoder: _Encoder | None = None
        self._batch_size, self._idf, self.corpus_level = batch_size, idf, idf
        self._bases, self._space = _order_baseline(baseline), " " if prefix_space else ""
        quality = MetricInfo("higher", "quality", frozenset({"references"}))
        self.columns: Mapping[str, MetricInfo] = dict.fromkeys(_PARTS, quality)
        self.signature = (
            f"bertscore|agg:mean|multi:best-of-each|weights:{self._identity}|layer:{layer}"
            f"|trunc:{max_length}|idf:{'references' if idf else 'no'}"
            f"|rescaled:{'/'.join(map(str, self._bases)) if baseline else 'no'}"
            f"|space:{'collapsed,prefixed' if prefix_space else 'collapsed'}"
            f"|transformers:{transformers_version}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return three numbers an example; NaN without a reference."""
        pairs = [
            ([self._flatten(text) for text in example.references], self._flatten(summary))
            for example, summary in zip(examples, summaries, strict=True)
        ]
        if not any(references for references, _ in pairs):
            return {name: [float("nan")] * len(pairs) for name in _PARTS}
        encoder = self._encoder = self._encoder or self._load()
        # One call may hold several systems' summaries of an article; for idf it is one article.
        articles = dict(zip(examples, pairs, strict=True)).values()
        weigh = self._build_weigher(encoder, [text for texts, _ in articles for text in texts])
        rows: list[list[float]] = []
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            part = pairs[start : start + _PAIRS_AT_ONCE]
            texts = sorted({t for references, summary in part for t in (*references, summary)})
            embedded = self._embed(encoder, weigh, texts)
            rows += [self._score_pair(embedded, *pair) for pair in part]
        return {name: [row[part] for row in rows] for part, name in enumerate(_PARTS)}

    def get_settings(self) -> Mapping[str, Any]:
        """Return device, weights, and how many distinct texts were cut at the length limit."""
        encoder = self._encoder
        return {
            "device": self._device,
            "dtype": "float32",
            "weights": self._identity,
            "commit": encoder and encoder.commit,
            "longest_input": encoder and encoder.longest_input,
            "truncated_texts": len(encoder.truncated) if encoder else 0,
        }

    def _flatten(self, text: str) -> str:
        words = replace_surrogates(" ".join(split_lines(text))).split()
        return self._space + " ".join(words) if words else ""

    def _build_weigher(
        self, encoder: _Encoder, references: Sequence[str]
    ) -> Callable[[int], float]:
        """What a token counts; the marks of the two ends, which every text has, count nothing."""
        if not self._idf:
            return lambda token: float(token not in encoder.ends)
        count = len(references)
        if count < 2:
            raise SummbenchError(
                "idf: true needs the references of many articles in one call and got one, in which "
                "no token is rarer than another; score more articles, or set idf: false."
            )
        frequencies = Counter(token for ids in encoder.tokenize(references) for token in set(ids))
        return lambda token: log((count + 1) / (frequencies[token] + 1))

    def _embed(
        self, encoder: _Encoder, weigh: Callable[[int], float], texts: Sequence[str]
    ) -> dict[str, EmbeddedText]:
        """The texts, but for those in which nothing has any weight."""
        tokens = zip(texts, encoder.tokenize(texts), strict=True)
        weighed = [
            (text, ids, weights) for text, ids in tokens if any(weights := [*map(weigh, ids)])
        ]
        vectors = encoder.embed([ids for _, ids, _ in weighed], self._batch_size)
        return {
            text: EmbeddedText(matrix, torch.tensor(weights, device=matrix.device))
            for (text, _, weights), matrix in zip(weighed, vectors, strict=True)
        }

    def _score_pair(
        self, embedded: Mapping[str, EmbeddedText], references: list[str], summary: str
    ) -> list[float]:
        weighty = [embedded[text] for text in references if text in embedded]
        if summary not in embedded or not weighty:
            return [0.0 if references else float("nan")] * len(_PARTS)
        scores = [match_tokens(embedded[summary], reference) for reference in weighty]
        best = [max(values) for values in zip(*scores, strict=True)]
        return [rescale(value, base) for value, base in zip(best, self._bases, strict=True)]


class EmbeddedText(NamedTuple):
    """A text as its tokens' vectors (tokens x dimensions, rows of length 1) and their weights."""

    vectors: torch.Tensor
    weights: torch.Tensor


def match_tokens(summary: EmbeddedText, reference: EmbeddedText) -> tuple[float, float, float]:
    """Return P, R and F: the weighted mean, over a text's tokens, of the best cosine in the other.

    The marks of the two ends weigh nothing, yet may be a token's best match, as in bert-score.
    """
    cosines = summary.vectors @ reference.vectors.T
    p, r = (
        float((cosines.amax(dim=other) * weights).sum() / weights.sum())
        for other, weights in ((1, summary.weights), (0, reference.weights))
    )
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def rescale(score: float, baseline: float) -> float:
    """Return the score on a scale where unrelated texts have 0 and equal ones still 1."""
    return (score - baseline) / (1 - baseline)


@dataclass(frozen=True, slots=True)
class _Encoder:
    model: Any
    tokenizer: Any
    longest_input: int
    commit: str | None
    ends: tuple[int, int]
    truncated: set[str] = field(default_factory=set)

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = self.tokenizer(texts)["input_ids"]
        for i, text in enumerate(texts):
            if len(ids[i]) > self.longest_input:
                ids[i] = self.tokenizer(text, truncation=True)["input_ids"]
                self.truncated.add(text)
        return ids

    def embed(self, ids: Sequence[Sequence[int]], batch_size: int) -> list[torch.Tensor]:
        """Return for each text a matrix with a row of length 1 for each token."""
        matrices = [torch.empty(0)] * len(ids)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]), reverse=True)
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            rows = [torch.tensor(ids[i], device=self.model.device) for i in batch]
            padded = pad_sequence(rows, True, self.tokenizer.pad_token_id)
            mask = pad_sequence([torch.ones_like(row) for row in rows], True)
            with torch.inference_mode():
                vectors = self.model(input_ids=padded, attention_mask=mask)[0]
            for i, row, matrix in zip(batch, rows, vectors, strict=True):
                matrices[i] = normalize(matrix[: len(row)], dim=-1)
        return matrices


def _load(weights: str, revision: str | None, layer: int, **options: Any) -> _Encoder:
    """The encoder without the layers above `layer`."""

    def prepare(config: Any, tokenizer: Any) -> None:
        if not 0 <= layer <= config.num_hidden_layers:
            raise ValueError(f"layer={layer} is none of its {config.num_hidden_layers} layers.")
        if config.is_encoder_decoder or None in (tokenizer.cls_token_id, tokenizer.sep_token_id):
            raise ValueError("it is no encoder that marks both ends of a text, as BERT is.")
        config.num_hidden_layers = layer

    loaded = load_weights(weights, revision, AutoModel, prepare, optional="pooler", **options)
    tokenizer = loaded.tokenizer
    return _Encoder(*loaded, (tokenizer.cls_token_id, tokenizer.sep_token_id))


def _order_baseline(baseline: Mapping[str, float] | None) -> list[float]:
    bases = dict.fromkeys(_PARTS, 0.0) if baseline is None else dict(baseline)
    if set(bases) != set(_PARTS) or max(bases.values()) >= 1:
        raise SummbenchError(f"baseline={bases!r} is not three numbers below 1: p, r and f.")
    return [float(bases[part]) for part in _PARTS]
