"""The leaderboard as JSON, and back."""

import json
from dataclasses import asdict
from math import isnan
from typing import Any

from bench.errors import BenchError
from bench.records import DatasetInfo, Entry, Estimate, Health, Leaderboard, MetricInfo

_SCHEMA = 1


def to_json(board: Leaderboard) -> str:
    """Schema version 1; NaN is null."""
    content = {
        "schema_version": _SCHEMA,
        "name": board.name,
        "primary": board.primary,
        "shown": list(board.shown),
        "datasets": {name: asdict(info) for name, info in board.datasets.items()},
        "models": dict(board.models),
        "metrics": {name: asdict(info) for name, info in board.metrics.items()},
        "entries": [_entry(entry) for entry in board.entries],
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
            health=[Health(**_nan_for_null(health)) for health in content["health"]],
            failures=content["failures"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BenchError(f"{source} is not a leaderboard of summbench ({error!r}).") from error


def _entry(entry: Entry) -> dict[str, Any]:
    own = {"dataset": entry.dataset, "model": entry.model, "metric": entry.metric}
    return own | asdict(entry.estimate) | {"n_failed": entry.n_failed}


def _to_entry(entry: dict[str, Any]) -> Entry:
    known = _nan_for_null(entry)
    own = {key: known.pop(key) for key in ("dataset", "model", "metric", "n_failed")}
    return Entry(**own, estimate=Estimate(**known))


def _null_for_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _null_for_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_null_for_nan(item) for item in value]
    return None if isinstance(value, float) and isnan(value) else value


def _nan_for_null(record: dict[str, Any]) -> dict[str, Any]:
    return {key: float("nan") if value is None else value for key, value in record.items()}
