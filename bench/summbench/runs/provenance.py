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

from summbench.core.redaction import without_secrets
from summbench.datasets.description import ArticleHashes
from summbench.leaderboard.board import Leaderboard

_SCHEMA = 1
_ALWAYS = ("summbench", "hydra-core", "numpy", "pyarrow")


def provenance(
    board: Leaderboard,
    config: Mapping[str, Any],
    hashes: ArticleHashes,
    models: Mapping[str, Mapping[str, Any]],
    metrics: Mapping[str, Mapping[str, Any]],
    normalization: Mapping[str, Mapping[str, int]],
    failures: Sequence[Mapping[str, Any]],
    started: datetime,
) -> dict[str, Any]:
    """The content of run.json: everything needed to say where a number came from, and no secret."""
    return {
        "schema_version": _SCHEMA,
        "name": board.name,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {name: installed(name) for name in ("python", *_ALWAYS)},
        "platform": platform.platform(),
        "git": _git(Path(__file__).parent),
        "config": without_secrets(config, os.environ),
        "datasets": {
            name: {"fingerprint": described.fingerprint, "articles": hashes.hashes[name]}
            for name, described in hashes.statistics.items()
        },
        "models": without_secrets(models, os.environ),
        "metrics": without_secrets(metrics, os.environ),
        "normalization": normalization,
        "failures": failures,
    }


def installed(name: str) -> str:
    """The version of a distribution, or of Python itself, on this machine."""
    if name == "python":
        return platform.python_version()
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _git(folder: Path) -> dict[str, Any] | None:
    """Commit and dirty flag of the clone that summbench runs from; None if it runs from a wheel."""
    if not (folder.parent / ".git").exists():
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
