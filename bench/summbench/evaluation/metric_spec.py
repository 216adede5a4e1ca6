"""A metric as an evaluation uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from summbench.core.capabilities import CorpusMetric
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import Metric


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
