"""What can be said of a single article: its text, the outputs side by side, and no statistics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from summbench.analysis.robustness.trials import Trial
from summbench.analysis.text_quality import TextQuality, assess_quality
from summbench.core.records import Kind, Prediction
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Chunk

_CHECKED = ("names", "numbers", "quotes", "negations")


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of a summary, what the article says to it, and the nearest piece of the article."""

    kind: str
    text: str
    state: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """One model's summary of the article with its numbers and what was looked up for it."""

    model: str
    kind: Kind
    prediction: Prediction
    numbers: Mapping[str, float]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Description:
    """A dataset of one article; `trials` are of its perturbed copies."""

    dataset: str
    article_id: str
    quality: TextQuality
    outputs: Sequence[Output]
    trials: Sequence[Trial] = ()


def described(chunk: Chunk, dataset: str, kinds: Mapping[str, Kind]) -> Description:
    """The only article of the dataset, and every model's output for it."""
    [example] = chunk.examples[dataset]
    evidence = {model: text for d, model, _, _, text in chunk.evidence if d == dataset}
    outputs = [
        Output(
            cell.model,
            kinds[cell.model],
            cell.predictions[0],
            {metric: values[0] for metric, values in cell.scores.items()},
            _findings(evidence.get(cell.model, "{}")),
        )
        for cell in chunk.results
        if cell.dataset == dataset
    ]
    return Description(dataset, example.article.id, assess_quality(example.article.text), outputs)


def _findings(evidence: str) -> list[Finding]:
    """Those of the metric `support`; what other metrics say for themselves is not looked up."""
    content: Any = json.loads(evidence)
    if not isinstance(content, dict) or not all(kind in content for kind in _CHECKED):
        return []
    return [
        Finding(kind, found["text"], found["state"], (found["nearest"] or {}).get("text"))
        for kind in _CHECKED
        for found in content[kind]
    ]


class SingleArticleCollector:
    """Collects the reports of datasets of one article while a run goes on."""

    def __init__(
        self, statistics: Mapping[str, DatasetStatistics], kinds: Mapping[str, Kind]
    ) -> None:
        self._statistics, self._kinds = statistics, kinds
        self.reports: list[Description] = []

    def add(self, chunk: Chunk) -> None:
        """The reports of such datasets in the chunk."""
        names = [name for name in chunk.examples if self._statistics[name].n_articles == 1]
        self.reports += [described(chunk, name, self._kinds) for name in names]

    @property
    def is_complete(self) -> bool:
        """Whether every dataset has a report, so that the reports say more than a leaderboard."""
        return len(self.reports) == len(self._statistics)
