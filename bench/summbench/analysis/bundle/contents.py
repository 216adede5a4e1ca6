"""What the files in a bundle say of its run, and how references are stored in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.records import Article, Example, Prediction
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.runs.run import RunData
from summbench.runs.schema import RunMetadata
from summbench.runs.tables import group_predictions

ScoreKey = tuple[str, str, str, str]
"""Dataset, model, metric and article."""


@dataclass(frozen=True, slots=True)
class BundleContents:
    """The records of a bundle.

    `article_hashes` is dataset -> article id -> hash, empty for a dataset with too many articles.
    `predictions` has (dataset, model) as its keys, in the order of the articles; `repeats` has
    those of each repeat of a model with several outputs an article.
    """

    metadata: RunMetadata
    leaderboard: Leaderboard
    datasets: Mapping[str, Sequence[Example]]
    article_hashes: Mapping[str, Mapping[str, str]]
    has_articles: bool
    predictions: Mapping[tuple[str, str], Sequence[Prediction]]
    repeats: Mapping[tuple[str, str], Sequence[Sequence[Prediction]]]
    scores: Mapping[ScoreKey, float]


def format_references(datasets: Mapping[str, Sequence[Example]], with_articles: bool) -> bytes:
    """Write one JSON line an article: its references, its hash, and its text if asked for."""
    lines = []
    for name, examples in datasets.items():
        for example in examples:
            row: dict[str, Any] = {
                "dataset": name,
                "article_id": example.article.id,
                "references": list(example.references),
                "article_sha256": hashlib.sha256(example.article.text.encode()).hexdigest(),
            }
            if with_articles:
                row["article"] = example.article.text
            lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return show_controls("".join(lines)).encode()


def read_contents(run: RunData) -> BundleContents:
    """Read the records of a bundle.

    Raises: SummbenchError if a file is missing or the records do not fit together.
    """
    try:
        metadata = run.run_metadata
        hashes = {name: dataset.articles for name, dataset in metadata.datasets.items()}
        lines = run.read_bytes(files.REFERENCES).decode().split("\n")
        rows = [parse_json(line) for line in lines if line]
        datasets: dict[str, list[Example]] = {name: [] for name in metadata.datasets}
        for row in rows:
            article = Article(row["article_id"], row.get("article", ""))
            datasets[row["dataset"]].append(Example(article, tuple(row["references"])))
        predictions = group_predictions(run.predictions)
        scores = _index_scores(run.scores.to_pylist())
        leaderboard = run.leaderboard
    except (KeyError, TypeError, AttributeError, ValueError, pa.ArrowException, OSError) as error:
        raise SummbenchError(
            f"The checksums of the bundle are right, but summbench did not write it ({error!r})."
        ) from error
    predictions = _sort_predictions(predictions, datasets)
    repeats = _read_repeats(run, datasets)
    has_articles = all("article" in row for row in rows)
    return BundleContents(
        metadata, leaderboard, datasets, hashes, has_articles, predictions, repeats, scores
    )


def _read_repeats(
    run: RunData, datasets: Mapping[str, Sequence[Example]]
) -> dict[tuple[str, str], list[Sequence[Prediction]]]:
    table = run.repeats
    repeats: dict[tuple[str, str], list[Sequence[Prediction]]] = {}
    if table is None:
        return {}
    for number in sorted(set(table["repeat"].to_pylist())):
        of_number = table.filter(pc.equal(table["repeat"], number))
        ordered = _sort_predictions(group_predictions(of_number), datasets)
        for place, predictions in ordered.items():
            repeats.setdefault(place, []).append(predictions)
    return repeats


def _sort_predictions(
    predictions: Mapping[tuple[str, str], Sequence[Prediction]],
    datasets: Mapping[str, Sequence[Example]],
) -> dict[tuple[str, str], list[Prediction]]:
    """The predictions in the order of the references, which may have been loaded in another."""
    ordered = {}
    for (dataset, model), of_model in predictions.items():
        by_id = {prediction.article_id: prediction for prediction in of_model}
        ids = [example.article.id for example in datasets.get(dataset, ())]
        if sorted(ids) != sorted(prediction.article_id for prediction in of_model):
            raise SummbenchError(
                f"{files.PREDICTIONS}: {model} on {dataset} does not have one prediction for each "
                f"article of {files.REFERENCES}."
            )
        ordered[dataset, model] = [by_id[article] for article in ids]
    return ordered


def _index_scores(rows: Sequence[Mapping[str, Any]]) -> dict[ScoreKey, float]:
    scores: dict[ScoreKey, float] = {}
    for row in rows:
        key = (row["dataset"], row["model"], row["metric"], row["article_id"])
        if key in scores:
            raise SummbenchError(f"{files.SCORES} has two numbers for {', '.join(key)}.")
        scores[key] = float("nan") if row["value"] is None else row["value"]
    return scores
