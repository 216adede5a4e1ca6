"""Predictions and scores on disk, as Parquet parts that are whole or absent."""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.store.arrays import build_array
from summbench.store.atomic_files import check_writable
from summbench.store.index import PartIndex
from summbench.store.prediction_tables import (
    build_prediction_table,
    format_environment,
    read_environment,
    read_predictions,
)
from summbench.store.shapes import COUNT, EVIDENCE, SHAPES, Kind

_LOG = logging.getLogger("summbench")
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
        """Make the folder, or log that the store is read-only."""
        if self._not_writable_reason is not None:
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
            check_writable(self._folder, "store=FOLDER")
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

        def read(table: pa.Table) -> int:
            text, environment = read_environment(table)
            new, n_invalid = read_predictions(table)
            predictions.update(new)
            environments.setdefault(text, environment)
            return n_invalid

        self._read_tables("predictions", model, fingerprint, keys, read)
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
        table, metadata = build_prediction_table(rows), format_environment(environment)
        self._get_index("predictions", model, fingerprint).write(table, metadata)

    def has_scores(self, metric: str, fingerprint: str) -> bool:
        """Whether the metric ever scored anything that is stored here."""
        return self._folder_of("scores", metric, fingerprint).is_dir()

    def load_scores(
        self,
        metric: str,
        fingerprint: str,
        keys: KeyFilter = None,
        columns: Collection[str] | None = None,
    ) -> Scores:
        """Row key -> one value for each column, in the columns' sorted order.

        A part that has not just these columns (None: any) is set aside.
        """
        scores: Scores = {}

        def read(table: pa.Table) -> int:
            names = sorted(n for n in table.column_names if not _is_reserved(n))
            if columns is not None and names != sorted(columns):
                raise ValueError(f"its columns are {names}, not {sorted(columns)}")
            values = [table[name].to_pylist() for name in names]
            scores.update(zip(table["key"].to_pylist(), zip(*values, strict=True), strict=True))
            return 0

        self._read_tables("scores", metric, fingerprint, keys, read)
        return scores

    def load_evidence(
        self, metric: str, fingerprint: str, keys: KeyFilter = None
    ) -> dict[str, str]:
        """Row key -> the evidence that the metric gave for its scores."""
        evidence: dict[str, str] = {}

        def read(table: pa.Table) -> int:
            if EVIDENCE in table.column_names:
                texts = table[EVIDENCE].to_pylist()
                evidence.update(zip(table["key"].to_pylist(), texts, strict=True))
            return 0

        self._read_tables("scores", metric, fingerprint, keys, read)
        return evidence

    def load_counts(
        self, metric: str, fingerprint: str, keys: KeyFilter = None
    ) -> dict[str, dict[str, int]]:
        """Row key -> what the metric counted for its scores; a row may be without."""
        counts: dict[str, dict[str, int]] = {}

        def read(table: pa.Table) -> int:
            of_keys: list[dict[str, int]] = [{} for _ in range(table.num_rows)]
            for name in table.column_names:
                if name.startswith(COUNT):
                    for of_key, count in zip(of_keys, table[name].to_pylist(), strict=True):
                        of_key[name.removeprefix(COUNT)] = count
            counts.update(zip(table["key"].to_pylist(), of_keys, strict=True))
            return 0

        self._read_tables("scores", metric, fingerprint, keys, read)
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
            content[EVIDENCE] = build_array(evidence, pa.string())
        for name, of_rows in (counts or {}).items():
            content[COUNT + name] = build_array(of_rows, pa.int64())
        fields = [pa.field(name, array.type, nullable=False) for name, array in content.items()]
        table = pa.Table.from_arrays(list(content.values()), schema=pa.schema(fields))
        self._get_index("scores", metric, fingerprint).write(table, {})

    def _read_tables(
        self,
        kind: Kind,
        name: str,
        fingerprint: str,
        keys: KeyFilter,
        read: Callable[[pa.Table], int],
    ) -> None:
        """Hand each table to `read`, which returns how many rows it left out.

        A part that it can't take (ValueError) is set aside.
        """
        index = self._get_index(kind, name, fingerprint)
        for path, table in index.read_parts(keys):
            try:
                if n_invalid := read(table):
                    index.warn_once(
                        f"{path} has rows that no model can have written ({n_invalid}); they are "
                        "computed again."
                    )
            except (ValueError, RecursionError) as error:
                index.forget(path, str(error))

    def _get_index(self, kind: Kind, name: str, fingerprint: str) -> PartIndex:
        folder = self._folder_of(kind, name, fingerprint)
        with self._lock:
            if folder not in self._indexes:
                self._indexes[folder] = PartIndex(folder, SHAPES[kind])
            return self._indexes[folder]

    def _folder_of(self, kind: Kind, name: str, fingerprint: str) -> Path:
        return self._folder / kind / f"{slugify(name)}-{fingerprint[:16]}"


def _is_reserved(column: str) -> bool:
    return column in ("key", EVIDENCE) or column.startswith(COUNT)


def slugify(name: str) -> str:
    """The name as it is written before the fingerprint of a folder."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]


def with_article_id(prediction: Prediction, article_id: str) -> Prediction:
    """The stored prediction, for the article that it is used for."""
    return replace(prediction, article_id=article_id)
