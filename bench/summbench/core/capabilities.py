"""Optional methods of models and metrics, detected with isinstance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from summbench.core.records import Article, Model


@runtime_checkable
class SupportsBatching(Protocol):
    """A model that knows which articles are best predicted together."""

    def plan_batches(self, articles: Sequence[Article]) -> Sequence[Sequence[int]]:
        """Return batches of positions in `articles`, each position once.

        Called before the first `summarise`.
        """
        ...


@runtime_checkable
class SupportsSettings(Protocol):
    """A model or metric that reports its effective settings."""

    def get_settings(self) -> Mapping[str, Any]:
        """Return JSON-like values; called after each batch.

        A model may report under `usage` what its last call cost (tokens, money). run.json has the
        sum; the store does not, as it says nothing about a single prediction.
        """
        ...


@runtime_checkable
class SupportsConfigCheck(Protocol):
    """A model's class that can find a mistake in its arguments before any model is built."""

    @classmethod
    def check_config(cls, **arguments: Any) -> None:
        """Raise SummbenchError for arguments that can't work; nothing is built or loaded."""
        ...


@runtime_checkable
class SupportsAvailabilityCheck(Protocol):
    """A model that can check before its first prediction whether it can work here."""

    def check_available(self) -> None:
        """Raise SummbenchError if it can't, as when offline; called if a prediction is missing."""
        ...


@runtime_checkable
class SupportsClose(Protocol):
    """A model that holds memory or connections."""

    def close(self) -> None:
        """Release them; called after the last article of the model."""
        ...


@runtime_checkable
class SupportsRequestKey(Protocol):
    """A model behind a server, whose reply depends on the request and not on our code."""

    def get_request_key(self, article: Article) -> str:
        """Return the request as canonical JSON: server, model, rendered messages and parameters.

        It has no API key, and no retries, timeouts or concurrency. Nothing is sent.
        """
        ...


@runtime_checkable
class PrecomputedSystems(Protocol):
    """Summaries that were made elsewhere, by one system or several."""

    def load_systems(self) -> Mapping[str, Model]:
        """Return a model for each system."""
        ...


@runtime_checkable
class SupportsDatasets(Protocol):
    """Recorded summaries of several datasets, in which equal ids may be of different articles."""

    def get_dataset(self, name: str) -> Model:
        """Return the model of one dataset's articles."""
        ...


@runtime_checkable
class SupportsEvidence(Protocol):
    """A metric that can explain its scores."""

    def get_evidence(self) -> Sequence[str]:
        """Return the evidence of the last `score`: a JSON text an example, in their order."""
        ...


@runtime_checkable
class SupportsCounts(Protocol):
    """A metric that counts something about its scores, as how many another program confirmed."""

    def get_counts(self) -> Mapping[str, Sequence[int]]:
        """Return the counts of the last `score`: name -> a number an example, in their order.

        The store keeps them with the scores, so that run.json has their sums in any case.
        """
        ...


@runtime_checkable
class CorpusMetric(Protocol):
    """A metric whose numbers depend on the whole dataset if `corpus_level` is true.

    Its `score` gets all examples in one call, and is not stored.
    """

    corpus_level: bool


@runtime_checkable
class SupportsSchema(Protocol):
    """A model whose server can be told to write JSON of a schema."""

    def with_schema(self, schema: Mapping[str, Any]) -> Model:
        """Return the same model, whose replies must fit the JSON Schema."""
        ...


@runtime_checkable
class SupportsNotes(Protocol):
    """A dataset or a file of summaries that says how it was read."""

    def get_notes(self) -> Sequence[str]:
        """Return sentences for the reader of the results; called after loading."""
        ...


@runtime_checkable
class SupportsSeed(Protocol):
    """A model that can reply again with other random numbers."""

    def with_seed(self, offset: int) -> Model:
        """Return the same model, its weights shared, with a seed that is `offset` further.

        Raises: SummbenchError, if it has no seed.
        """
        ...


@runtime_checkable
class NamesCommit(Protocol):
    """A dataset of the hub, which knows after loading at which commit it was read."""

    @property
    def commit(self) -> str | None:
        """Return the commit; None for a folder, before `load`, and if it is not known."""
        ...


@runtime_checkable
class SupportsArticleIds(Protocol):
    """A model that knows only some articles."""

    def get_article_ids(self) -> Collection[str]:
        """Return the ids of the articles that it has a summary of."""
        ...
