"""A run's scores and predictions as tables, and what comparisons need of them by article."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from summbench.core.records import RESULT_COLUMNS, Prediction, TaskResult, sha256
from summbench.leaderboard.board import Leaderboard
from summbench.store.arrays import build_array, build_nullable, build_table, repeat_texts

_T = TypeVar("_T")
Place = tuple[str, str]
"""A dataset and a model."""
ScoreKey = tuple[str, str, str]
"""A dataset, a model and a metric."""
Repeats = Mapping[Place, Sequence[TaskResult]]
"""Dataset and model -> the results of each of its repeats."""
ArticleHashes = Mapping[str, Mapping[str, str]]
"""Dataset -> article id -> hash of text and references."""

SCORE_COLUMNS = ("dataset", "model", "metric", "article_id", "value")
DIGEST_COLUMNS = ("dataset", "model", "article_id", "summary", "summary_sha256", "error")
_TYPES = {
    "input_tokens": pa.int64(),
    "output_tokens": pa.int64(),
    "seconds": pa.float64(),
    "input_truncated": pa.bool_(),
}
_SCORES = pa.schema([(n, pa.float64() if n == "value" else pa.string()) for n in SCORE_COLUMNS])
_PREDICTIONS = pa.schema(
    [(n, _TYPES.get(n, pa.string())) for n in ("dataset", "model", *RESULT_COLUMNS)]
)
_NAN = float("nan")
_EMPTY = hashlib.sha256(b"").hexdigest()


class IncompleteTableError(ValueError):
    """A table lacks columns or rows; the message ends a sentence that begins with its file."""


@dataclass(frozen=True, slots=True)
class PredictionDigest:
    """One summary; a baseline may keep its hash alone, and `error` means there is no summary."""

    summary: str | None
    summary_sha256: str
    empty: bool
    error: str | None


def build_score_table(
    rows: Iterable[tuple[str, str, str, Sequence[str], Sequence[float]]],
) -> pa.Table:
    """Return one row a number of dataset, model, metric, article ids and values; NaN is null."""
    parts = list(rows)
    if not parts:
        return _SCORES.empty_table()
    *names, ids, values = zip(*parts, strict=True)
    columns = [repeat_texts(texts, list(map(len, ids))) for texts in names]
    columns.append(build_array([*chain(*ids)], pa.string()))
    columns.append(build_nullable(np.array([*chain(*values)], np.float64)))
    return pa.Table.from_arrays(columns, schema=_SCORES)


def build_prediction_table(results: Sequence[TaskResult]) -> pa.Table:
    """Return one row a prediction, in the order of the results."""
    rows = [(result, prediction) for result in results for prediction in result.predictions]
    columns = {
        "dataset": [result.dataset for result, _ in rows],
        "model": [result.model for result, _ in rows],
    }
    columns |= {name: [getattr(p, name) for _, p in rows] for name in RESULT_COLUMNS}
    return build_table(columns, _PREDICTIONS)


def build_repeat_table(repeats: Repeats) -> pa.Table:
    """Return one row an output, numbered from 1, of the models that have several an article."""
    tables = [
        build_prediction_table([result]).add_column(
            2, "repeat", pa.array([number] * len(result.predictions), pa.int64())
        )
        for (_, model), results in repeats.items()
        for number, result in enumerate((replace(r, model=model) for r in results), start=1)
    ]
    return pa.concat_tables(tables)


def add_digests(predictions: pa.Table, repeats: Repeats) -> pa.Table:
    """Add the hash of each summary, or of all repeats of an article together."""
    digests: dict[tuple[str, str, str], str] = {}
    for (dataset, model), results in repeats.items():
        for of_article in zip(*(result.predictions for result in results), strict=True):
            texts = (p.summary if p.error is None else "\0" for p in of_article)
            digests[dataset, model, of_article[0].article_id] = sha256(*texts)
    columns = ("dataset", "model", "article_id", "summary")
    hashes = [
        digests.get(tuple(key)) or hashlib.sha256(summary.encode()).hexdigest()
        for *key, summary in _iterate_rows(predictions, columns)
    ]
    return predictions.append_column("summary_sha256", build_array(hashes, pa.string()))


def group_predictions(table: pa.Table) -> dict[Place, list[Prediction]]:
    """Return the predictions of each dataset and model, in the order of the rows."""
    predictions: dict[Place, list[Prediction]] = {}
    for row in table.to_pylist():
        prediction = Prediction(**{name: row[name] for name in RESULT_COLUMNS})
        predictions.setdefault((row["dataset"], row["model"]), []).append(prediction)
    return predictions


def group_scores(table: pa.Table, metric: str) -> dict[Place, list[float]]:
    """Return the metric's score of each article by dataset and model; NaN where it is undefined."""
    table = table.filter(pc.is_in(table["metric"], build_array([metric], pa.string())))
    scores: dict[Place, list[float]] = {}
    for dataset, model, value in _iterate_rows(table, ("dataset", "model", "value")):
        scores.setdefault((dataset, model), []).append(_NAN if value is None else value)
    return scores


def collect_scores(
    table: pa.Table, dataset: str, metric: str, articles: Collection[str]
) -> dict[str, list[float]]:
    """Return model -> its score of each article; NaN where it is undefined.

    Articles are in the order of `articles`, or of their ids where it is empty.

    Raises: IncompleteTableError if a model lacks the score of an article.
    """
    matches = pc.and_(
        *(
            pc.is_in(table[column], build_array([name], pa.string()))
            for column, name in (("dataset", dataset), ("metric", metric))
        )
    )
    scores: dict[str, dict[str, float]] = {}
    for model, article, value in _iterate_rows(
        table.filter(matches), ("model", "article_id", "value")
    ):
        scores.setdefault(model, {})[article] = _NAN if value is None else value
    return {
        model: list(_sort_articles(f"{metric} of {model!r}", v, articles, dataset).values())
        for model, v in scores.items()
    }


def collect_quality_scores(
    table: pa.Table, leaderboard: Leaderboard, articles: ArticleHashes
) -> dict[ScoreKey, dict[str, float]]:
    """Return (dataset, model, metric) -> article id -> value of quality metrics and of judges.

    Articles are in the order of `articles`, or of their ids where it has none.

    Raises: IncompleteTableError if an entry of the leaderboard lacks the score of an article.
    """
    quality = [name for name, info in leaderboard.metrics.items() if info.role == "quality"]
    quality += [row.metric for row in leaderboard.judges if row.metric not in quality]
    scores: dict[ScoreKey, dict[str, float]] = {
        (e.dataset, e.model, e.metric): {} for e in leaderboard.entries if e.metric in quality
    }
    table = table.filter(pc.is_in(table["metric"], build_array(quality, pa.string())))
    for dataset, model, metric, article, value in _iterate_rows(table, SCORE_COLUMNS):
        values = scores.setdefault((dataset, model, metric), {})
        values[article] = _NAN if value is None else value
    return {
        (dataset, model, metric): _sort_articles(
            f"{metric} of {model!r}", values, articles.get(dataset, {}), dataset
        )
        for (dataset, model, metric), values in scores.items()
    }


def digest_predictions(
    table: pa.Table, leaderboard: Leaderboard, articles: ArticleHashes
) -> dict[Place, dict[str, PredictionDigest]]:
    """Return (dataset, model) -> article id -> summary and its hash.

    Articles are in the order of `articles`, or of their ids where it has none.

    Raises: IncompleteTableError if a model of the leaderboard lacks an article.
    """
    digests: dict[Place, dict[str, PredictionDigest]] = {
        (e.dataset, e.model): {} for e in leaderboard.entries
    }
    if "summary_sha256" not in table.column_names and "summary" in table.column_names:
        hashes = [hashlib.sha256(s.encode()).hexdigest() for s in table["summary"].to_pylist()]
        table = table.append_column("summary_sha256", build_array(hashes, pa.string()))
    for dataset, model, article, summary, digest, error in _iterate_rows(table, DIGEST_COLUMNS):
        empty = digest == _EMPTY if summary is None else not summary.strip()
        digests.setdefault((dataset, model), {})[article] = PredictionDigest(
            summary, digest, empty, error
        )
    return {
        (dataset, model): _sort_articles(
            f"the summary of {model!r}", summaries, articles.get(dataset, {}), dataset
        )
        for (dataset, model), summaries in digests.items()
    }


def list_article_ids(
    dataset: str, count: int, digests: Mapping[Place, Mapping[str, PredictionDigest]]
) -> list[str]:
    """Return the ids of a dataset of which run.json has no hashes, as the predictions have them.

    Raises: IncompleteTableError if a model has not one prediction for each of `count` articles.
    """
    of_dataset = {model: ids for (place, model), ids in digests.items() if place == dataset}
    for model, ids in of_dataset.items():
        if len(ids) != count:
            raise IncompleteTableError(
                f"is incomplete: it has {len(ids)} summaries of {model!r}, not one for each of the "
                f"{count} articles of {dataset}"
            )
    return list(next(iter(of_dataset.values()), {}))


def check_columns(table: pa.Table, names: Sequence[str]) -> None:
    """Refuse a table without these columns.

    Raises: IncompleteTableError.
    """
    if missing := [name for name in names if name not in table.column_names]:
        raise IncompleteTableError(f"has no column {missing[0]!r}")


def _iterate_rows(table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    check_columns(table, names)
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _sort_articles(
    content: str, values: Mapping[str, _T], expected: Collection[str], dataset: str
) -> dict[str, _T]:
    if missing := [article for article in expected if article not in values]:
        raise IncompleteTableError(
            f"is incomplete: {content} is missing for {len(missing)} of {len(expected)} articles "
            f"of {dataset}, the first {missing[0]!r}"
        )
    return {article: values[article] for article in expected or sorted(values)}
