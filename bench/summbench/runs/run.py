"""A run's data: one object for a results folder, a baseline or a bundle, read as it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from summbench.core.article_order import sort_ids
from summbench.core.errors import SummbenchError
from summbench.core.parquet import check_expansion
from summbench.leaderboard.board import Comparison, Leaderboard
from summbench.leaderboard.comparisons import compare_scores
from summbench.leaderboard.serialization import from_json
from summbench.runs import files, tables
from summbench.runs.bundle import redact_metadata
from summbench.runs.schema import BaselineMetadata, RunMetadata, ShardMetadata, decode_metadata
from summbench.runs.source import RunFiles
from summbench.runs.tables import Place, PredictionDigest, ScoreKey
from summbench.store.parts import parse_table

_T = TypeVar("_T")


class RunData:
    """The data of a finished run; `path` is its folder or its bundle.

    Only run.json is read by `open`. Everything else is read when it is first asked for, and refused
    then if it is not what was written. `check` reads and checks all of it.
    """

    def __init__(self, source: RunFiles, metadata: RunMetadata | BaselineMetadata) -> None:
        self.path = source.path
        self.metadata = metadata
        self._source = source

    @classmethod
    def open(cls, path: Path) -> RunData:
        """Open a results folder, a baseline or a bundle.

        Raises: SummbenchError if it is none, is damaged, or is of another schema version.
        """
        source = RunFiles.open(path)
        try:
            metadata = decode_metadata(source.read(files.RUN))
        except ValueError as error:
            raise source.build_error(files.RUN, str(error)) from error
        if isinstance(metadata, ShardMetadata):
            raise source.build_error(files.RUN, "is of a shard")
        checksums = metadata.files or {}
        if not set(files.REQUIRED) <= set(checksums) <= set(files.CHECKSUMMED):
            names = ", ".join(files.REQUIRED)
            raise source.build_error(files.RUN, f"has no checksums of {names}")
        return cls(source, metadata)

    def redact(self, environment: Mapping[str, str]) -> RunData:
        """Return the same run, its metadata without folders and secrets of the machine."""
        return RunData(self._source, redact_metadata(self.metadata, environment)[0])

    @property
    def is_baseline(self) -> bool:
        """Whether it is reduced to what the gate needs."""
        return isinstance(self.metadata, BaselineMetadata)

    @property
    def is_bundle(self) -> bool:
        """Whether it is one file with the run's files in it."""
        return self._source.members is not None

    @property
    def run_metadata(self) -> RunMetadata:
        """The metadata of an evaluation.

        Raises: SummbenchError for a baseline, which has no config.
        """
        if isinstance(self.metadata, RunMetadata):
            return self.metadata
        raise SummbenchError(
            f"{self.path} is a baseline, which has no config and no models. Give the results "
            "folder of its run."
        )

    @property
    def margins(self) -> Mapping[str, float]:
        """Metric -> the loss that the gate allows, as a fraction."""
        return self.metadata.margins

    @cached_property
    def leaderboard(self) -> Leaderboard:
        """The content of leaderboard.json."""
        text = self.read_bytes(files.LEADERBOARD)
        leaderboard = from_json(text, str(self.path / files.LEADERBOARD))
        fingerprints = {name: info.fingerprint for name, info in leaderboard.datasets.items()}
        if fingerprints != {n: info.fingerprint for n, info in self.metadata.datasets.items()}:
            raise self._source.build_error(
                files.RUN, "has other dataset fingerprints than leaderboard.json"
            )
        return leaderboard

    @cached_property
    def scores(self) -> pa.Table:
        """One row a number: dataset, model, metric, article_id, value; null is undefined."""
        with self._name(files.SCORES):
            table = self._read_table(files.SCORES)
            tables.check_columns(table, tables.SCORE_COLUMNS)
        return table

    def compare_models(self, metric: str) -> list[Comparison]:
        """Every pair of models on a metric: of the primary as it is stored, of others anew.

        Raises: SummbenchError if there is no such metric.
        """
        board = self.leaderboard
        if metric == board.primary:
            return list(board.comparisons)
        if metric not in board.metrics:
            raise SummbenchError(
                f"There is no metric {metric!r} in {self.path}. Its metrics are: "
                f"{', '.join(board.metrics)}."
            )
        comparisons = []
        for dataset in board.datasets:
            hashes = self._hashes.get(dataset, {})
            with self._name(files.SCORES):
                scores = tables.collect_scores(self.scores, dataset, metric, hashes)
            comparisons += compare_scores(board, dataset, metric, scores)
        return comparisons

    @cached_property
    def predictions(self) -> pa.Table:
        """One row an article; a baseline has only the summary, its hash, and the error."""
        with self._name(files.PREDICTIONS):
            table = self._read_table(files.PREDICTIONS)
            tables.check_columns(table, ("dataset", "model", "article_id", "summary", "error"))
        return table

    @cached_property
    def repeats(self) -> pa.Table | None:
        """One row an output of the models with several an article; None if there are none."""
        return self._read_optional(files.REPEATS)

    @cached_property
    def evidence(self) -> pa.Table | None:
        """One row a reason: dataset, model, metric, article_id, evidence (JSON); None without."""
        return self._read_optional(files.EVIDENCE)

    def _read_optional(self, name: str) -> pa.Table | None:
        with self._name(name):
            return self._read_table(name) if self.has_file(name) else None

    @cached_property
    def articles(self) -> Mapping[str, Mapping[str, str]]:
        """Dataset -> article id -> hash, in canonical order; "" and by id if there are too many."""
        articles = dict(self._hashes)
        for dataset, hashes in self._hashes.items():
            if not hashes:
                count = self.leaderboard.datasets[dataset].articles
                with self._name(files.PREDICTIONS):
                    ids = tables.list_article_ids(dataset, count, self.prediction_digests)
                articles[dataset] = dict.fromkeys(sorted(ids), "")
        return articles

    @cached_property
    def quality_scores(self) -> Mapping[ScoreKey, Mapping[str, float]]:
        """(dataset, model, metric) -> article id, in canonical order -> value; judges too."""
        with self._name(files.SCORES):
            return tables.collect_quality_scores(self.scores, self.leaderboard, self._hashes)

    @cached_property
    def prediction_digests(self) -> Mapping[Place, Mapping[str, PredictionDigest]]:
        """(dataset, model) -> article id -> the summary or its hash."""
        with self._name(files.PREDICTIONS):
            return tables.digest_predictions(self.predictions, self.leaderboard, self._hashes)

    @cached_property
    def _hashes(self) -> Mapping[str, Mapping[str, str]]:
        return {
            name: {article: info.articles[article] for article in sort_ids(info.articles)}
            for name, info in self.metadata.datasets.items()
        }

    def rename_articles(self, names: Mapping[str, Mapping[str, str]]) -> RunData:
        """Return the same run with other ids; `names` is dataset -> id -> its new id."""

        def rename(dataset: str, by_id: Mapping[str, _T]) -> dict[str, _T]:
            new = names.get(dataset, {})
            return {new.get(article, article): value for article, value in by_id.items()}

        run = RunData(self._source, self.metadata)
        run.articles = {name: rename(name, hashes) for name, hashes in self.articles.items()}
        run.quality_scores = {k: rename(k[0], by_id) for k, by_id in self.quality_scores.items()}
        run.prediction_digests = {
            place: rename(place[0], by_id) for place, by_id in self.prediction_digests.items()
        }
        return run

    def list_files(self) -> list[str]:
        """Return the names of all files, those in folders with the folder."""
        return self._source.list_names()

    def has_file(self, name: str) -> bool:
        """Return whether the run has the file."""
        return self._source.has(name)

    def read_bytes(self, name: str) -> bytes:
        """Return a file's content.

        Raises: SummbenchError if it can't be read, or run.json has another checksum of it.
        """
        return self._source.read(name, (self.metadata.files or {}).get(name))

    def check(self) -> None:
        """Read everything that run.json lists.

        Raises: SummbenchError if a file is missing, changed, or lacks rows.
        """
        for name in self.metadata.files or {}:
            self.read_bytes(name)
        for _ in (self.quality_scores, self.prediction_digests, self.articles):
            pass

    def copy_to(self, folder: Path) -> None:
        """Write the run's files into a new folder.

        Raises: SummbenchError if the folder exists and is not empty, or can't be written.
        """
        self._source.copy_to(folder)

    def _read_table(self, name: str) -> pa.Table:
        data = self.read_bytes(name)
        check_expansion(data, str(self.path / name))
        return parse_table(data)

    @contextmanager
    def _name(self, name: str) -> Iterator[None]:
        """Name the file in the error for a table that is damaged or incomplete."""
        try:
            yield
        except tables.IncompleteTableError as error:
            raise self._source.build_error(name, str(error)) from error
        except (pa.ArrowException, OSError) as error:
            raise self._source.build_error(
                name, f"is no readable Parquet file ({error})"
            ) from error
