"""Predictions and scores on disk, as Parquet parts that are whole or not there."""

import json
import logging
import os
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from bench.errors import BenchError
from bench.records import Prediction

_LOG = logging.getLogger("summbench")
_SCHEMA = b"1"
_NOT_STORED = {"article_id", "error"}
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

Predictions = dict[str, Prediction]
Scores = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Made:
    """What is in the store for one model, and under which versions and settings it was made."""

    predictions: Predictions
    circumstances: list[dict[str, Any]]


class Store:
    """A folder of parts; readers take their union, and no two writers share a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check_writable(self) -> None:
        """Raise now what a write would raise in an hour."""
        check_writable(self._folder)

    def predictions(self, model: str, fingerprint: str) -> Made:
        """Row key -> prediction, its `article_id` empty; the last part written wins."""
        found: Predictions = {}
        circumstances: dict[str, dict[str, Any]] = {}
        for table in _parts(self._place("predictions", model, fingerprint)):
            text = (table.schema.metadata or {}).get(b"circumstances", b"{}").decode()
            circumstances.setdefault(text, json.loads(text))
            columns = table.select(_STORED).to_pylist()
            for key, row in zip(table["key"].to_pylist(), columns, strict=True):
                found[key] = Prediction("", **row)
        return Made(found, list(circumstances.values()))

    def add_predictions(
        self,
        model: str,
        fingerprint: str,
        rows: Sequence[tuple[str, Prediction]],
        circumstances: Mapping[str, Any],
    ) -> None:
        """Write one part; predictions with an error are no answers and are left out."""
        kept = [(key, prediction) for key, prediction in rows if prediction.error is None]
        if not kept:
            return
        columns: dict[str, list[Any]] = {"key": [key for key, _ in kept]}
        columns |= {name: [getattr(p, name) for _, p in kept] for name in _STORED}
        table = pa.table(columns, schema=_PREDICTION)
        text = json.dumps(circumstances, sort_keys=True, ensure_ascii=False)
        _write(table, self._place("predictions", model, fingerprint), {"circumstances": text})

    def scores(self, metric: str, fingerprint: str) -> Scores:
        """Row key -> one value for each column, in the columns' sorted order."""
        found: Scores = {}
        for table in _parts(self._place("scores", metric, fingerprint)):
            names = sorted(set(table.column_names) - {"key", "evidence"})
            columns = [table[name].to_pylist() for name in names]
            found.update(zip(table["key"].to_pylist(), zip(*columns, strict=True), strict=True))
        return found

    def evidence(self, metric: str, fingerprint: str) -> dict[str, str]:
        """Row key -> what the metric had to say for its scores."""
        found: dict[str, str] = {}
        for table in _parts(self._place("scores", metric, fingerprint)):
            if "evidence" in table.column_names:
                keys, texts = table["key"].to_pylist(), table["evidence"].to_pylist()
                found.update(zip(keys, texts, strict=True))
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

    def text(self, key: str) -> str | None:
        """What `add_text` kept under the key, if it did."""
        path = self._folder / "texts" / key
        return path.read_text(encoding="utf-8") if path.exists() else None

    def add_text(self, key: str, text: str) -> None:
        """Keep a text that follows from what the key is the hash of."""
        (self._folder / "texts").mkdir(parents=True, exist_ok=True)
        write_text(text, self._folder / "texts" / key)

    def _place(self, what: str, name: str, fingerprint: str) -> Path:
        readable = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
        return self._folder / what / f"{readable}-{fingerprint[:16]}"


def check_writable(folder: Path) -> None:
    """Raise BenchError unless a file can be made in the folder, which is made first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BenchError(
            f"The folder {folder} can't be written to ({error.strerror}); give another with "
            "results=FOLDER or store=FOLDER."
        ) from error


def write_whole(table: pa.Table, path: Path) -> None:
    """A Parquet file that is complete under its name, or not there."""
    with _whole(path) as out:
        pq.write_table(table, out)


def write_text(text: str, path: Path) -> None:
    """A UTF-8 file that is complete under its name, or not there."""
    with _whole(path) as out:
        out.write(text.encode("utf-8"))


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with part.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write(table: pa.Table, folder: Path, metadata: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    known = {"summbench_schema": _SCHEMA, **{k: v.encode() for k, v in metadata.items()}}
    path = folder / f"{uuid.uuid4().hex}.parquet"
    try:
        write_whole(table.replace_schema_metadata(known), path)
    except OSError as error:
        raise BenchError(
            f"{path} could not be written ({error}); what was stored is kept."
        ) from error


def _parts(folder: Path) -> Iterator[pa.Table]:
    """Oldest first; a part that can't be read is set aside, and its rows are made again."""
    paths = sorted(folder.glob("*.parquet"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for path in paths:
        try:
            with pq.ParquetFile(path, pre_buffer=False) as file:
                table = file.read()
        except (pa.ArrowException, OSError) as error:
            path.replace(path.with_suffix(".damaged"))
            _LOG.warning(
                "%s is damaged and was set aside; its rows are made again (%s).", path, error
            )
            continue
        if (table.schema.metadata or {}).get(b"summbench_schema") == _SCHEMA:
            yield table


def named(prediction: Prediction, article_id: str) -> Prediction:
    """The stored prediction, for the article that asks."""
    return replace(prediction, article_id=article_id)
