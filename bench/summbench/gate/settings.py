"""What is another in the candidate than in the baseline: settings, weights, code, packages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from summbench.core.records import sha256
from summbench.core.redaction import redact_for_sharing
from summbench.gate.alignment import Alignment
from summbench.gate.sides import GateSide
from summbench.runs.schema import BaselineMetadata, ModelSettings, RunMetadata
from summbench.runs.tables import Place

_NAME = re.compile(r"[\w./:@+*-]{0,120}", re.ASCII)
_LONGEST = 60
_BEFORE = 20
"""Characters of a long value that are shown before the first that differs."""


def record_settings(
    metadata: RunMetadata | BaselineMetadata,
) -> dict[str, ModelSettings] | None:
    """The settings of each model without folders and secrets; None if they are not known."""
    if isinstance(metadata, BaselineMetadata):
        return metadata.models
    return {
        name: ModelSettings(
            config=redact_for_sharing(metadata.get_node("model", name), os.environ),
            weights=record.weights,
            fingerprint=record.fingerprint,
        )
        for name, record in metadata.models.items()
    }


def hash_texts(value: Any) -> Any:
    """Return the settings with a hash for each text that may hold a part of an article.

    What is plainly a name or an address stays. A mapping with other keys is one hash.
    """
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and _NAME.fullmatch(key) for key in value):
            return {key: hash_texts(inner) for key, inner in value.items()}
        return f"sha256:{sha256(repr(value))}"
    if isinstance(value, list | tuple):
        return [hash_texts(inner) for inner in value]
    is_text = isinstance(value, str) and not _NAME.fullmatch(value)
    return f"sha256:{sha256(value)}" if is_text else value


def list_changed_settings(alignment: Alignment, places: Mapping[Place, None]) -> list[str]:
    """What is another for the models of these datasets, "lsa: sentences: 3 -> 1"."""
    baseline, candidate = alignment.baseline, alignment.candidate
    lines: list[str] = []
    for model in dict.fromkeys(model for _, model in places):
        name = _get_own_name(candidate, model)
        changes = _compare_settings(_find(baseline, model), _find(candidate, name))
        lines += [f"{model}: {change}" for change in changes]
    old, new = baseline.run.metadata.versions, candidate.run.metadata.versions
    versions = [
        f"{package} {old[package]} -> {version}"
        for package, version in new.items()
        if old.get(package, version) != version
    ]
    return [*lines, *([f"packages: {', '.join(versions)}"] if versions else [])]


def _get_own_name(side: GateSide, model: str) -> str:
    return next((own for (_, shared), own in side.model_names.items() if shared == model), model)


def _find(side: GateSide, model: str) -> ModelSettings | None:
    return (record_settings(side.run.metadata) or {}).get(model)


def _compare_settings(old: ModelSettings | None, new: ModelSettings | None) -> list[str]:
    if old is None or new is None:
        return [f"the {'baseline' if old is None else 'candidate'} has no record of its settings"]
    if old.fingerprint is None or new.fingerprint is None:
        return ["its summaries were read from a file, without the settings that made them"]
    before, after = (dict(_flatten(hash_texts(side.config))) for side in (old, new))
    shown = [hashed | dict(_flatten(s.config)) for hashed, s in ((before, old), (after, new))]
    changes = [
        f"{key}: {' -> '.join(_shorten(*(side.get(key, '(none)') for side in shown)))}"
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]
    if old.weights != new.weights:
        changes.append("its weights")
    elif not changes and old.fingerprint != new.fingerprint:
        changes.append("its code")
    return changes


def _flatten(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _shorten(before: str, after: str) -> tuple[str, str]:
    """Both values; of long ones the part around the first character that differs."""
    letters = enumerate(zip(before, after, strict=False))
    same = next((i for i, (old, new) in letters if old != new), min(len(before), len(after)))
    start = max(0, same - _BEFORE) if max(len(before), len(after)) > _LONGEST else 0

    def cut(value: str) -> str:
        end = "..." if len(value) > start + _LONGEST else ""
        return f"{'...' if start else ''}{value[start : start + _LONGEST]}{end}"

    return cut(before), cut(after)
