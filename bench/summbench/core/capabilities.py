"""What a model or a metric may be able to do beyond its protocol, tested with isinstance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from summbench.core.records import Article, Model


@runtime_checkable
class SupportsBatching(Protocol):
    """A model that knows which articles it is best handed together."""

    def plan_batches(self, articles: Sequence[Article]) -> Sequence[Sequence[int]]:
        """Positions in `articles`, each in one batch; asked for before the first `summarise`."""
        ...


@runtime_checkable
class SupportsSettings(Protocol):
    """A model that can say with which settings it really ran."""

    def get_settings(self) -> Mapping[str, Any]:
        """JSON-like values; asked for after the first batch.

        What the last call cost (tokens, money) is under `usage`: run.json has the sum, the store
        does not, as it says nothing about a single prediction.
        """
        ...


@runtime_checkable
class SupportsAvailabilityCheck(Protocol):
    """A model that can tell before its first prediction that it can't work here."""

    def check_available(self) -> None:
        """Raise SummbenchError if so (offline, for one); called if a prediction is missing."""
        ...


@runtime_checkable
class SupportsRequestKey(Protocol):
    """A model behind a server: its reply follows from the request, not from our code."""

    def get_request_key(self, article: Article) -> str:
        """The request as canonical JSON: server, model, rendered messages and parameters.

        No API key, and nothing about retries, timeouts or concurrency. It sends nothing.
        """
        ...


@runtime_checkable
class PrecomputedSystems(Protocol):
    """Summaries that were made elsewhere, by one system or several."""

    def load_systems(self) -> Mapping[str, Model]:
        """A model for each system in the file."""
        ...


@runtime_checkable
class SupportsEvidence(Protocol):
    """A metric that can say why: the evidence of its last `score`, one text for each example."""

    def get_evidence(self) -> Sequence[str]:
        """JSON texts, in the order of the examples."""
        ...


@runtime_checkable
class CorpusMetric(Protocol):
    """A metric that may need a whole dataset in one call, as its numbers depend on all of it."""

    corpus_level: bool
