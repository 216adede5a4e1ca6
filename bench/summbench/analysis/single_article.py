"""A report on a single article: its text and the models' summaries, without any statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summbench.analysis.robustness.trials import Trial
from summbench.core.json_text import parse_json
from summbench.core.records import Kind, Prediction
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Chunk

if TYPE_CHECKING:
    from summbench.analysis.text_quality import TextQuality

_CLAIM_KINDS = ("names", "numbers", "quotes", "negations")


@dataclass(frozen=True, slots=True)
class SummaryClaim:
    """A piece of a summary, whether the article supports it, and its nearest piece there."""

    kind: str
    text: str
    state: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """One model's summary of the article, its scores, and the claims that were checked in it."""

    model: str
    kind: Kind
    prediction: Prediction
    scores: Mapping[str, float]
    claims: Sequence[SummaryClaim]


@dataclass(frozen=True, slots=True)
class SingleArticleReport:
    """A dataset of one article; `trials` are of its perturbed copies."""

    dataset: str
    article_id: str
    quality: TextQuality
    outputs: Sequence[ModelOutput]
    trials: Sequence[Trial] = ()


def build_report(chunk: Chunk, dataset: str, kinds: Mapping[str, Kind]) -> SingleArticleReport:
    """Assess the only article of the dataset, and collect every model's output for it."""
    from summbench.analysis.text_quality import assess_quality  # noqa: PLC0415 - imports spylls

    [example] = chunk.examples[dataset]
    evidence = {model: text for d, model, _, _, text in chunk.evidence if d == dataset}
    outputs = [
        ModelOutput(
            result.model,
            kinds[result.model],
            result.predictions[0],
            {metric: values[0] for metric, values in result.scores.items()},
            _parse_claims(evidence.get(result.model, "{}")),
        )
        for result in chunk.results
        if result.dataset == dataset
    ]
    quality = assess_quality(example.article.text)
    return SingleArticleReport(dataset, example.article.id, quality, outputs)


def _parse_claims(evidence: str) -> list[SummaryClaim]:
    """Read the evidence of the metric `support`; that of other metrics has no claims."""
    content: Any = parse_json(evidence)
    if not isinstance(content, dict) or not all(kind in content for kind in _CLAIM_KINDS):
        return []
    return [
        SummaryClaim(kind, claim["text"], claim["state"], (claim["nearest"] or {}).get("text"))
        for kind in _CLAIM_KINDS
        for claim in content[kind]
    ]


class SingleArticleCollector:
    """Collects the reports of datasets of one article while a run goes on."""

    def __init__(
        self, statistics: Mapping[str, DatasetStatistics], kinds: Mapping[str, Kind]
    ) -> None:
        self._statistics, self._kinds = statistics, kinds
        self.reports: list[SingleArticleReport] = []

    def add(self, chunk: Chunk) -> None:
        """Add the reports of such datasets in the chunk."""
        names = [name for name in chunk.examples if self._statistics[name].n_articles == 1]
        self.reports += [build_report(chunk, name, self._kinds) for name in names]

    @property
    def is_complete(self) -> bool:
        """Whether every dataset has a report, so that the reports say more than a leaderboard."""
        return len(self.reports) == len(self._statistics)
