"""Score what the store has no score for; usable without Hydra."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real

from summbench.core.capabilities import CorpusMetric, SupportsCounts, SupportsEvidence
from summbench.core.errors import SummbenchError
from summbench.core.judgements import JudgeMetric, decode_replies
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import (
    Example,
    Metric,
    MetricInfo,
    Need,
    Prediction,
    Progress,
    TaskResult,
)
from summbench.datasets.description import describe_dataset
from summbench.evaluation.failures import format_error
from summbench.evaluation.pairs import NormalizedTexts, Pairs, Task
from summbench.store.store import Scores, Store

_FIRST_PART, _LARGEST_PART = 64, 4096
_SECONDS_BETWEEN_PARTS = 2.0


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric with its name and fingerprint; its columns are called `<name>.<column>`.

    `counts` are the sums of what it counted for the scores that were used so far.
    """

    name: str
    metric: Metric
    fingerprint: str
    normalizer: TextNormalizer = RAW
    counts: Counter[str] = field(default_factory=Counter, compare=False)

    @property
    def signature(self) -> str:
        """The metric's, and the normalization of the texts if they are not scored raw."""
        normalization = self.normalizer.signature
        own = self.metric.signature
        return f"{own}|normalization:{normalization}" if normalization else own


def is_corpus_level(metric: MetricSpec) -> bool:
    """Whether its numbers depend on all of a dataset."""
    return isinstance(metric.metric, CorpusMetric) and metric.metric.corpus_level


def score(
    datasets: Mapping[str, Sequence[Example]],
    predictions: Mapping[Task, Sequence[Prediction]],
    metrics: Sequence[MetricSpec],
    store: Store,
    progress: Progress,
    recompute: bool = False,
    available: Mapping[str, frozenset[Need]] | None = None,
) -> list[TaskResult]:
    """Score each dataset and model with every metric.

    A failed article has its columns' `failure_value`; a column that needs what no example of the
    dataset has (references, article texts) is absent there. `available` says it of a dataset of
    which these examples are a part. A metric reads all texts through its normalizer, and a score
    is stored under the texts that the metric read.
    """
    available = available or {
        name: describe_dataset(examples).available for name, examples in datasets.items()
    }
    texts = {
        normalizer: NormalizedTexts.build(normalizer, datasets, predictions)
        for normalizer in {metric.normalizer for metric in metrics}
    }
    scores: dict[Task, dict[str, list[float]]] = {task: {} for task in predictions}
    for metric in metrics:
        columns = {d: _applicable_columns(metric.metric.columns, available[d]) for d in datasets}
        tasks = [task for task in predictions if columns[task[0]]]
        rows = _score_tasks(metric, texts[metric.normalizer], tasks, store, progress, recompute)
        for task in tasks:
            scores[task] |= _name_columns(metric, columns[task[0]], predictions[task], rows[task])
    return [TaskResult(*task, predictions[task], columns) for task, columns in scores.items()]


Rows = Sequence[tuple[float, ...]]
"""For each article the values of a metric's columns, in the columns' sorted order."""


def _score_tasks(
    metric: MetricSpec,
    texts: NormalizedTexts,
    tasks: Sequence[Task],
    store: Store,
    progress: Progress,
    recompute: bool,
) -> dict[Task, Rows]:
    """A corpus-level metric gets a task in one call, and is not stored: its numbers depend on all
    of the dataset."""
    if isinstance(metric.metric, CorpusMetric) and metric.metric.corpus_level:
        scored = {
            task: _compute_columns(metric, texts.examples[task[0]], texts.summaries[task])
            for task in tasks
        }
        return {task: _transpose(columns) for task, columns in scored.items()}
    by_key = _score_pairs(metric, texts.pair_summaries(tasks), store, progress, recompute)
    return {task: [by_key[key] for key in texts.keys[task]] for task in tasks}


def _score_pairs(
    metric: MetricSpec, pairs: Pairs, store: Store, progress: Progress, recompute: bool
) -> Scores:
    """The row of each pair; what is not stored is computed and stored."""
    rows = {} if recompute else _load_scores(metric, pairs, store)
    missing = [key for key in pairs if key not in rows]
    if missing:
        store.check_writable(f"scores of {metric.name!r} ({len(missing)} missing)")
    size, start = _FIRST_PART, 0
    while start < len(missing):
        progress(f"scoring {metric.name}", start, len(missing))
        keys = missing[start : start + size]
        started_at = time.monotonic()
        examples, summaries = zip(*(pairs[key] for key in keys), strict=True)
        columns = _compute_columns(metric, examples, summaries)
        evidence = (
            metric.metric.get_evidence() if isinstance(metric.metric, SupportsEvidence) else None
        )
        counts = metric.metric.get_counts() if isinstance(metric.metric, SupportsCounts) else None
        store.add_scores(metric.name, metric.fingerprint, keys, columns, evidence, counts)
        rows.update(zip(keys, _transpose(columns), strict=True))
        start += len(keys)
        if time.monotonic() - started_at < _SECONDS_BETWEEN_PARTS:
            size = min(4 * size, _LARGEST_PART)
    if missing:
        progress(f"scoring {metric.name}", len(missing), len(missing))
    if isinstance(metric.metric, SupportsCounts):
        _add_counts(metric, store.load_counts(metric.name, metric.fingerprint, pairs))
    return rows


def _load_scores(metric: MetricSpec, pairs: Pairs, store: Store) -> Scores:
    """The stored rows; of a judge without those for which a reply failed, to ask again."""
    rows = store.load_scores(metric.name, metric.fingerprint, pairs)
    if isinstance(metric.metric, JudgeMetric):
        for key, text in store.load_evidence(metric.name, metric.fingerprint, pairs).items():
            if any(reply.error is not None for reply in decode_replies(text)):
                rows.pop(key, None)
    return rows


def _add_counts(metric: MetricSpec, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Those of scores that were computed now, and of those that were found in the store."""
    for of_pair in counts.values():
        metric.counts.update(of_pair if of_pair else {"scores_stored_without_counts": 1})


def collect_evidence(
    results: Sequence[TaskResult],
    datasets: Mapping[str, Sequence[Example]],
    metrics: Sequence[MetricSpec],
    store: Store,
) -> list[tuple[str, str, str, str, str]]:
    """Dataset, model, metric, article and the evidence of each score whose metric gives one.

    It is about the texts as the metric's normalizer leaves them.
    """
    evidence = []
    predictions = {(result.dataset, result.model): result.predictions for result in results}
    for metric in metrics:
        if not isinstance(metric.metric, SupportsEvidence):
            continue
        texts = NormalizedTexts.build(metric.normalizer, datasets, predictions)
        for (dataset, model), rows in predictions.items():
            keys = texts.keys[dataset, model]
            stored = store.load_evidence(metric.name, metric.fingerprint, keys)
            evidence += [
                (dataset, model, metric.name, p.article_id, stored[key])
                for key, p in zip(keys, rows, strict=True)
                if key in stored and p.error is None
            ]
    return evidence


def _compute_columns(
    metric: MetricSpec, examples: Sequence[Example], summaries: Sequence[str]
) -> Mapping[str, Sequence[float]]:
    try:
        columns = metric.metric.score(examples, summaries)
    except SummbenchError:
        raise
    except Exception as error:
        raise SummbenchError(f"The metric {metric.name!r} failed: {format_error(error)}") from error
    lengths = {len(values) for values in columns.values()}
    if set(columns) != set(metric.metric.columns) or lengths != {len(summaries)}:
        raise SummbenchError(
            f"The metric {metric.name!r} did not return one number for each column and example."
        )
    types: set[type] = {type(value) for values in columns.values() for value in values}
    if others := [t.__name__ for t in types if t is not type(None) and not issubclass(t, Real)]:
        raise SummbenchError(
            f"The metric {metric.name!r} returned a {others[0]}; expected numbers, or NaN where "
            "there is none."
        )
    return columns


def _transpose(columns: Mapping[str, Sequence[float]]) -> list[tuple[float, ...]]:
    return list(zip(*(columns[name] for name in sorted(columns)), strict=True))


def _name_columns(
    metric: MetricSpec, applicable: frozenset[str], predictions: Sequence[Prediction], rows: Rows
) -> dict[str, list[float]]:
    """Full name -> values of the applicable columns, with `failure_value` where a model failed."""
    infos = metric.metric.columns
    return {
        f"{metric.name}.{name}": [
            value if prediction.error is None else infos[name].failure_value
            for value, prediction in zip(values, predictions, strict=True)
        ]
        for name, values in zip(sorted(infos), zip(*rows, strict=True), strict=True)
        if name in applicable
    }


def _applicable_columns(
    columns: Mapping[str, MetricInfo], available: frozenset[Need]
) -> frozenset[str]:
    return frozenset(name for name, info in columns.items() if info.needs <= available)
