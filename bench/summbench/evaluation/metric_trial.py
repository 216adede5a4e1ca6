"""A metric of somebody's own scores one article first, before hours of predictions."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.core.records import Example
from summbench.datasets.description import describe_dataset
from summbench.evaluation.conformance import is_shipped
from summbench.evaluation.metric_spec import MetricSpec, is_corpus_level
from summbench.evaluation.scoring_job import compute_columns
from summbench.store.store import Store


def try_metrics(metrics: Sequence[MetricSpec], examples: Sequence[Example], store: Store) -> None:
    """Try each metric that is not ours and never scored anything in the store.

    One that needs a whole dataset, or what the first article lacks, is not tried.

    Raises: SummbenchError, if it raises or returns anything but numbers.
    """
    for metric in metrics:
        is_new = not store.has_scores(metric.name, metric.fingerprint)
        if examples and is_new and not is_shipped(metric.metric):
            _try_metric(metric, examples[0])


def _try_metric(metric: MetricSpec, example: Example) -> None:
    available = describe_dataset([example]).available
    infos = metric.metric.columns.values()
    if not is_corpus_level(metric) and any(info.needs <= available for info in infos):
        text = example.references[0] if example.references else example.article.text
        compute_columns(metric, [example], [text])
