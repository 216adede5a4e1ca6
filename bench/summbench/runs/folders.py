"""Which folder a run is written to: a finished run of another config is not lost without a word."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.redaction import redact_secrets
from summbench.runs import files
from summbench.runs.schema import RunMetadata, read_metadata

_KEYS = (
    "model",
    "dataset",
    "metric",
    "perturbation",
    "severity",
    "seed",
    "robustness_metrics",
    "primary",
    "allow_diagnostic_primary",
    "vs",
    "limit",
    "repeats",
    "model_normalization",
    "score_normalization",
)
"""What decides a run's numbers; the others say how it is computed and shown."""


def list_differences(folder: Path, config: Mapping[str, Any]) -> list[str]:
    """List the keys in which the finished run of a folder differs from a recorded config.

    A folder without a finished run differs in nothing. One whose run.json is of another kind, or
    can't be read, differs in `run.json`.
    """
    try:
        metadata = read_metadata(folder / files.RUN)
    except OSError:  # there is none; where the folder can't be read, it can't be written either
        return []
    except (SummbenchError, ValueError):
        return [files.RUN]
    if not isinstance(metadata, RunMetadata):
        return [files.RUN]
    recorded = redact_secrets(json.loads(json.dumps(config, default=str)), os.environ)
    return [key for key in _KEYS if metadata.config.get(key) != recorded.get(key)]


def refuse_other_run(folder: Path, config: Mapping[str, Any]) -> None:
    """Raise SummbenchError if the folder holds a finished run of another config."""
    if differences := list_differences(folder, config):
        raise SummbenchError(
            f"{folder} holds a run of another config (it differs in {', '.join(differences)}). "
            "Choose another folder or name=, or give overwrite=true to replace that run."
        )


def choose_folder(folder: Path, config: Mapping[str, Any]) -> Path:
    """Return the folder, or the first of `<folder>-2`, `-3`... without a run of another config."""
    names = (folder if n == 1 else folder.with_name(f"{folder.name}-{n}") for n in count(1))
    return next(name for name in names if not list_differences(name, config))
