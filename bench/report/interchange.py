"""The leaderboard as JSON, and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from bench.board import Comparison, DatasetInfo, Entry, Estimate, Health, Leaderboard, MetricInfo
from bench.errors import BenchError

_SCHEMA = 1
_OF_HEALTH = ("median_tokens", "seconds_per_article")


def to_json(board: Leaderboard) -> str:
    """Schema version 1; NaN is null, and so is the d_z of a difference that never varies."""
    content = {
        "schema_version": _SCHEMA,
        "name": board.name,
        "primary": board.primary,
        "shown": list(board.shown),
        "datasets": {name: asdict(info) for name, info in board.datasets.items()},
        "models": dict(board.models),
        "metrics": {name: asdict(info) for name, info in board.metrics.items()},
        "entries": [_entry(entry) for entry in board.entries],
        "comparisons": [_comparison(comparison) for comparison in board.comparisons],
        "health": [asdict(health) for health in board.health],
        "failures": dict(board.failures),
    }
    return json.dumps(_null_for_nan(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str, source: str) -> Leaderboard:
    """The same leaderboard again; BenchError if the text is no leaderboard.json of this version."""
    try:
        content = json.loads(text)
        if content["schema_version"] != _SCHEMA:
            raise BenchError(
                f"{source} has schema version {content['schema_version']}, not {_SCHEMA}."
            )
        return Leaderboard(
            name=content["name"],
            primary=content["primary"],
            shown=content["shown"],
            datasets={k: DatasetInfo(**v) for k, v in content["datasets"].items()},
            models=content["models"],
            metrics={k: MetricInfo(**v) for k, v in content["metrics"].items()},
            entries=[_to_entry(entry) for entry in content["entries"]],
            comparisons=[_to_comparison(record) for record in content["comparisons"]],
            health=[Health(**_nan_for_null(health, _OF_HEALTH)) for health in content["health"]],
            failures=content["failures"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BenchError(f"{source} is not a leaderboard of summbench ({error!r}).") from error


_ESTIMATE = ("mean", "low", "high", "n", "method")
_OF_DIFFERENCE = {"mean": "difference"} | {name: name for name in _ESTIMATE[1:]}


def _entry(entry: Entry) -> dict[str, Any]:
    own = asdict(entry)
    estimate: dict[str, Any] = own.pop("estimate")
    return own | estimate


def _to_entry(record: dict[str, Any]) -> Entry:
    known = _nan_for_null(record, ("mean", "low", "high"))
    estimate = Estimate(**{name: known.pop(name) for name in _ESTIMATE})
    return Entry(**known, estimate=estimate)


def _comparison(comparison: Comparison) -> dict[str, Any]:
    """Flat: `difference` is the mean difference, `low` and `high` its interval."""
    own = asdict(comparison)
    estimate = own.pop("difference")
    return own | {name: estimate[of] for of, name in _OF_DIFFERENCE.items()}


def _to_comparison(record: dict[str, Any]) -> Comparison:
    known = _nan_for_null(record, ("difference", "low", "high", "effect_size", "mde"))
    estimate = Estimate(**{of: known.pop(name) for of, name in _OF_DIFFERENCE.items()})
    return Comparison(**known, difference=estimate)


def _null_for_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _null_for_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_null_for_nan(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _nan_for_null(record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return record | {name: float("nan") for name in names if record[name] is None}
