"""The replies of a judge in the store, as those of any model: what was paid for is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from summbench.core.capabilities import SupportsRequestKey, SupportsSettings
from summbench.core.judgements import JudgeMetric
from summbench.core.records import Article, Example, Model, Prediction, sha256
from summbench.evaluation.fingerprint import compute_fingerprint, get_versions
from summbench.evaluation.keys import compute_request_key
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.nodes import Node, is_node
from summbench.store.store import Store


class StoredReplies:
    """The replies of one judge; its key is the request, or the prompt of a local model."""

    def __init__(
        self,
        store: Store,
        name: str,
        node: Node,
        allowed_packages: Iterable[str] = (),
        recompute: bool = False,
    ) -> None:
        self._store, self._name, self._recompute = store, name, recompute
        self._fingerprint = compute_fingerprint(name, node, allowed_packages)
        self._versions = get_versions(node)

    def load(
        self, model: Model, variant: str, prompts: Sequence[Article]
    ) -> list[Prediction | None]:
        """Return the stored reply to each prompt, or None."""
        if self._recompute:
            return [None] * len(prompts)
        keys = [_compute_key(model, variant, prompt) for prompt in prompts]
        stored = self._store.load_predictions(self._name, self._fingerprint, keys).predictions
        return [stored.get(key) for key in keys]

    def add(
        self,
        model: Model,
        variant: str,
        prompts: Sequence[Article],
        replies: Sequence[Prediction],
    ) -> None:
        """Store the replies that have no error; those are asked for again."""
        keys = [_compute_key(model, variant, prompt) for prompt in prompts]
        settings = model.get_settings() if isinstance(model, SupportsSettings) else {}
        environment = {
            "versions": self._versions,
            "settings": {key: value for key, value in settings.items() if key != "usage"},
        }
        rows = list(zip(keys, replies, strict=True))
        self._store.add_predictions(self._name, self._fingerprint, rows, environment)


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


def _compute_key(model: Model, variant: str, prompt: Article) -> str:
    if isinstance(model, SupportsRequestKey):
        return compute_request_key(model, Example(prompt))
    return sha256(variant, prompt.text)
