"""What made a run: its config, versions, commit, machine, data, models and metrics."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from summbench.core.redaction import redact_secrets
from summbench.datasets.description import ArticleHashes
from summbench.runs.records import ProjectState
from summbench.runs.schema import SCHEMA_VERSION, RunKind, RunMetadata, from_json_value

_CLONE = Path(__file__).resolve().parents[3]
_ALWAYS = ("summbench", "hydra-core", "numpy", "pyarrow")


def build_metadata(
    kind: RunKind,
    name: str,
    config: Mapping[str, Any],
    hashes: ArticleHashes,
    models: Mapping[str, Mapping[str, Any]],
    metrics: Mapping[str, Mapping[str, Any]],
    normalization: Mapping[str, Mapping[str, int]],
    failures: Sequence[Mapping[str, Any]],
    started: datetime,
    perturbations: Mapping[str, Mapping[str, Any]] | None = None,
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
    notes: Sequence[str] = (),
    project: ProjectState | None = None,
) -> RunMetadata:
    """Return the content of run.json: where each number comes from, without secrets."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "name": name,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **describe_installation(),
        "config": redact_secrets(config, os.environ),
        "datasets": {
            name: {
                "fingerprint": described.fingerprint,
                "id_fingerprint": described.id_fingerprint,
                "articles": hashes.hashes[name],
            }
            for name, described in hashes.statistics.items()
        },
        "models": redact_secrets(models, os.environ),
        "metrics": redact_secrets(metrics, os.environ),
        "normalization": normalization,
        "failures": redact_secrets(failures, os.environ),
        "perturbations": redact_secrets(perturbations, os.environ),
        "inputs": redact_secrets(inputs, os.environ) if inputs else None,
        "notes": redact_secrets(list(notes), os.environ) or None,
    }
    return replace(from_json_value(content, RunMetadata), project=project)


def describe_installation() -> dict[str, Any]:
    """Return the versions, the platform, and the commit of the clone, if it is one."""
    return {
        "versions": {name: get_installed_version(name) for name in ("python", *_ALWAYS)},
        "platform": platform.platform(),
        "git": read_git_state(_CLONE),
    }


def get_installed_version(name: str) -> str:
    """Return the version of a distribution, or of Python itself, on this machine."""
    if name == "python":
        return platform.python_version()
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def read_git_state(folder: Path) -> dict[str, Any] | None:
    """Return commit and dirty flag of the clone; None if summbench runs from a wheel."""
    if not (folder / ".git").exists():
        return None
    try:
        commit, status = (
            subprocess.run(  # noqa: S603
                ["git", "-C", str(folder), *command],  # noqa: S607
                capture_output=True, text=True, check=True, timeout=10,
            ).stdout.strip()
            for command in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "dirty": bool(status)}
