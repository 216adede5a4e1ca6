"""What a bundle recorded against what its predictions score here, bit for bit."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
from summbench.core.errors import SummbenchError
from summbench.core.records import RESULT_COLUMNS, Article, Example, Prediction, TaskResult, sha256
from summbench.datasets.description import fingerprint_dataset
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.stats.intervals import estimates
from summbench.store.parts import table_of

_NAN = float("nan")

Row = tuple[str, str, str, str]
"""Dataset, model, metric and article."""


class Difference(NamedTuple):
    """A number or hash of the bundle that is another one here."""

    file: str
    where: str
    recorded: object
    here: object


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a bundle says of its run, without its leaderboard."""

    run: Mapping[str, Any]
    datasets: Mapping[str, Sequence[Example]]
    hashes: Mapping[str, Mapping[str, str]]
    has_articles: bool
    predicted: Mapping[tuple[str, str], Sequence[Prediction]]
    scores: Mapping[Row, float]


def references(datasets: Mapping[str, Sequence[Example]], with_articles: bool) -> bytes:
    """One JSON line an article: its references, its hash, and its text only if asked for."""
    lines = []
    for name, examples in datasets.items():
        for example in examples:
            row: dict[str, Any] = {
                "dataset": name,
                "article_id": example.article.id,
                "references": list(example.references),
                "article_sha256": _plain(example.article.text),
            }
            if with_articles:
                row["article"] = example.article.text
            lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def recorded(members: Mapping[str, bytes]) -> Recorded:
    """The records of a bundle, or SummbenchError if they do not fit together."""
    try:
        run = json.loads(members[files.RUN])
        if not isinstance(run, dict) or not isinstance(run["config"]["metric"], dict):
            raise SummbenchError("run.json names no metrics; it is none of a run.")
        if not isinstance(run["versions"], dict) or not isinstance(run["metrics"], dict):
            raise SummbenchError("run.json names no versions or metrics; it is none of a run.")
        hashes = {name: dict(data["articles"]) for name, data in run["datasets"].items()}
        rows = [json.loads(line) for line in members[files.REFERENCES].decode().split("\n") if line]
        datasets: dict[str, list[Example]] = {name: [] for name in run["datasets"]}
        for row in rows:
            article = Article(row["article_id"], row.get("article", ""))
            datasets[row["dataset"]].append(Example(article, tuple(row["references"])))
        predicted = predictions_of(table_of(members[files.PREDICTIONS]).to_pylist())
        scores = _scores(table_of(members[files.SCORES]).to_pylist())
    except (KeyError, TypeError, AttributeError, ValueError, pa.ArrowException, OSError) as error:
        raise SummbenchError(
            f"The bundle is sealed but not as summbench writes it ({error!r})."
        ) from error
    for (dataset, model), predictions in predicted.items():
        if [p.article_id for p in predictions] != [e.article.id for e in datasets[dataset]]:
            raise SummbenchError(
                f"{files.PREDICTIONS}: {model} on {dataset} has not one prediction for each "
                f"article of {files.REFERENCES}, in their order."
            )
    has_articles = all("article" in row for row in rows)
    return Recorded(run, datasets, hashes, has_articles, predicted, scores)


def predictions_of(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[Prediction]]:
    """The predictions of each dataset and model in the rows of a predictions.parquet."""
    found: dict[tuple[str, str], list[Prediction]] = {}
    for row in rows:
        prediction = Prediction(**{name: row[name] for name in RESULT_COLUMNS})
        found.setdefault((row["dataset"], row["model"]), []).append(prediction)
    return found


def _scores(rows: Sequence[dict[str, Any]]) -> dict[Row, float]:
    found: dict[Row, float] = {}
    for row in rows:
        key = (row["dataset"], row["model"], row["metric"], row["article_id"])
        if key in found:
            raise SummbenchError(f"{files.SCORES} has two numbers for {', '.join(key)}.")
        found[key] = _NAN if row["value"] is None else row["value"]
    return found


def differences(
    bundle: Recorded, board: Leaderboard, cells: Sequence[TaskResult], unscored: Collection[str]
) -> Iterator[Difference]:
    """Every article, score and mean that is not what the bundle says.

    The columns in `unscored` could not be made again; their recorded scores stand in for their
    means.
    """
    yield from _of_articles(bundle)
    here = {
        (cell.dataset, cell.model, metric, prediction.article_id): value
        for cell in cells
        for metric, values in cell.scores.items()
        for prediction, value in zip(cell.predictions, values, strict=True)
    }
    for row in {**bundle.scores, **here}:
        was, now = bundle.scores.get(row), here.get(row)
        if not _same(was, now) and not (now is None and row[2] in unscored):
            dataset, model, metric, article = row
            where = f"{dataset}, {model}, {metric}, article {article}"
            yield Difference(files.SCORES, where, was, now)
    yield from _of_means(bundle, board, {**bundle.scores, **here})


def _of_articles(bundle: Recorded) -> Iterator[Difference]:
    """With the texts in it, a bundle can be held against the hashes in its run.json."""
    for name, examples in bundle.datasets.items() if bundle.has_articles else ():
        hashes = bundle.hashes[name]
        if not hashes:
            whole, here = bundle.run["datasets"][name]["fingerprint"], fingerprint_dataset(examples)
            if whole != here:
                yield Difference(files.REFERENCES, f"{name}, all articles together", whole, here)
            continue
        found = {e.article.id: sha256(e.article.text, *e.references) for e in examples}
        for article in {**hashes, **found}:
            was, now = hashes.get(article), found.get(article)
            if was != now:
                yield Difference(files.REFERENCES, f"{name}, article {article}", was, now)


def _of_means(
    bundle: Recorded, board: Leaderboard, scores: Mapping[Row, float]
) -> Iterator[Difference]:
    """Each mean and its n, by the function that the leaderboard has them from."""
    columns: dict[tuple[str, str, str], list[float]] = {}
    for dataset, model, metric, _ in sorted(scores):
        columns.setdefault((dataset, model, metric), [])
    for (dataset, model, metric), values in columns.items():
        predictions = bundle.predicted.get((dataset, model), ())
        if any(p.error is None for p in predictions):
            rows = [(dataset, model, metric, p.article_id) for p in predictions]
            values += [scores.get(row, _NAN) for row in rows]
    found = estimates(columns.items(), resamples=1)
    entries = {(e.dataset, e.model, e.metric): e.estimate for e in board.entries}
    for key in {**entries, **columns}:
        was, now = entries.get(key), found.get(key)
        for what in ("mean", "n"):
            before, after = getattr(was, what, None), getattr(now, what, None)
            if not _same(before, after):
                yield Difference(files.LEADERBOARD, f"{', '.join(key)}, {what}", before, after)


def _same(a: float | None, b: float | None) -> bool:
    """Bit for bit; any NaN is as undefined as another."""
    if a is None or b is None:
        return a is b
    return (a != a and b != b) or struct.pack("<d", a) == struct.pack("<d", b)


def _plain(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
