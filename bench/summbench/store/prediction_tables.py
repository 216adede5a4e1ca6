"""Predictions as the table of a part, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

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


def read_table(table: pa.Table) -> tuple[dict[str, Prediction], str, dict[str, Any]]:
    """Return row key -> prediction, and the environment as a text and as it was.

    Raises: ValueError or RecursionError, if it can't be what a run has written.
    """
    text = (table.schema.metadata or {}).get(_ENVIRONMENT.encode(), b"{}").decode()
    environment = _parse_environment(text)
    rows = zip(table["key"].to_pylist(), table.select(_STORED).to_pylist(), strict=True)
    return {key: _from_row(row) for key, row in rows}, text, environment


def _parse_environment(text: str) -> dict[str, Any]:
    environment: dict[str, Any] = json.loads(text)
    for key in ("versions", "code"):
        names = environment.get(key, {}) if isinstance(environment, dict) else None
        if not isinstance(names, dict) or not all(isinstance(v, str) for v in names.values()):
            raise ValueError(f"its environment is no object with {key}")
    return environment


def _to_cell(prediction: Prediction, name: str) -> Any:
    if prediction.raw is not None and name in _READ_FROM_RAW:
        return None
    return getattr(prediction, name)


def _from_row(row: Mapping[str, Any]) -> Prediction:
    tokens = (row["input_tokens"] or 0, row["output_tokens"] or 0)
    if min(tokens) < 0 or row["seconds"] < 0 or math.isinf(row["seconds"]):
        raise ValueError("it has a row with negative or endless tokens or seconds")
    if row["raw"] is not None:
        return read_reply(Prediction("", **{**row, **dict.fromkeys(_READ_FROM_RAW, "")}))
    if row["summary"] is None or row["reasoning"] is None:
        raise ValueError("it has a row without a summary")
    return Prediction("", **row)
