"""A run's folder as it is written: chunk by chunk, each file under its name once it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa

from summbench.core.records import TaskResult
from summbench.runs import files
from summbench.runs.schema import BaselineMetadata, RunMetadata, ShardMetadata, encode_metadata
from summbench.runs.tables import (
    Repeats,
    add_digests,
    build_prediction_table,
    build_repeat_table,
    build_score_table,
)
from summbench.store.arrays import build_table
from summbench.store.atomic_files import write_bytes, write_text
from summbench.store.atomic_parquet import AtomicParquetWriter

Evidence = tuple[str, str, str, str, str]
"""Dataset, model, metric, article, and the metric's reason for its score."""

_EVIDENCE = pa.schema(
    [(n, pa.string()) for n in ("dataset", "model", "metric", "article_id", "evidence")]
)


class RunWriter:
    """Writes the files of a run or a baseline, run.json last.

    A folder whose run.json has the right checksums is therefore the folder of one finished run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = (files.EVIDENCE, files.SCORES, files.PREDICTIONS, files.REPEATS)
        self._files = [AtomicParquetWriter(folder / name) for name in names]
        self._evidence, self._scores, self._predictions, self._repeats = self._files

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *raised: object) -> None:
        for file in self._files:
            file.abandon()

    def add(
        self,
        results: Sequence[TaskResult],
        evidence: Sequence[Evidence] = (),
        repeats: Repeats | None = None,
    ) -> None:
        """Add one chunk; `repeats` has the results of each repeat of those that have several."""
        self.add_evidence(evidence)
        scores = build_score_table(
            (r.dataset, r.model, metric, ids, values)
            for r in results
            for ids in [[p.article_id for p in r.predictions]]
            for metric, values in r.scores.items()
        )
        predictions = build_prediction_table(results)
        if repeats:
            predictions = add_digests(predictions, repeats)
            self._repeats.add(build_repeat_table(repeats))
        self.add_tables(scores, predictions)

    def add_evidence(self, evidence: Sequence[Evidence]) -> None:
        """Add reasons for scores, if there are any."""
        if evidence:
            columns = dict(zip(_EVIDENCE.names, zip(*evidence, strict=True), strict=True))
            self._evidence.add(build_table(columns, _EVIDENCE))

    def add_tables(self, scores: pa.Table, predictions: pa.Table) -> None:
        """Add rows of the two tables."""
        self._scores.add(scores)
        self._predictions.add(predictions)

    def finish(self, texts: Mapping[str, str], metadata: RunMetadata | BaselineMetadata) -> None:
        """Give every file its name and write the texts, file name -> content, and run.json."""
        (self._folder / files.RUN).unlink(missing_ok=True)  # from here on it is of no finished run
        for file in self._files:
            file.finish()
        if not self._repeats.has_rows:  # those of an earlier run
            (self._folder / files.REPEATS).unlink(missing_ok=True)
        for name, text in texts.items():
            write_text(text, self._folder / name)
        for name in files.OPTIONAL_TEXTS:
            if name not in texts:  # of an earlier run
                (self._folder / name).unlink(missing_ok=True)
        write_manifest(self._folder, metadata)


def write_manifest(folder: Path, metadata: RunMetadata | BaselineMetadata) -> None:
    """Write run.json with the checksums of the files beside it."""
    names = [name for name in files.CHECKSUMMED if (folder / name).exists()]
    checksums = {name: hash_file(folder / name) for name in names}
    metadata = msgspec.structs.replace(metadata, files=checksums)
    write_bytes(encode_metadata(metadata), folder / files.RUN)


def write_shard_manifest(folder: Path, metadata: ShardMetadata) -> Path:
    """Write the file of a finished shard and return its path."""
    path = folder / files.name_shard(metadata.number, metadata.count)
    write_bytes(encode_metadata(metadata), path)
    return path


def hash_file(path: Path) -> str:
    """Return the file's SHA-256, as sha256sum prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
