"""A metric as an evaluation uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from summbench.core.capabilities import CorpusMetric
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import Metric
from summbench.core.replies import CLEANING_VERSION

LARGEST_PART = 2048
"""Pairs that are scored and stored together at most."""
_SECONDS_BETWEEN_PARTS = 2.0


@dataclass(slots=True)
class Pace:
    """How many pairs are scored and stored together: few at first, more while that is fast."""

    n_pairs: int = 64

    def adapt(self, seconds: float) -> None:
        """Choose the size of the next part by the time that the last one took."""
        if seconds < _SECONDS_BETWEEN_PARTS:
            self.n_pairs = min(4 * self.n_pairs, LARGEST_PART)


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric with its name and fingerprint; its columns are called `<name>.<column>`.

    `counts` are the sums of what it counted for the scores that were used so far, and `pace` is
    that of the last chunk.
    """

    name: str
    metric: Metric
    fingerprint: str
    normalizer: TextNormalizer = RAW
    counts: Counter[str] = field(default_factory=Counter, compare=False)
    pace: Pace = field(default_factory=Pace, compare=False)

    @property
    def signature(self) -> str:
        """The metric's, how texts are read, and their normalization if they are not scored raw."""
        normalization = self.normalizer.signature
        signature = f"{self.metric.signature}|marks:{CLEANING_VERSION}"
        return f"{signature}|normalization:{normalization}" if normalization else signature


def is_corpus_level(metric: MetricSpec) -> bool:
    """Whether its numbers depend on all of a dataset."""
    return isinstance(metric.metric, CorpusMetric) and metric.metric.corpus_level
