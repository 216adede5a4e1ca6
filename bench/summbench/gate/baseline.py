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


def write_baseline(run: RunData, folder: Path, hashes_only: bool = False) -> list[str]:
    """Writes the baseline of a run and returns its file names; the same bytes for the same run.

    It has no articles, references, paths or machine; `hashes_only` leaves out the summaries too.

    Raises:
        SummbenchError: the folder holds a run, or can't be written to.
    """
    if _has_run(folder):
        raise SummbenchError(
            f"{folder} is a results folder, and a baseline would overwrite it. Give it a folder "
            "of its own, as in --baseline results/baseline."
        )
    check_writable(folder)
    scores = long_table(
        (*key, list(values), list(values.values())) for key, values in run.quality_scores.items()
    )
    write_table(scores, folder / files.SCORES)
    write_table(_tabulate_predictions(run, hashes_only), folder / files.PREDICTIONS)
    write_text(to_json(_reduce_leaderboard(run.leaderboard)), folder / files.LEADERBOARD)
    write_text(_format_readme(run, hashes_only), folder / files.README)
    seal(folder, _build_metadata(run))
    return [files.README, *files.REQUIRED, files.RUN]


def _has_run(folder: Path) -> bool:
    try:
        return "config" in json.loads((folder / files.RUN).read_bytes())
    except (OSError, ValueError, TypeError):
        return False


def _build_metadata(run: RunData) -> Mapping[str, object]:
    board = run.leaderboard
    datasets = {
        name: {"fingerprint": info.fingerprint, "articles": _select_hashes(run.articles[name])}
        for name, info in board.datasets.items()
    }
    return {
        **run.metadata,
        "schema_version": SCHEMA,
        "margins": dict(run.margins),
        "primary": board.primary,
        "datasets": datasets,
    }


def _select_hashes(articles: Mapping[str, str]) -> dict[str, str]:
    """None of a dataset that has too many articles."""
    return {article: sha256 for article, sha256 in articles.items() if sha256}


def _reduce_leaderboard(board: Leaderboard) -> Leaderboard:
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


def _tabulate_predictions(run: RunData, hashes_only: bool) -> pa.Table:
    rows = [
        (*place, article, *_redact(digest, hashes_only))
        for place, digests in run.prediction_digests.items()
        for article, digest in digests.items()
    ]
    names = ("dataset", "model", "article_id", "summary", "summary_sha256", "error")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(dict(zip(names, arrays, strict=True)))


def _redact(digest: PredictionDigest, hashes_only: bool) -> tuple[str | None, str, str | None]:
    summary = None if hashes_only else digest.summary
    return summary, digest.summary_sha256, None if digest.error is None else _FAILED


def _format_readme(run: RunData, hashes_only: bool) -> str:
    option = " --hashes-only" if hashes_only else ""
    name, finished = run.metadata["name"], run.metadata["finished"]
    return (
        f"Baseline of the run {name!r}: what `summbench compare` compares new results with.\n"
        f"Made from the run of {finished} by `summbench report RUN --baseline FOLDER{option}`.\n"
        "Make it again with that command, from a run that is meant to be the new standard.\n"
    )
