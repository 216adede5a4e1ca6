"""Score what the store has no score for; usable without Hydra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from summbench.core.capabilities import SupportsCounts
from summbench.core.normalization import TextNormalizer
from summbench.core.records import Example, MetricInfo, Need, Prediction, Progress, TaskResult
from summbench.datasets.description import describe_dataset
from summbench.evaluation.metric_spec import LARGEST_PART, MetricSpec, is_corpus_level
from summbench.evaluation.pairs import NormalizedTexts, Task
from summbench.evaluation.scoring_job import ScoringJob, compute_columns, transpose
from summbench.store.store import Store


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
    applicable = {
        metric.name: {d: _applicable_columns(metric.metric.columns, available[d]) for d in datasets}
        for metric in metrics
    }
    tasks = {
        name: [task for task in predictions if columns[task[0]]]
        for name, columns in applicable.items()
    }
    rows = _score_corpora(metrics, texts, tasks)
    rows |= _score_pairs(metrics, texts, tasks, store, progress, recompute)
    scores: dict[Task, dict[str, list[float]]] = {task: {} for task in predictions}
    for metric in metrics:
        for task in tasks[metric.name]:
            scores[task] |= _name_columns(
                metric, applicable[metric.name][task[0]], predictions[task], rows[metric.name, task]
            )
    return [TaskResult(*task, predictions[task], columns) for task, columns in scores.items()]


Rows = Sequence[tuple[float, ...]]
"""For each article the values of a metric's columns, in the columns' sorted order."""
Texts = Mapping[TextNormalizer, NormalizedTexts]
Tasks = Mapping[str, Sequence[Task]]
"""Metric -> the datasets and models for which it has columns."""


def _score_corpora(
    metrics: Sequence[MetricSpec], texts: Texts, tasks: Tasks
) -> dict[tuple[str, Task], Rows]:
    """A corpus-level metric gets a task in one call, and is not stored: its numbers depend on all
    of the dataset."""
    rows: dict[tuple[str, Task], Rows] = {}
    for metric in filter(is_corpus_level, metrics):
        of_metric = texts[metric.normalizer]
        for task in tasks[metric.name]:
            columns = compute_columns(
                metric, of_metric.examples[task[0]], of_metric.summaries[task]
            )
            rows[metric.name, task] = transpose(columns)
    return rows


def _score_pairs(
    metrics: Sequence[MetricSpec],
    texts: Texts,
    tasks: Tasks,
    store: Store,
    progress: Progress,
    recompute: bool,
) -> dict[tuple[str, Task], Rows]:
    """All metrics of some pairs, then of the next: what they share of a text is made once."""
    jobs = [
        ScoringJob.start(
            metric, texts[metric.normalizer].pair_summaries(tasks[metric.name]), store, recompute
        )
        for metric in metrics
        if not is_corpus_level(metric)
    ]
    keys = list(dict.fromkeys(chain(*(job.missing for job in jobs))))
    for start in range(0, len(keys), LARGEST_PART):
        for job in jobs:
            job.score(keys[start : start + LARGEST_PART], store, progress)
    rows: dict[tuple[str, Task], Rows] = {}
    for job in jobs:
        metric = job.metric
        if isinstance(metric.metric, SupportsCounts):
            _add_counts(metric, store.load_counts(metric.name, metric.fingerprint, job.pairs))
        for task in tasks[metric.name]:
            of_task = texts[metric.normalizer].keys[task]
            rows[metric.name, task] = [job.rows[key] for key in of_task]
    return rows


def _add_counts(metric: MetricSpec, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Those of scores that were computed now, and of those that were found in the store."""
    for of_pair in counts.values():
        metric.counts.update(of_pair if of_pair else {"scores_stored_without_counts": 1})


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
