"""A run's folder: numbers and predictions as Parquet, and the texts that others render."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bench.records import Cell, Prediction
from bench.store import write_text, write_whole

_PREDICTION_COLUMNS = [field.name for field in fields(Prediction)]
_TYPES = {
    "input_tokens": pa.int64(),
    "output_tokens": pa.int64(),
    "seconds": pa.float64(),
    "input_truncated": pa.bool_(),
}


_EVIDENCE = ("dataset", "model", "metric", "article_id", "evidence")


def write(
    folder: Path,
    cells: Sequence[Cell],
    evidence: Sequence[tuple[str, ...]],
    texts: Mapping[str, str],
) -> None:
    """`scores.parquet`, `predictions.parquet` and each text under its name, every file whole.

    `evidence.parquet` is written if a metric gave any: what a judge replied, for one.
    """
    if evidence:
        columns = zip(*evidence, strict=True)
        table = pa.table(dict(zip(_EVIDENCE, map(list, columns), strict=True)))
        write_whole(table, folder / "evidence.parquet")
    write_whole(_scores(cells), folder / "scores.parquet")
    write_whole(_predictions(cells), folder / "predictions.parquet")
    for name, text in texts.items():
        write_text(text, folder / name)


def _scores(cells: Sequence[Cell]) -> pa.Table:
    """Long: one row, one number; NaN is null."""
    columns: dict[str, list[Any]] = {
        k: [] for k in ("dataset", "model", "metric", "article_id", "value")
    }
    for cell in cells:
        ids = [prediction.article_id for prediction in cell.predictions]
        for metric, values in cell.scores.items():
            columns["dataset"] += [cell.dataset] * len(ids)
            columns["model"] += [cell.model] * len(ids)
            columns["metric"] += [metric] * len(ids)
            columns["article_id"] += ids
            columns["value"] += values
    text = {name: pa.array(columns[name], pa.string()) for name in columns if name != "value"}
    value = pa.array(columns["value"], pa.float64())
    null = pa.scalar(None, pa.float64())
    return pa.table({**text, "value": pc.if_else(pc.is_nan(value), null, value)})


def _predictions(cells: Sequence[Cell]) -> pa.Table:
    rows = [(cell, prediction) for cell in cells for prediction in cell.predictions]
    columns = {
        "dataset": pa.array([cell.dataset for cell, _ in rows], pa.string()),
        "model": pa.array([cell.model for cell, _ in rows], pa.string()),
    }
    for name in _PREDICTION_COLUMNS:
        values = [getattr(prediction, name) for _, prediction in rows]
        columns[name] = pa.array(values, _TYPES.get(name, pa.string()))
    return pa.table(columns)
