"""A run's folder as it is written: window by window, and under its names only once it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from summbench.core.records import RESULT_COLUMNS, TaskResult
from summbench.runs import files
from summbench.store.atomic_files import write_text
from summbench.store.atomic_parquet import AtomicParquetWriter

SCHEMA = 1

Evidence = tuple[str, str, str, str, str]
"""Dataset, model, metric, article, and what the metric had to say."""

_EVIDENCE = ("dataset", "model", "metric", "article_id", "evidence")
_TYPES = {
    "input_tokens": pa.int64(),
    "output_tokens": pa.int64(),
    "seconds": pa.float64(),
    "input_truncated": pa.bool_(),
}


class RunWriter:
    """`scores.parquet`, `predictions.parquet` and each text under its name, every file whole.

    `evidence.parquet` is written if a metric gave any: what a judge replied, for one. `run.json`
    comes last, so that a folder whose checksums hold is the folder of one finished run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = (files.EVIDENCE, files.SCORES, files.PREDICTIONS)
        self._evidence, self._scores, self._predictions = (
            AtomicParquetWriter(folder / n) for n in names
        )

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *raised: object) -> None:
        for file in (self._evidence, self._scores, self._predictions):
            file.abandon()

    def add(self, cells: Sequence[TaskResult], evidence: Sequence[Evidence] = ()) -> None:
        """One window."""
        if evidence:
            columns = zip(*evidence, strict=True)
            self._evidence.add(pa.table(dict(zip(_EVIDENCE, map(list, columns), strict=True))))
        self._scores.add(_scores(cells))
        self._predictions.add(_predictions(cells))

    def finish(self, texts: Mapping[str, str], run: Mapping[str, Any]) -> None:
        """Every file under its name."""
        for file in (self._evidence, self._scores, self._predictions):
            file.finish()
        for name, text in texts.items():
            write_text(text, self._folder / name)
        for name in files.OPTIONAL_TEXTS:
            if name not in texts:  # of an earlier run
                (self._folder / name).unlink(missing_ok=True)
        seal(self._folder, run)


def write(
    folder: Path, cells: Sequence[TaskResult], texts: Mapping[str, str], run: Mapping[str, Any]
) -> None:
    """A folder of one window."""
    with RunWriter(folder) as recording:
        recording.add(cells)
        recording.finish(texts, run)


def seal(folder: Path, run: Mapping[str, Any]) -> None:
    """Write run.json with the checksums of what lies beside it."""
    there = [*files.REQUIRED, *(n for n in (files.ROBUSTNESS,) if (folder / n).exists())]
    checksums = {name: checksum(folder / name) for name in there}
    text = json.dumps({**run, "files": checksums}, ensure_ascii=False, indent=1)
    write_text(f"{text}\n", folder / files.RUN)


def checksum(path: Path) -> str:
    """The file's SHA-256, as sha256sum prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def long_table(rows: Iterable[tuple[str, str, str, Sequence[str], Sequence[float]]]) -> pa.Table:
    """Dataset, model, metric, ids and values: one row, one number; NaN is null."""
    columns: dict[str, list[Any]] = {
        k: [] for k in ("dataset", "model", "metric", "article_id", "value")
    }
    for dataset, model, metric, ids, values in rows:
        columns["dataset"] += [dataset] * len(ids)
        columns["model"] += [model] * len(ids)
        columns["metric"] += [metric] * len(ids)
        columns["article_id"] += ids
        columns["value"] += values
    text = {name: pa.array(columns[name], pa.string()) for name in columns if name != "value"}
    numbers = np.array(columns["value"], float)
    return pa.table({**text, "value": pa.array(numbers, mask=np.isnan(numbers))})


def _scores(cells: Sequence[TaskResult]) -> pa.Table:
    return long_table(
        (c.dataset, c.model, metric, [p.article_id for p in c.predictions], values)
        for c in cells
        for metric, values in c.scores.items()
    )


def _predictions(cells: Sequence[TaskResult]) -> pa.Table:
    rows = [(cell, prediction) for cell in cells for prediction in cell.predictions]
    columns = {
        "dataset": pa.array([cell.dataset for cell, _ in rows], pa.string()),
        "model": pa.array([cell.model for cell, _ in rows], pa.string()),
    }
    for name in RESULT_COLUMNS:
        values = [getattr(prediction, name) for _, prediction in rows]
        columns[name] = pa.array(values, _TYPES.get(name, pa.string()))
    return pa.table(columns)
