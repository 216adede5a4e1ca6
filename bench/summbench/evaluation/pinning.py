"""Whether another run would read the same inputs: pinned ones, moving ones, and what was read."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import find_cached_commit, is_commit
from summbench.core.weights import identify, locate
from summbench.evaluation.config import RunConfig
from summbench.evaluation.fingerprint import is_keyed_by_request
from summbench.evaluation.nodes import Node, is_node, list_weights

_LOG = logging.getLogger("summbench")
_GROUPS = ("dataset", "model", "metric", "perturbation")
_DATA_IN_MEMORY = (  # run.json has the hashes of their texts
    "summbench.datasets.in_memory.InMemoryDataset",
    "summbench.models.replay.RecordedSystems",
)


@dataclass(frozen=True, slots=True)
class HubInput:
    """A repository of the hub; `key` is its revision's place in the config."""

    key: str
    repository: str
    revision: str | None
    kind: Literal["model", "dataset"]

    @property
    def is_pinned(self) -> bool:
        """Whether its revision is a commit."""
        return is_commit(self.revision)

    def find_commit(self) -> str | None:
        """Return its commit, or the one that its revision means in the hub's cache."""
        return find_cached_commit(self.repository, self.revision, self.kind)

    def explain(self) -> str:
        """Say what is missing, and which key to set."""
        state = f"{self.revision!r} moves" if self.revision else "no commit is given"
        commit = self.find_commit()
        here = f", as {commit}, which the cache here has" if commit else " (40 hexadecimal digits)"
        return f"{self.key}: {state} ({self.repository}); set it to a commit{here}"


def check_pins(config: RunConfig) -> None:
    """Warn once of all inputs from the hub that may change between runs.

    Raises: SummbenchError, if `config.pinned` is set and any input is not pinned or can't be.
    """
    moving = [source for source in list_hub_inputs(config) if not source.is_pinned]
    if config.pinned:
        reasons = [*(source.explain() for source in moving), *_list_unpinnable(config)]
        if reasons:
            raise SummbenchError(
                "pinned=true refuses this run, as another one may read something else:"
                + "".join(f"\n  {reason}." for reason in reasons)
            )
    elif moving:
        _LOG.warning(
            "not pinned, so that a later run may read something else: %s. run.json names the "
            "commits that were read (inputs); set these keys to them.",
            ", ".join(f"{source.key} ({source.revision or 'main'})" for source in moving),
        )


def list_hub_inputs(config: RunConfig) -> list[HubInput]:
    """List what the config reads from the hub, also inside metrics; what is here is left out."""
    inputs = []
    for key, node in _walk(config):
        for name, weights, revision in list_weights(node):
            if _is_hub_id(weights):
                inputs.append(HubInput(f"{key}.{name}", weights, revision, "model"))
        if _is_hub_dataset(node):
            inputs.append(
                HubInput(f"{key}.revision", str(node["path"]), node.get("revision"), "dataset")
            )
    return inputs


def record_inputs(config: RunConfig, commits: Mapping[str, str | None]) -> dict[str, Any]:
    """Describe what was read: of the hub revision and commit, of local weights the hash.

    `commits` are those that datasets name themselves. Without a commit nothing was loaded.
    """
    recorded: dict[str, Any] = {}
    for source in list_hub_inputs(config):
        place = _get_place(source.key)
        commit = commits.get(place) or source.find_commit()
        about = {"source": source.repository, "revision": source.revision, "commit": commit}
        recorded[place] = {name: value for name, value in about.items() if value is not None}
    for key, node in _walk(config):
        for name, weights, _ in list_weights(node):
            if not _is_hub_id(weights):
                place = _get_place(f"{key}.{name}")
                recorded[place] = {"source": weights, "hash": identify(weights)}
    return recorded


def _get_place(key: str) -> str:
    return key.removesuffix(".revision").removesuffix("_revision")


def _walk(config: RunConfig) -> Iterator[tuple[str, Node]]:
    for group in _GROUPS:
        for name, node in getattr(config, group).items():
            yield from _walk_node(f"{group}.{name}", node)


def _walk_node(key: str, node: Node) -> Iterator[tuple[str, Node]]:
    yield key, node
    for name, value in node.items():
        if is_node(value):
            yield from _walk_node(f"{key}.{name}", value)


def _is_hub_id(weights: str) -> bool:
    try:
        return isinstance(locate(weights), str)
    except SummbenchError:
        return False  # nothing is there, as the constructor says better


def _is_hub_dataset(node: Node) -> bool:
    """A path that is not here, of a node that has a revision or is our own class for the hub."""
    path = node.get("path")
    names_hub = "revision" in node or str(node.get("_target_")).endswith(".hub.Hub")
    return names_hub and isinstance(path, str) and not Path(path).expanduser().exists()


def _list_unpinnable(config: RunConfig) -> Iterator[str]:
    for key, node in _walk(config):
        if "_object_" in node:
            if node.get("_target_") not in _DATA_IN_MEMORY and "version" not in node:
                yield (
                    f"{key}: an object from Python, and nothing says what it reads; give a config "
                    "node, or for a function a version, {'function': f, 'version': '1'}"
                )
        elif "_target_" in node and is_keyed_by_request(node):
            yield (
                f"{key}: a model at a server can't be pinned, as only the server knows what "
                "answers under that name; replay its recorded summaries, or leave it out"
            )
        if node.get("trust_remote_code"):
            yield (
                f"{key}: code that the checkpoint names may be in another repository, and move; "
                f"set {key}.trust_remote_code to false"
            )
