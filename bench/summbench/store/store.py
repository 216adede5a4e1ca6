"""Predictions and scores on disk, as Parquet parts that are whole or not there."""

import json
import logging
import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.store import parts
from summbench.store.atomic_parquet import wrap_os_errors
from summbench.store.index import Lookup

_LOG = logging.getLogger("summbench")
_SECONDS_OF_A_DAY = 86_400
_NOT_STORED = {"article_id", "error", "raw", "raw_reasoning"}
_STORED = [field.name for field in fields(Prediction) if field.name not in _NOT_STORED]
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
    ]
)

Keys = Iterable[str] | None
"""The rows that are wanted; None is all."""
Predictions = dict[str, Prediction]
Scores = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class StoredPredictions:
    """What is in the store for one model, and under which versions and settings it was made."""

    predictions: Predictions
    environments: list[dict[str, Any]]


class Store:
    """A folder of parts; readers take their union, and one name never has two contents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lookups: dict[Path, Lookup] = {}

    def open(self) -> None:
        """Remove what killed processes left half written, or say that nothing can be written."""
        if self._refusal is None:
            sweep(self._folder)
        else:
            _LOG.info(
                "The store %s can't be written to: what is in it is used, and nothing is added.",
                self._folder,
            )

    def check_writable(self, wanted: str) -> None:
        """Raise now what a write would raise in an hour; `wanted` says what is not there."""
        if self._refusal is not None:
            raise SummbenchError(f"The store lacks {wanted}. {self._refusal}")

    @cached_property
    def _refusal(self) -> str | None:
        try:
            check_writable(self._folder)
        except SummbenchError as error:
            return str(error)
        return None

    def load_predictions(
        self, model: str, fingerprint: str, keys: Keys = None
    ) -> StoredPredictions:
        """Row key -> prediction, its `article_id` empty; the last part written wins."""
        found: Predictions = {}
        environments: dict[str, dict[str, Any]] = {}
        for table in self._tables("predictions", model, fingerprint, keys):
            text = (table.schema.metadata or {}).get(b"environment", b"{}").decode()
            environments.setdefault(text, json.loads(text))
            columns = table.select(_STORED).to_pylist()
            for key, row in zip(table["key"].to_pylist(), columns, strict=True):
                found[key] = Prediction("", **row)
        return StoredPredictions(found, list(environments.values()))

    def add_predictions(
        self,
        model: str,
        fingerprint: str,
        rows: Sequence[tuple[str, Prediction]],
        environment: Mapping[str, Any],
    ) -> None:
        """Write one part; predictions with an error are no answers and are left out."""
        kept = [(key, prediction) for key, prediction in rows if prediction.error is None]
        if not kept:
            return
        columns: dict[str, list[Any]] = {"key": [key for key, _ in kept]}
        columns |= {name: [getattr(p, name) for _, p in kept] for name in _STORED}
        table = pa.table(columns, schema=_PREDICTION)
        text = json.dumps(environment, sort_keys=True, ensure_ascii=False)
        _write(table, self._place("predictions", model, fingerprint), {"environment": text})

    def load_scores(self, metric: str, fingerprint: str, keys: Keys = None) -> Scores:
        """Row key -> one value for each column, in the columns' sorted order."""
        found: Scores = {}
        for table in self._tables("scores", metric, fingerprint, keys):
            names = sorted(set(table.column_names) - {"key", "evidence"})
            columns = [table[name].to_pylist() for name in names]
            found.update(zip(table["key"].to_pylist(), zip(*columns, strict=True), strict=True))
        return found

    def load_evidence(self, metric: str, fingerprint: str, keys: Keys = None) -> dict[str, str]:
        """Row key -> what the metric had to say for its scores."""
        found: dict[str, str] = {}
        for table in self._tables("scores", metric, fingerprint, keys):
            if "evidence" in table.column_names:
                keys_there, texts = table["key"].to_pylist(), table["evidence"].to_pylist()
                found.update(zip(keys_there, texts, strict=True))
        return found

    def add_scores(
        self,
        metric: str,
        fingerprint: str,
        keys: Sequence[str],
        columns: Mapping[str, Sequence[float]],
        evidence: Sequence[str] | None = None,
    ) -> None:
        """Write one part."""
        found: dict[str, Any] = {"key": list(keys)}
        found |= {name: pa.array(values, pa.float64()) for name, values in columns.items()}
        if evidence is not None:
            found["evidence"] = list(evidence)
        _write(pa.table(found), self._place("scores", metric, fingerprint), {})

    def _tables(self, what: str, name: str, fingerprint: str, keys: Keys) -> list[pa.Table]:
        place = self._place(what, name, fingerprint)
        _touch(place)
        if keys is None:
            return [part.table for part in parts.read(place)]
        return self._lookups.setdefault(place, Lookup(place)).tables(keys)

    def _place(self, what: str, name: str, fingerprint: str) -> Path:
        return self._folder / what / f"{readable(name)}-{fingerprint[:16]}"


def readable(name: str) -> str:
    """The name as it stands before the fingerprint of a folder."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]


def check_writable(folder: Path) -> None:
    """Raise SummbenchError unless a file can be made in the folder, which is made first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{uuid.uuid4().hex}.tmp"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SummbenchError(
            f"The folder {folder} can't be written to ({error.strerror}); give another with "
            "results=FOLDER or store=FOLDER."
        ) from error


def sweep(folder: Path) -> None:
    """Remove unfinished files that are older than a day: no write takes that long."""
    left = [path for path in folder.rglob(".*.tmp") if _age(path) > _SECONDS_OF_A_DAY]
    for path in left:
        path.unlink(missing_ok=True)
    if left:
        _LOG.info("Unfinished files of killed runs were removed from %s: %d.", folder, len(left))


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def write_whole(table: pa.Table, path: Path) -> None:
    """A Parquet file that is complete under its name, or not there."""
    write_bytes(parts.parquet(table), path)


def write_text(text: str, path: Path) -> None:
    """A UTF-8 file that is complete under its name, or not there."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """A file that is complete under its name, or not there."""
    part = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with wrap_os_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write(table: pa.Table, folder: Path, metadata: Mapping[str, str]) -> None:
    data = parts.sealed(table, metadata)
    write_bytes(data, folder / parts.name(data, parts.newest(folder) + 1))


def _touch(path: Path) -> None:
    """Its time of change is when it was last used; `store prune` goes by it."""
    with suppress(OSError):
        os.utime(path)


def with_article_id(prediction: Prediction, article_id: str) -> Prediction:
    """The stored prediction, for the article that asks."""
    return replace(prediction, article_id=article_id)
