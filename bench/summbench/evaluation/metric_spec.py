"""A metric as an evaluation uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from summbench.core.capabilities import CorpusMetric
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import Metric
from summbench.core.replies import CLEANING_VERSION


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
        """The metric's, how texts are read, and their normalization if they are not scored raw."""
        normalization = self.normalizer.signature
        signature = f"{self.metric.signature}|marks:{CLEANING_VERSION}"
        return f"{signature}|normalization:{normalization}" if normalization else signature


def is_corpus_level(metric: MetricSpec) -> bool:
    """Whether its numbers depend on all of a dataset."""
    return isinstance(metric.metric, CorpusMetric) and metric.metric.corpus_level
