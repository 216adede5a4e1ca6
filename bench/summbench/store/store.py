"""Predictions and scores on disk, as Parquet parts that are whole or absent."""

import json
import logging
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.core.replies import read_reply
from summbench.store import parts
from summbench.store.arrays import build_array, build_table
from summbench.store.atomic_files import check_writable, remove_stale_files, write_bytes
from summbench.store.index import PartIndex

_LOG = logging.getLogger("summbench")
_COUNT = "count:"  # before the names of counts, which no column has
_READ_FROM_RAW = ("summary", "reasoning")
_STORED = [f.name for f in fields(Prediction) if f.name not in ("article_id", "error")]
_PREDICTION = pa.schema(
    [
        ("key", pa.string()),
        ("summary", pa.string()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("seconds", pa.float64()),
        ("finish_reason", pa.string()),
        ("input_truncated", pa.bool_()),
        ("reasoning", pa.string()),
        ("raw", pa.string()),
        ("raw_reasoning", pa.string()),
    ]
)

KeyFilter = Iterable[str] | None
"""The keys of the rows to read; None reads all."""
Predictions = dict[str, Prediction]
Scores = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class StoredPredictions:
    """What the store has of one model, and the versions and settings that it was made with."""

    predictions: Predictions
    environments: list[dict[str, Any]]


class Store:
    """A folder of parts; readers take their union, and one name never has two contents.

    Threads and processes may share a folder, and threads a Store: a part is written under a name
    of its own, and reading takes turns.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._indexes: dict[Path, PartIndex] = {}
        self._lock = Lock()

    def open(self) -> None:
        """Remove the unfinished files of killed processes, or log that the store is read-only."""
        if self._not_writable_reason is None:
            remove_stale_files(self._folder)
        else:
            _LOG.info(
                "The store %s can't be written to: what is in it is used, and nothing is added.",
                self._folder,
            )

    def check_writable(self, missing: str) -> None:
        """Raise now what a write would raise in an hour; `missing` says what would be written."""
        if self._not_writable_reason is not None:
            raise SummbenchError(f"The store lacks {missing}. {self._not_writable_reason}")

    @cached_property
    def _not_writable_reason(self) -> str | None:
        try:
            check_writable(self._folder)
        except SummbenchError as error:
            return str(error)
        return None

    def load_predictions(
        self, model: str, fingerprint: str, keys: KeyFilter = None
    ) -> StoredPredictions:
        """Row key -> prediction, its `article_id` empty; the last part written wins.

        Summary and reasoning are read from the raw reply, where the model gave one.
        """
        predictions: Predictions = {}
        environments: dict[str, dict[str, Any]] = {}
        for table in self._read_tables("predictions", model, fingerprint, keys):
            text = (table.schema.metadata or {}).get(b"environment", b"{}").decode()
            environments.setdefault(text, json.loads(text))
            rows = table.select(_STORED).to_pylist()
            for key, row in zip(table["key"].to_pylist(), rows, strict=True):
                predictions[key] = _from_row(row)
        return StoredPredictions(predictions, list(environments.values()))

    def add_predictions(
        self,
        model: str,
        fingerprint: str,
        rows: Sequence[tuple[str, Prediction]],
        environment: Mapping[str, Any],
    ) -> None:
        """Write one part; failed predictions are left out."""
        rows = [(key, prediction) for key, prediction in rows if prediction.error is None]
        if not rows:
            return
        columns: dict[str, list[Any]] = {"key": [key for key, _ in rows]}
        columns |= {name: [_to_cell(p, name) for _, p in rows] for name in _STORED}
        table = build_table(columns, _PREDICTION)
        text = json.dumps(environment, sort_keys=True, ensure_ascii=False)
        _write_part(
            table, self._folder_of("predictions", model, fingerprint), {"environment": text}
        )

    def has_scores(self, metric: str, fingerprint: str) -> bool:
        """Whether the metric ever scored anything that is stored here."""
        return self._folder_of("scores", metric, fingerprint).is_dir()

    def load_scores(self, metric: str, fingerprint: str, keys: KeyFilter = None) -> Scores:
        """Row key -> one value for each column, in the columns' sorted order."""
        scores: Scores = {}
        for table in self._read_tables("scores", metric, fingerprint, keys):
            names = sorted(
                name
                for name in table.column_names
                if name not in ("key", "evidence") and not name.startswith(_COUNT)
            )
            columns = [table[name].to_pylist() for name in names]
            scores.update(zip(table["key"].to_pylist(), zip(*columns, strict=True), strict=True))
        return scores

    def load_evidence(
        self, metric: str, fingerprint: str, keys: KeyFilter = None
    ) -> dict[str, str]:
        """Row key -> the evidence that the metric gave for its scores."""
        evidence: dict[str, str] = {}
        for table in self._read_tables("scores", metric, fingerprint, keys):
            if "evidence" in table.column_names:
                texts = table["evidence"].to_pylist()
                evidence.update(zip(table["key"].to_pylist(), texts, strict=True))
        return evidence

    def load_counts(
        self, metric: str, fingerprint: str, keys: KeyFilter = None
    ) -> dict[str, dict[str, int]]:
        """Row key -> what the metric counted for its scores; a row may be without."""
        counts: dict[str, dict[str, int]] = {}
        for table in self._read_tables("scores", metric, fingerprint, keys):
            of_keys: list[dict[str, int]] = [{} for _ in range(table.num_rows)]
            for name in table.column_names:
                if name.startswith(_COUNT):
                    for of_key, count in zip(of_keys, table[name].to_pylist(), strict=True):
                        of_key[name.removeprefix(_COUNT)] = count
            counts.update(zip(table["key"].to_pylist(), of_keys, strict=True))
        return counts

    def add_scores(
        self,
        metric: str,
        fingerprint: str,
        keys: Sequence[str],
        columns: Mapping[str, Sequence[float]],
        evidence: Sequence[str] | None = None,
        counts: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        """Write one part."""
        content = {"key": build_array(keys, pa.string())}
        content |= {name: build_array(values, pa.float64()) for name, values in columns.items()}
        if evidence is not None:
            content["evidence"] = build_array(evidence, pa.string())
        for name, of_rows in (counts or {}).items():
            content[_COUNT + name] = build_array(of_rows, pa.int64())
        _write_part(pa.table(content), self._folder_of("scores", metric, fingerprint), {})

    def _read_tables(
        self, kind: str, name: str, fingerprint: str, keys: KeyFilter
    ) -> list[pa.Table]:
        folder = self._folder_of(kind, name, fingerprint)
        _touch(folder)
        with self._lock:
            index = self._indexes.setdefault(folder, PartIndex(folder))
        return index.read_tables(keys)

    def _folder_of(self, kind: str, name: str, fingerprint: str) -> Path:
        return self._folder / kind / f"{slugify(name)}-{fingerprint[:16]}"


def _to_cell(prediction: Prediction, name: str) -> Any:
    """What follows from the raw reply is not stored beside it."""
    if prediction.raw is not None and name in _READ_FROM_RAW:
        return None
    return getattr(prediction, name)


def _from_row(row: Mapping[str, Any]) -> Prediction:
    if row["raw"] is None:
        return Prediction("", **row)
    return read_reply(Prediction("", **{**row, **dict.fromkeys(_READ_FROM_RAW, "")}))


def slugify(name: str) -> str:
    """The name as it is written before the fingerprint of a folder."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]


def _write_part(table: pa.Table, folder: Path, metadata: Mapping[str, str]) -> None:
    data = parts.serialize_part(table, metadata)
    generation = parts.get_latest_generation(folder) + 1
    write_bytes(data, folder / parts.build_part_name(data, generation))


def _touch(path: Path) -> None:
    """Its time of change is when it was last used; `store prune` goes by it."""
    with suppress(OSError):
        os.utime(path)


def with_article_id(prediction: Prediction, article_id: str) -> Prediction:
    """The stored prediction, for the article that it is used for."""
    return replace(prediction, article_id=article_id)
