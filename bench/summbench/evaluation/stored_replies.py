"""The replies of a judge in the store, as those of any model: what was paid for is found again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from summbench.core.capabilities import SupportsRequestKey
from summbench.core.judgements import AddReply, JudgeMetric
from summbench.core.records import REQUESTS, Article, Example, Model, Prediction, sha256
from summbench.evaluation.fingerprint import (
    compute_fingerprint,
    get_versions,
    hash_other_code,
    is_keyed_by_request,
)
from summbench.evaluation.keys import compute_request_key
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.nodes import Node, is_node
from summbench.evaluation.prediction_writer import PredictionWriter
from summbench.store.store import Store


class StoredReplies:
    """The replies of one judge; its key is the request, or the prompt of a local model.

    A node that holds an object from Python has a `version`, and another version other replies.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        node: Node,
        allowed_packages: Iterable[str] = (),
        recompute: bool = False,
    ) -> None:
        self._store, self._name, self._recompute = store, name, recompute
        self._environment: dict[str, Any] = {}
        if "_object_" in node:
            self._fingerprint = sha256("object", name, node["version"])
            return
        fingerprint = compute_fingerprint(name, node, allowed_packages)
        self._fingerprint = REQUESTS if is_keyed_by_request(node) else fingerprint
        self._environment = {"versions": get_versions(node), "code": hash_other_code(node)}

    def compute_key(self, model: Model, variant: str, prompt: Article) -> str:
        """Return the request's hash, or that of a local model's prompt."""
        if isinstance(model, SupportsRequestKey):
            return compute_request_key(model, Example(prompt))
        return sha256(variant, prompt.text)

    def load(
        self, model: Model, variant: str, prompts: Sequence[Article]
    ) -> list[Prediction | None]:
        """Return the stored reply to each prompt, or None."""
        if self._recompute:
            return [None] * len(prompts)
        keys = [self.compute_key(model, variant, prompt) for prompt in prompts]
        stored = self._store.load_predictions(self._name, self._fingerprint, keys).predictions
        return [stored.get(key) for key in keys]

    @contextmanager
    def open_writer(self, model: Model, variant: str) -> Iterator[AddReply]:
        """Yield what stores replies, each within about a second."""

        def add(prompt: Article, reply: Prediction, settings: Mapping[str, Any]) -> None:
            writer.add(self.compute_key(model, variant, prompt), reply, settings)

        with PredictionWriter(
            self._store, self._name, self._fingerprint, self._environment
        ) as writer:
            yield add


def connect_judges(
    metrics: Sequence[MetricSpec],
    nodes: Mapping[str, Node],
    store: Store,
    allowed_packages: Iterable[str] = (),
    recompute: bool = False,
) -> None:
    """Give each judge whose model is a node of the config its replies in the store."""
    for spec in metrics:
        node = nodes[spec.name].get("model", {})
        if isinstance(spec.metric, JudgeMetric) and is_node(node):
            name = f"{spec.name}.model"
            spec.metric.use_store(StoredReplies(store, name, node, allowed_packages, recompute))


def count_labels(metrics: Sequence[MetricSpec]) -> dict[str, int]:
    """Full name of each column of a judge -> the human labels that its file has."""
    return {
        f"{spec.name}.{column}": sum(label.column == column for label in spec.metric.get_labels())
        for spec in metrics
        if isinstance(spec.metric, JudgeMetric)
        for column in spec.metric.columns
    }
