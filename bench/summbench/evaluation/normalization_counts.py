"""How often the steps of a normalization changed a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from summbench.core.normalization import TextNormalizer
from summbench.core.records import Example, TaskResult
from summbench.evaluation.metric_spec import MetricSpec


def count_normalizations(
    counts: dict[str, Counter[str]],
    of_articles: TextNormalizer,
    metrics: Sequence[MetricSpec],
    examples: Mapping[str, Sequence[Example]],
    results: Sequence[TaskResult],
) -> None:
    """A model's normalization changes articles; a metric's also references and summaries."""
    articles = [e.article.text for rows in examples.values() for e in rows]
    other_texts = [text for rows in examples.values() for e in rows for text in e.references]
    other_texts += [p.summary for result in results for p in result.predictions]
    counts.setdefault("model", Counter()).update(of_articles.count_changes(articles))
    for_scores = counts.setdefault("score", Counter())
    for normalizer in {metric.normalizer for metric in metrics}:
        for_scores.update(normalizer.count_changes([*articles, *other_texts]))
