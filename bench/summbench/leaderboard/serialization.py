"""The leaderboard as JSON, and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.leaderboard.board import (
    Comparison,
    DatasetInfo,
    Entry,
    Health,
    Leaderboard,
    LeaderboardMetric,
)

_SCHEMA = 1
_OF_ENTRY = ("mean", "low", "high", "normalized_score", "length_adjusted")
_OF_COMPARISON = ("difference", "low", "high", "effect_size", "mde")
_OF_HEALTH = ("median_tokens", "seconds_per_article", "tokens_per_second")


def to_json(board: Leaderboard) -> str:
    """Schema version 1, a record a line; NaN is null, and so is an infinite d_z."""
    content: dict[str, Any] = {
        "schema_version": _SCHEMA,
        "name": board.name,
        "primary": board.primary,
        "vs": board.vs,
        "display_metrics": list(board.display_metrics),
        "datasets": {name: asdict(info) for name, info in board.datasets.items()},
        "models": dict(board.models),
        "metrics": {name: asdict(info) for name, info in board.metrics.items()},
        "entries": [_flat(entry, "estimate", _MEAN) for entry in board.entries],
        "comparisons": [_flat(found, "difference", _DIFFERENCE) for found in board.comparisons],
        "health": [_fields(health) for health in board.health],
        "failures": dict(board.failures),
        **({"notes": dict(board.notes)} if board.notes else {}),
    }
    return as_text(content)


def as_text(content: Mapping[str, Any]) -> str:
    """JSON with a line for each item of each value."""
    lines = (f'"{key}": {_lines(value)}' for key, value in content.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str, source: str) -> Leaderboard:
    """The same leaderboard again; refuses what is no leaderboard.json of this version."""
    try:
        content = json.loads(text)
        if content["schema_version"] != _SCHEMA:
            raise SummbenchError(
                f"{source} has schema version {content['schema_version']}, not {_SCHEMA}."
            )
        return Leaderboard(
            name=content["name"],
            primary=content["primary"],
            vs=content["vs"],
            display_metrics=content["display_metrics"],
            datasets={k: DatasetInfo(**v) for k, v in content["datasets"].items()},
            models=content["models"],
            metrics={k: LeaderboardMetric(**v) for k, v in content["metrics"].items()},
            entries=[
                Entry(**_unflat(record, "estimate", _MEAN, _OF_ENTRY))
                for record in content["entries"]
            ],
            comparisons=[
                Comparison(**_unflat(record, "difference", _DIFFERENCE, _OF_COMPARISON))
                for record in content["comparisons"]
            ],
            health=[Health(**_nan_for_null(health, _OF_HEALTH)) for health in content["health"]],
            failures=content["failures"],
            notes=content.get("notes", {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SummbenchError(f"{source} is not a leaderboard of summbench ({error!r}).") from error


_REST = ("low", "high", "n", "method")
_MEAN = {"mean": "mean"} | {name: name for name in _REST}
_DIFFERENCE = {"mean": "difference"} | {name: name for name in _REST}


def _flat(record: Entry | Comparison, of: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The record's fields, those of its estimate among them, under their names in the file."""
    own = _fields(record)
    estimate = own.pop(of)
    return own | {name: getattr(estimate, field) for field, name in names.items()}


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _lines(value: Any) -> str:
    """JSON with a line for each item."""
    if not isinstance(value, dict | list) or not value:
        return _text(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_text, value)) + "\n]"
    return "{\n" + ",\n".join(f"{_text(k)}: {_text(v)}" for k, v in value.items()) + "\n}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = {
            key: None if isinstance(item, float) and not isfinite(item) else item
            for key, item in value.items()
        }
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unflat(
    record: dict[str, Any], of: str, names: Mapping[str, str], numbers: Sequence[str]
) -> dict[str, Any]:
    known = _nan_for_null(record, numbers)
    return known | {of: Estimate(**{field: known.pop(name) for field, name in names.items()})}


def _nan_for_null(record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    missing = {name: float("nan") for name in names if record[name] is None}
    return record | missing if missing else record
