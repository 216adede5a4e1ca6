"""A run's folder, read back only if it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import from_json
from summbench.runs import files
from summbench.runs.run import Place, PredictionDigest, RunData
from summbench.runs.writer import SCHEMA
from summbench.store.parts import parse_table

_OF_RUN = ("schema_version", "name", "finished", "versions", "git")
_NAN = float("nan")
_EMPTY = hashlib.sha256(b"").hexdigest()


def read(folder: Path) -> RunData:
    """The folder of a run or of a baseline; refused unless it is whole and as it was written."""
    path = folder / files.RUN
    run = _json(path)
    _check_files(folder, run)
    text = _bytes(folder / files.LEADERBOARD).decode("utf-8", "replace")
    board = from_json(text, str(folder / files.LEADERBOARD))
    try:
        made = {key: run[key] for key in _OF_RUN}
        margins = run["config"].get("margins") or {} if "config" in run else run["margins"]
        articles = {name: dict(info["articles"]) for name, info in run["datasets"].items()}
        prints = {name: info["fingerprint"] for name, info in run["datasets"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _damaged(path, f"lacks what a run has to say of itself ({error!r})") from error
    if prints != {name: info.fingerprint for name, info in board.datasets.items()}:
        raise _damaged(path, "has other dataset fingerprints than leaderboard.json")
    scores = _read_scores(folder / files.SCORES, board, articles)
    answers = _read_answers(folder / files.PREDICTIONS, board, articles)
    articles = {
        name: hashes or _unhashed(folder / files.PREDICTIONS, name, board, answers)
        for name, hashes in articles.items()
    }
    return RunData(folder, "config" not in run, made, board, margins, articles, scores, answers)


def per_article(folder: Path, metric: str) -> dict[tuple[str, str], list[float]]:
    """Dataset and model -> the metric's score of each article; NaN where it is undefined."""
    path = folder / files.SCORES
    table = _table(path)
    if "metric" in table.column_names:
        table = table.filter(pc.equal(table["metric"], metric))
    found: dict[tuple[str, str], list[float]] = {}
    for dataset, model, value in _rows(path, table, ("dataset", "model", "value")):
        found.setdefault((dataset, model), []).append(_NAN if value is None else value)
    return found


def _check_files(folder: Path, run: Mapping[str, Any]) -> None:
    checksums = run.get("files")
    if not isinstance(checksums, dict) or not set(files.REQUIRED) <= set(checksums) <= set(
        files.CHECKSUMMED
    ):
        raise _damaged(folder / files.RUN, f"has no checksums of {', '.join(files.REQUIRED)}")
    for name in checksums:
        found = hashlib.sha256(_bytes(folder / name)).hexdigest()
        if found != checksums[name]:
            raise _damaged(
                folder / name,
                f"was changed or cut off: its SHA-256 is {found[:12]}..., "
                f"run.json says {str(checksums[name])[:12]}...",
            )


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"is no JSON ({error})") from error
    if not isinstance(content, dict) or content.get("schema_version") != SCHEMA:
        raise _damaged(path, f"is not of schema version {SCHEMA}")
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _damaged(path, f"can't be read ({error.strerror})") from error


def _damaged(path: Path, what: str) -> SummbenchError:
    return SummbenchError(
        f"{path} {what}. Make {path.parent} again: a results folder with summbench run or score, "
        "a baseline with summbench report RUN --baseline FOLDER."
    )


def _table(path: Path) -> pa.Table:
    try:
        return parse_table(_bytes(path))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, f"is no readable Parquet file ({error})") from error


def _rows(path: Path, table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    if lacking := [name for name in names if name not in table.column_names]:
        raise _damaged(path, f"has no column {lacking[0]!r}")
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _read_scores(
    path: Path, board: Leaderboard, articles: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str, str], dict[str, float]]:
    """The quality metrics of every entry of the leaderboard."""
    quality = [name for name, info in board.metrics.items() if info.role == "quality"]
    found: dict[tuple[str, str, str], dict[str, float]] = {
        (e.dataset, e.model, e.metric): {} for e in board.entries if e.metric in quality
    }
    table = _table(path)
    if "metric" in table.column_names:
        table = table.filter(pc.is_in(table["metric"], pa.array(quality, pa.string())))
    rows = _rows(path, table, ("dataset", "model", "metric", "article_id", "value"))
    for dataset, model, metric, article, value in rows:
        values = found.setdefault((dataset, model, metric), {})
        values[article] = _NAN if value is None else value
    for (dataset, model, metric), values in found.items():
        _check_complete(path, f"{metric} of {model!r}", dataset, values, articles)
    return found


def _read_answers(
    path: Path, board: Leaderboard, articles: Mapping[str, Mapping[str, str]]
) -> dict[Place, dict[str, PredictionDigest]]:
    found: dict[Place, dict[str, PredictionDigest]] = {
        (e.dataset, e.model): {} for e in board.entries
    }
    table = _table(path)
    if "summary_sha256" not in table.column_names and "summary" in table.column_names:
        hashes = [hashlib.sha256(s.encode()).hexdigest() for s in table["summary"].to_pylist()]
        table = table.append_column("summary_sha256", pa.array(hashes, pa.string()))
    names = ("dataset", "model", "article_id", "summary", "summary_sha256", "error")
    for dataset, model, article, summary, digest, error in _rows(path, table, names):
        empty = digest == _EMPTY if summary is None else not summary.strip()
        found.setdefault((dataset, model), {})[article] = PredictionDigest(
            summary, digest, empty, error
        )
    for (dataset, model), answers in found.items():
        _check_complete(path, f"the summary of {model!r}", dataset, answers, articles)
    return found


def _unhashed(
    path: Path,
    dataset: str,
    board: Leaderboard,
    answers: Mapping[Place, Mapping[str, PredictionDigest]],
) -> dict[str, str]:
    """Of more articles than run.json has hashes of, the ids; as many as the leaderboard says."""
    wanted = board.datasets[dataset].articles
    for (of, model), found in answers.items():
        if of == dataset and len(found) != wanted:
            raise _damaged(
                path,
                f"is incomplete: it has {len(found)} summaries of {model!r}, not one for each of "
                f"the {wanted} articles of {dataset}",
            )
    ids = next((found for (of, _), found in answers.items() if of == dataset), {})
    return dict.fromkeys(ids, "")


def _check_complete(
    path: Path,
    what: str,
    dataset: str,
    found: Collection[str],
    articles: Mapping[str, Mapping[str, str]],
) -> None:
    wanted = articles.get(dataset, {})
    if lacking := [article for article in wanted if article not in found]:
        raise _damaged(
            path,
            f"is incomplete: {what} is missing for {len(lacking)} of {len(wanted)} articles of "
            f"{dataset}, the first {lacking[0]!r}",
        )
