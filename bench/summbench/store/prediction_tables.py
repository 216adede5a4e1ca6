"""Predictions as the table of a part, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from summbench.core.json_text import parse_json
from summbench.core.records import Prediction
from summbench.core.replies import read_reply
from summbench.store.arrays import build_table
from summbench.store.shapes import PREDICTIONS

_ENVIRONMENT = "environment"
_READ_FROM_RAW = ("summary", "reasoning")
_STORED = [name for name in PREDICTIONS.names if name != "key"]


def build_prediction_table(rows: Sequence[tuple[str, Prediction]]) -> pa.Table:
    """Return one row a prediction; what follows from the raw reply is not stored beside it."""
    columns: dict[str, list[Any]] = {"key": [key for key, _ in rows]}
    columns |= {name: [_to_cell(prediction, name) for _, prediction in rows] for name in _STORED}
    return build_table(columns, PREDICTIONS)


def format_environment(environment: Mapping[str, Any]) -> dict[str, str]:
    """Return the metadata of a part; equal environments have equal texts."""
    return {_ENVIRONMENT: json.dumps(environment, sort_keys=True, ensure_ascii=False)}


def read_environment(table: pa.Table) -> tuple[str, dict[str, Any]]:
    """Return the environment of a part as a text and as it was.

    Raises: ValueError or RecursionError, if it can't be what a run has written.
    """
    text = (table.schema.metadata or {}).get(_ENVIRONMENT.encode(), b"{}").decode()
    environment: dict[str, Any] = parse_json(text)
    for key in ("versions", "code"):
        names = environment.get(key, {}) if isinstance(environment, dict) else None
        if not isinstance(names, dict) or not all(isinstance(v, str) for v in names.values()):
            raise ValueError(f"its environment is no object with {key}")
    return text, environment


def read_predictions(table: pa.Table) -> tuple[dict[str, Prediction], int]:
    """Return row key -> prediction, and how many rows can't be those of a model.

    Raises: ValueError, if a text is not UTF-8.
    """
    predictions: dict[str, Prediction] = {}
    n_invalid = 0
    rows = table.select(_STORED).to_pylist()
    for key, row in zip(table["key"].to_pylist(), rows, strict=True):
        if _is_valid(row):
            predictions[key] = _from_row(row)
        else:
            n_invalid += 1
    return predictions, n_invalid


def _to_cell(prediction: Prediction, name: str) -> Any:
    if prediction.raw is not None and name in _READ_FROM_RAW:
        return None
    return getattr(prediction, name)


def _is_valid(row: Mapping[str, Any]) -> bool:
    has_text = row["raw"] is not None or None not in (row["summary"], row["reasoning"])
    tokens, seconds = min(row["input_tokens"] or 0, row["output_tokens"] or 0), row["seconds"]
    return has_text and tokens >= 0 and (math.isnan(seconds) or 0 <= seconds < math.inf)


def _from_row(row: Mapping[str, Any]) -> Prediction:
    if row["raw"] is None:
        return Prediction("", **row)
    return read_reply(Prediction("", **{**row, **dict.fromkeys(_READ_FROM_RAW, "")}))
