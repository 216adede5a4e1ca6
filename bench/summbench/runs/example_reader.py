"""The articles that a finished run stored, with predictions, evidence and scores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.parquet import check_expansion
from summbench.core.records import RESULT_COLUMNS, Article, Example, Prediction
from summbench.runs import files
from summbench.store.arrays import build_array, read_numbers

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
DatasetModel = tuple[str, str]
"""A dataset and a model."""
ScoreColumn = tuple[str, str, str]
"""A dataset, a metric and a model."""
EvidenceKey = tuple[str, str, str]
"""A dataset, a model and an article."""

_BATCH_SCORES, _BATCH_TEXTS = 16_384, 1_024  # rows that are read together
_TABLES = (files.EXAMPLES, files.SCORES, files.PREDICTIONS, files.EVIDENCE)
_COLUMN_NAMES = ("dataset", "model", "metric")


@dataclass(frozen=True, slots=True)
class RunExamples:
    """The stored articles of each dataset, and each model's predictions, in their order.

    `scores` are of the stored articles, NaN if there is none; `all_scores` are of all articles, of
    some metrics only. `evidence` has the JSON of each metric.
    """

    examples: Mapping[str, Sequence[Example]]
    predictions: Mapping[DatasetModel, Mapping[str, Prediction]]
    scores: Mapping[ScoreColumn, Floats]
    all_scores: Mapping[ScoreColumn, Doubles]
    evidence: Mapping[EvidenceKey, Mapping[str, Any]]


def read_examples(
    folder: Path, metrics: Collection[str], max_articles: int | None = None
) -> RunExamples:
    """The examples of a results folder, at most so many a dataset; empty if it stored none.

    `metrics` are those whose scores are read for all articles.

    Raises:
        SummbenchError: if the Parquet files are damaged or of different runs.
    """
    try:
        for path in (folder / name for name in _TABLES):
            if path.is_file():
                check_expansion(path, str(path))
        examples = read_articles(folder / files.EXAMPLES, max_articles)
        ids = {name: [e.article.id for e in listed] for name, listed in examples.items()}
        scores, all_scores = _read_scores(folder / files.SCORES, ids, metrics)
        predictions = _read_predictions(folder / files.PREDICTIONS, ids)
        evidence = _read_evidence(folder / files.EVIDENCE, ids)
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise SummbenchError(
            f"{folder} can't be shown: its Parquet files are not those of one finished run "
            f"({error!r}). Repeat the run."
        ) from error
    return RunExamples(examples, predictions, scores, all_scores, evidence)


def read_articles(path: Path, max_articles: int | None = None) -> dict[str, list[Example]]:
    """Dataset -> its stored articles in their order; those with the widest spread if more."""
    rows_by_dataset: dict[str, list[tuple[float, Example]]] = {}
    for batch in _iterate_batches(path, _BATCH_TEXTS) if path.exists() else ():
        for row in batch.to_pylist():
            article = Article(row["article_id"], row["document"])
            texts = [text.partition(": ") for text in row.get("groups") or ()]
            groups = tuple((name, cell) for name, _, cell in texts)
            example = Example(article, tuple(row["references"]), groups)
            rows_by_dataset.setdefault(row["dataset"], []).append((row["spread"], example))
    return {name: _select_widest(rows, max_articles) for name, rows in rows_by_dataset.items()}


def _select_widest(
    rows: Sequence[tuple[float, Example]], max_articles: int | None
) -> list[Example]:
    selected = sorted(range(len(rows)), key=lambda i: -rows[i][0])[:max_articles]
    return [rows[i][1] for i in sorted(selected)]


def _read_scores(
    path: Path, ids: Mapping[str, Sequence[str]], metrics: Collection[str]
) -> tuple[dict[ScoreColumn, Floats], dict[ScoreColumn, Doubles]]:
    """Read in stretches of rows of one dataset, model and metric, as they were written."""
    id_arrays = {dataset: build_array(listed, pa.string()) for dataset, listed in ids.items()}
    scores: dict[ScoreColumn, Floats] = {}
    parts: dict[ScoreColumn, list[Doubles]] = {}
    for batch in _iterate_batches(path, _BATCH_SCORES, _COLUMN_NAMES):
        for dataset, model, metric, rows in _split_by_column(batch):
            column = dataset, metric, model
            values = read_numbers(rows["value"]).astype(np.float64)
            if metric in metrics:
                parts.setdefault(column, []).append(values)
            if dataset in id_arrays:
                positions = read_numbers(pc.index_in(rows["article_id"], id_arrays[dataset]))
                is_stored = ~np.isnan(positions)
                if column not in scores:
                    scores[column] = np.full(len(ids[dataset]), np.nan, np.float32)
                scores[column][positions[is_stored].astype(int)] = values[is_stored]
    return scores, {column: np.concatenate(arrays) for column, arrays in parts.items()}


def _split_by_column(batch: pa.RecordBatch) -> Iterator[tuple[str, str, str, pa.RecordBatch]]:
    columns = [batch.column(name) for name in _COLUMN_NAMES]
    codes = np.stack([read_numbers(c.indices) for c in columns])
    starts = [0, *(np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], batch.num_rows], strict=True):
        dataset, model, metric = (c[start].as_py() for c in columns)
        yield dataset, model, metric, batch.slice(start, end - start)


def _read_predictions(
    path: Path, ids: Mapping[str, Sequence[str]]
) -> dict[DatasetModel, dict[str, Prediction]]:
    predictions: dict[DatasetModel, dict[str, Prediction]] = {}
    for row in _iterate_stored_rows(path, ids):
        prediction = Prediction(**{name: row[name] for name in RESULT_COLUMNS})
        by_article = predictions.setdefault((row["dataset"], row["model"]), {})
        by_article[prediction.article_id] = prediction
    return predictions


def _read_evidence(
    path: Path, ids: Mapping[str, Sequence[str]]
) -> dict[EvidenceKey, dict[str, Any]]:
    evidence: dict[EvidenceKey, dict[str, Any]] = {}
    for row in _iterate_stored_rows(path, ids) if path.exists() else ():
        key = row["dataset"], row["model"], row["article_id"]
        try:
            content = parse_json(row["evidence"])
        except ValueError:
            content = row["evidence"]
        evidence.setdefault(key, {})[row["metric"]] = content
    return evidence


def _iterate_stored_rows(path: Path, ids: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The rows of the stored articles alone."""
    for batch in _iterate_batches(path, _BATCH_TEXTS):
        for dataset, listed in ids.items():
            of_dataset = pc.is_in(batch["dataset"], build_array([dataset], pa.string()))
            is_stored = pc.is_in(batch["article_id"], build_array(listed, pa.string()))
            yield from batch.filter(pc.and_(of_dataset, is_stored)).to_pylist()


def _iterate_batches(
    path: Path, n_rows: int, dictionary: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(dictionary)) as file:
        yield from file.iter_batches(batch_size=n_rows, use_threads=False)
