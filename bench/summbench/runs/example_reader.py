"""What a finished run says about the articles that it kept, and its scores of all of them."""

from __future__ import annotations

import json
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
from summbench.core.records import RESULT_COLUMNS, Article, Example, Prediction
from summbench.runs import files

Floats = NDArray[np.float32]
Place = tuple[str, str]
"""A dataset and a model."""
Column = tuple[str, str, str]
"""A dataset, a metric and a model."""

_BATCH = 16_384
_NAMES = ("dataset", "model", "metric")


@dataclass(frozen=True, slots=True)
class ArticleExample:
    """The kept articles of each dataset, and what every model made of them, in their order.

    `scores` are of the kept articles, NaN where there is none; `all_scores` are of all articles,
    of some metrics only. `said` is the evidence: (dataset, model, article) -> metric -> JSON.
    """

    examples: Mapping[str, Sequence[Example]]
    answers: Mapping[Place, Mapping[str, Prediction]]
    scores: Mapping[Column, Floats]
    all_scores: Mapping[Column, Floats]
    said: Mapping[tuple[str, str, str], Mapping[str, Any]]


def read(folder: Path, shown: Collection[str], most: int | None = None) -> ArticleExample:
    """Of the results folder, at most so many articles a dataset; none if it kept none.

    `shown` names the metrics whose scores are wanted of all articles.
    """
    try:
        examples = _examples(folder / files.EXAMPLES, most)
        ids = {d: [e.article.id for e in found] for d, found in examples.items()}
        scores, all_scores = _scores(folder / files.SCORES, ids, shown)
        answers = _answers(folder / files.PREDICTIONS, ids)
        said = _said(folder / files.EVIDENCE, ids)
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise SummbenchError(
            f"{folder} can't be shown: its Parquet files are not those of one finished run "
            f"({error!r}). Repeat the run."
        ) from error
    return ArticleExample(examples, answers, scores, all_scores, said)


def _examples(path: Path, most: int | None) -> dict[str, list[Example]]:
    """In the order of the dataset, those of the widest spread if they are too many."""
    found: dict[str, list[tuple[float, Example]]] = {}
    for batch in _batches(path) if path.exists() else ():
        for row in batch.to_pylist():
            article = Article(row["article_id"], row["document"])
            example = Example(article, tuple(row["references"]))
            found.setdefault(row["dataset"], []).append((row["spread"], example))
    return {dataset: _widest(rows, most) for dataset, rows in found.items()}


def _widest(rows: Sequence[tuple[float, Example]], most: int | None) -> list[Example]:
    chosen = sorted(range(len(rows)), key=lambda i: -rows[i][0])[:most]
    return [rows[i][1] for i in sorted(chosen)]


def _scores(
    path: Path, ids: Mapping[str, Sequence[str]], shown: Collection[str]
) -> tuple[dict[Column, Floats], dict[Column, Floats]]:
    """Read run by run of rows of one dataset, model and metric, as they were written."""
    known = {dataset: pa.array(found, pa.string()) for dataset, found in ids.items()}
    kept: dict[Column, Floats] = {}
    parts: dict[Column, list[Floats]] = {}
    for batch in _batches(path, dictionary=_NAMES):
        for dataset, model, metric, rows in _stretches(batch):
            column = dataset, metric, model
            values = rows["value"].to_numpy(zero_copy_only=False).astype(np.float32)
            if metric in shown:
                parts.setdefault(column, []).append(values)
            if dataset in known:
                places = pc.index_in(rows["article_id"], known[dataset])
                here = places.is_valid().to_numpy(zero_copy_only=False)
                if column not in kept:
                    kept[column] = np.full(len(ids[dataset]), np.nan, np.float32)
                kept[column][places.drop_null().to_numpy()] = values[here]
    return kept, {column: np.concatenate(found) for column, found in parts.items()}


def _stretches(batch: pa.RecordBatch) -> Iterator[tuple[str, str, str, pa.RecordBatch]]:
    columns = [batch.column(name) for name in _NAMES]
    codes = np.stack([c.indices.to_numpy() for c in columns])
    starts = [0, *(np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], batch.num_rows], strict=True):
        dataset, model, metric = (c[start].as_py() for c in columns)
        yield dataset, model, metric, batch.slice(start, end - start)


def _answers(path: Path, ids: Mapping[str, Sequence[str]]) -> dict[Place, dict[str, Prediction]]:
    found: dict[Place, dict[str, Prediction]] = {}
    for row in _of_kept(path, ids):
        answer = Prediction(**{name: row[name] for name in RESULT_COLUMNS})
        found.setdefault((row["dataset"], row["model"]), {})[answer.article_id] = answer
    return found


def _said(
    path: Path, ids: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str, str], dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in _of_kept(path, ids) if path.exists() else ():
        place = row["dataset"], row["model"], row["article_id"]
        try:
            content = json.loads(row["evidence"])
        except ValueError:
            content = row["evidence"]
        found.setdefault(place, {})[row["metric"]] = content
    return found


def _of_kept(path: Path, ids: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    for batch in _batches(path):
        for dataset, known in ids.items():
            of_dataset = pc.equal(batch["dataset"], dataset)
            wanted = pc.is_in(batch["article_id"], pa.array(known, pa.string()))
            yield from batch.filter(pc.and_(of_dataset, wanted)).to_pylist()


def _batches(path: Path, dictionary: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(dictionary)) as file:
        yield from file.iter_batches(batch_size=_BATCH, use_threads=False)
