"""The content of run.json, typed: its records, and how they are read and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import msgspec

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.records import Kind
from summbench.core.whole_files import read_whole
from summbench.runs.records import (
    Certificate,
    GitState,
    PerturbationRecord,
    ProjectState,
    Record,
    SourceRecord,
)

SCHEMA_VERSION = 3
"""Rises with every change of a field's meaning; since 3 a dataset's fingerprint knows no order."""

RunKind = Literal["run", "merged", "article"]


class DatasetRecord(Record, frozen=True):
    """The hash of a dataset, that with its ids, and of each of up to 50,000 articles."""

    fingerprint: str
    id_fingerprint: str
    articles: dict[str, str]


class ModelRecord(Record, frozen=True):
    """What a model's predictions depend on; a replayed system has no fingerprint.

    `environments` are those in which the predictions were computed: versions, device, settings.
    `not_covered` are modules whose changes neither the fingerprint nor the versions show; `repeats`
    are the fingerprints of its repeats under other seeds.
    """

    kind: Kind
    fingerprint: str | None
    weights: str | None
    environments: list[dict[str, Any]]
    usage: dict[str, Any] | None = None
    not_covered: list[str] | None = None
    repeats: list[str] | None = None


class MetricRecord(Record, frozen=True):
    """What a metric's scores depend on; `settings` is what the metric says of itself."""

    signature: str
    fingerprint: str
    versions: dict[str, str]
    settings: dict[str, Any] | None = None
    not_covered: list[str] | None = None


class FailureRecord(Record, frozen=True):
    """An article that a model failed on; with a perturbation, only on the perturbed article."""

    dataset: str
    model: str
    article_id: str
    error: str
    perturbation: str | None = None
    severity: float | None = None


class RunMetadata(Record, frozen=True):
    """run.json of an evaluation.

    `kind` is "merged" if shards or runs were merged, "article" if every dataset has one article.
    `files` has the SHA-256 of the other files. `normalization` counts how often each step changed a
    text that models saw or that was scored. `inputs`: key of the config -> source, commit or hash.
    `notes` say how files were read. `sources` are the runs that were merged. `project` is the
    commit that was checked out where the run was started, `git` that of summbench's own clone.
    """

    schema_version: int
    kind: RunKind
    name: str
    started: str
    finished: str
    versions: dict[str, str]
    platform: str
    git: GitState | None
    config: dict[str, Any]
    datasets: dict[str, DatasetRecord]
    models: dict[str, ModelRecord]
    metrics: dict[str, MetricRecord]
    normalization: dict[str, dict[str, int]]
    failures: list[FailureRecord]
    perturbations: dict[str, PerturbationRecord] | None = None
    inputs: dict[str, dict[str, str]] | None = None
    notes: list[str] | None = None
    files: dict[str, str] | None = None
    certificate: Certificate | None = None
    sources: list[SourceRecord] | None = None
    project: ProjectState | None = None

    def get_node(self, group: str, name: str) -> dict[str, Any]:
        """Return the config of a model, dataset or metric; empty if it has none."""
        node = self.config.get(group, {}).get(name)
        return node if isinstance(node, dict) else {}

    @property
    def margins(self) -> dict[str, float]:
        """Metric -> the loss that the gate allows."""
        return self.config.get("margins") or {}


class ModelSettings(Record, frozen=True):
    """What a baseline knows of a model: its config without folders, and the hashes of a run."""

    config: dict[str, Any]
    weights: str | None
    fingerprint: str | None


class BaselineMetadata(Record, frozen=True):
    """run.json of a baseline: what the gate needs, and nothing of the machine."""

    schema_version: int
    kind: Literal["baseline"]
    name: str
    finished: str
    versions: dict[str, str]
    git: GitState | None
    margins: dict[str, float]
    primary: str
    datasets: dict[str, DatasetRecord]
    files: dict[str, str] | None = None
    project: ProjectState | None = None
    models: dict[str, ModelSettings] | None = None

    def get_node(self, group: str, name: str) -> dict[str, Any]:
        """Return nothing: a baseline has no config."""
        return {}


class ShardDataset(Record, frozen=True):
    """The dataset's fingerprint, and how many of its articles the shard computed."""

    fingerprint: str
    articles: int


class ShardModel(Record, frozen=True):
    """The model's fingerprint, and how many articles of the shard it failed on."""

    fingerprint: str | None
    failures: int


class ShardMetadata(Record, frozen=True):
    """The file of a finished shard; its predictions and scores are in the store."""

    schema_version: int
    kind: Literal["shard"]
    number: int
    count: int
    datasets: dict[str, ShardDataset]
    models: dict[str, ShardModel]


Metadata = RunMetadata | BaselineMetadata | ShardMetadata
M = TypeVar("M", bound=Record)

_TYPES: dict[str, type[Metadata]] = {
    "run": RunMetadata,
    "merged": RunMetadata,
    "article": RunMetadata,
    "baseline": BaselineMetadata,
    "shard": ShardMetadata,
}


class _Header(msgspec.Struct):
    schema_version: Any = None
    kind: Any = None


def decode_metadata(data: bytes) -> Metadata:
    """Return the content of run.json or of a shard's file.

    Raises: ValueError with the end of a sentence that begins with the file's name.
    """
    try:
        header = msgspec.json.decode(data, type=_Header)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"is no JSON object ({error})") from error
    if header.schema_version != SCHEMA_VERSION:
        raise ValueError(
            f"is of schema version {header.schema_version!r}, and this summbench reads version "
            f"{SCHEMA_VERSION}"
        )
    if header.kind not in list(_TYPES):
        raise ValueError(f"is of kind {header.kind!r}; known are {', '.join(_TYPES)}")
    try:
        return msgspec.json.decode(data, type=_TYPES[header.kind])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"does not fit its schema ({error})") from error


def encode_metadata(metadata: Metadata) -> bytes:
    """Return the content of the file: the same bytes for the same metadata."""
    data = msgspec.json.encode(metadata, enc_hook=_to_builtin)
    return show_controls(msgspec.json.format(data, indent=1).decode()).encode() + b"\n"


def to_json_value(metadata: Record) -> dict[str, Any]:
    """Return the metadata as JSON values: dicts, lists, texts and numbers."""
    return cast(dict[str, Any], msgspec.to_builtins(metadata, enc_hook=_to_builtin))


def from_json_value(value: Any, kind: type[M]) -> M:
    """Return the metadata of JSON values; msgspec.ValidationError if they do not fit."""
    return msgspec.convert(value, kind)


def read_metadata(path: Path) -> Metadata:
    """Return the content of a run.json or a shard's file.

    Raises: SummbenchError if it can't be read, OSError left to the caller.
    """
    try:
        return decode_metadata(read_whole(path))
    except ValueError as error:
        raise SummbenchError(f"{path} {error}.") from error


def _to_builtin(value: Any) -> Any:
    """Return a number or text of a subclass, as of NumPy, as one of Python's own."""
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(f"run.json can't hold a {type(value).__name__}.")
