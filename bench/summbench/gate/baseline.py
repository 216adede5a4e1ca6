"""A baseline: what the gate needs of a run, small enough to commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import to_json
from summbench.runs import files
from summbench.runs.run import PredictionDigest, RunData
from summbench.runs.writer import SCHEMA, long_table, seal
from summbench.store.atomic_files import check_writable, write_table, write_text

_NAN = float("nan")
_FAILED = "failed in the run"


def write_baseline(results: RunData, folder: Path, hashes_only: bool = False) -> list[str]:
    """The names of the files written to the folder, the same bytes for the same run.

    No articles, references, paths or machine; `hashes_only` leaves out the summaries too.
    """
    if _is_run(folder):
        raise SummbenchError(
            f"{folder} is a results folder, and a baseline would overwrite it; give a folder of "
            "its own, as in --baseline results/baseline."
        )
    check_writable(folder)
    scores = long_table(
        (*key, list(values), list(values.values()))
        for key, values in results.quality_scores.items()
    )
    write_table(scores, folder / files.SCORES)
    write_table(_predictions(results, hashes_only), folder / files.PREDICTIONS)
    write_text(to_json(_reduced(results.leaderboard)), folder / files.LEADERBOARD)
    write_text(_readme(results, hashes_only), folder / files.README)
    seal(folder, _run(results))
    return [files.README, *files.REQUIRED, files.RUN]


def _is_run(folder: Path) -> bool:
    try:
        return "config" in json.loads((folder / files.RUN).read_bytes())
    except (OSError, ValueError, TypeError):
        return False


def _run(results: RunData) -> Mapping[str, object]:
    datasets = {
        name: {"fingerprint": info.fingerprint, "articles": _hashes(results.articles[name])}
        for name, info in results.leaderboard.datasets.items()
    }
    board = results.leaderboard
    facts = {"margins": dict(results.margins), "primary": board.primary, "datasets": datasets}
    return {**results.metadata, "schema_version": SCHEMA, **facts}


def _hashes(articles: Mapping[str, str]) -> dict[str, str]:
    """None of a dataset that has too many articles."""
    return {article: digest for article, digest in articles.items() if digest}


def _reduced(board: Leaderboard) -> Leaderboard:
    """Quality alone; without pairs, times of a machine, and errors, which may name its paths."""
    metrics = {name: info for name, info in board.metrics.items() if info.role == "quality"}
    return replace(
        board,
        display_metrics=[name for name in board.display_metrics if name in metrics],
        metrics=metrics,
        entries=[entry for entry in board.entries if entry.metric in metrics],
        comparisons=[],
        health=[
            replace(health, seconds_per_article=_NAN, tokens_per_second=_NAN)
            for health in board.health
        ],
        failures={},
    )


def _predictions(results: RunData, hashes_only: bool) -> pa.Table:
    rows = [
        (*place, article, *_kept(answer, hashes_only))
        for place, answers in results.prediction_digests.items()
        for article, answer in answers.items()
    ]
    names = ("dataset", "model", "article_id", "summary", "summary_sha256", "error")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(dict(zip(names, arrays, strict=True)))


def _kept(answer: PredictionDigest, hashes_only: bool) -> tuple[str | None, str, str | None]:
    summary = None if hashes_only else answer.summary
    return summary, answer.summary_sha256, None if answer.error is None else _FAILED


def _readme(results: RunData, hashes_only: bool) -> str:
    option = " --hashes-only" if hashes_only else ""
    name, finished = results.metadata["name"], results.metadata["finished"]
    return (
        f"Baseline of the run {name!r}: what `summbench compare` holds new results against.\n"
        f"Made from the run of {finished} by `summbench report RUN --baseline FOLDER{option}`.\n"
        "Make it again with that command, from a run that is meant to be the new standard.\n"
    )
