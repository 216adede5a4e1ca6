"""The smaller records of run.json."""

from __future__ import annotations

import msgspec


class Record(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A JSON object without other fields; a field with its default value is not written."""


class GitState(Record, frozen=True):
    """The clone that summbench ran from."""

    commit: str
    dirty: bool


class ProjectState(Record, frozen=True):
    """The commit of the project that a run was started in; `dirty` if tracked files had changes.

    `branch` is None if none was checked out, `committed` is the time of the commit.
    """

    commit: str
    dirty: bool
    committed: str
    branch: str | None = None


class PerturbationRecord(Record, frozen=True):
    """A perturbation of the articles; its severities and its seed are in the config."""

    keeps_meaning: bool
    fingerprint: str
    versions: dict[str, str]


class Certificate(Record, frozen=True):
    """The result of `summbench verify`: model -> variation -> state, on a sample of articles."""

    version: int
    when: str
    sample: dict[str, list[str]]
    seed: int
    models: dict[str, dict[str, str]]


class SourceRecord(Record, frozen=True):
    """A run that was merged; `models` is a model's name there -> its name here.

    `sha256` is of its run.json, which has the checksums of its other files. `replay` says what was
    scored again when it was merged; without it its scores are taken on trust.
    """

    name: str
    kind: str
    sha256: str
    finished: str
    versions: dict[str, str]
    git: GitState | None
    models: dict[str, str]
    replay: str | None = None
