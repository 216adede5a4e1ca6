"""What metrics give as the reasons of their scores, read back from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summbench.core.capabilities import SupportsEvidence
from summbench.core.records import Example, TaskResult
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.pairs import NormalizedTexts
from summbench.store.store import Store


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
