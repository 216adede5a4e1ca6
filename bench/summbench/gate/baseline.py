"""A baseline: what the gate needs of a run, small enough to commit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pyarrow as pa

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.whole_files import read_whole
from summbench.gate.settings import hash_texts, record_settings
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import to_json
from summbench.runs import files
from summbench.runs.run import RunData
from summbench.runs.schema import SCHEMA_VERSION, BaselineMetadata
from summbench.runs.tables import DIGEST_COLUMNS, PredictionDigest, build_score_table
from summbench.runs.writer import RunWriter
from summbench.store.arrays import build_array
from summbench.store.atomic_files import check_writable

_NAN = float("nan")
_FAILED = "failed in the run"


def write_baseline(run: RunData, folder: Path, hashes_only: bool = False) -> list[str]:
    """Writes the baseline of a run and returns its file names; the same bytes for the same run.

    It has the settings of the models, and no articles, references, paths or machine. `hashes_only`
    has hashes in place of the summaries, and of prompts and other texts of the settings.

    Raises:
        SummbenchError: the folder holds a run, or can't be written to; or no model has a summary.
    """
    _refuse_failed(run)
    if _has_run(folder):
        raise SummbenchError(
            f"{folder} is a results folder, and a baseline would overwrite it. Give it a folder "
            "of its own, as in --baseline results/baseline."
        )
    check_writable(folder, "--baseline FOLDER")
    scores = build_score_table(
        (*key, list(values), list(values.values())) for key, values in run.quality_scores.items()
    )
    texts = {
        files.LEADERBOARD: to_json(_reduce_leaderboard(run.leaderboard)),
        files.README: _format_readme(run, hashes_only),
    }
    with RunWriter(folder) as writer:
        writer.add_tables(scores, _tabulate_predictions(run, hashes_only))
        writer.finish(texts, _build_metadata(run, hashes_only))
    return [files.README, *files.REQUIRED, files.RUN]


def _has_run(folder: Path) -> bool:
    try:
        return "config" in parse_json(read_whole(folder / files.RUN))
    except (OSError, ValueError, TypeError):
        return False


def list_failures(run: RunData) -> list[str]:
    """Say of each model how many outputs failed, "lead3: 2 of 50"."""
    return [
        f"{health.model}: {health.failed:,} of {health.articles:,}"
        for health in run.leaderboard.health
        if health.failed
    ]


def _refuse_failed(run: RunData) -> None:
    health = run.leaderboard.health
    if health and all(row.failed == row.articles for row in health):
        causes = list(run.leaderboard.failures.values())
        raise SummbenchError(
            "Every output of this run failed, so nothing could be worse than its baseline. Mend "
            f"the run first, and make it again.{f' It says: {causes[0]}' if causes else ''}"
        )


def _build_metadata(run: RunData, hashes_only: bool) -> BaselineMetadata:
    models = record_settings(run.metadata) or {}
    if hashes_only:
        models = {
            name: msgspec.structs.replace(settings, config=hash_texts(settings.config))
            for name, settings in models.items()
        }
    return BaselineMetadata(
        schema_version=SCHEMA_VERSION,
        kind="baseline",
        name=run.metadata.name,
        finished=run.metadata.finished,
        versions=run.metadata.versions,
        git=run.metadata.git,
        project=run.metadata.project,
        margins=dict(run.margins),
        primary=run.leaderboard.primary,
        datasets=run.metadata.datasets,
        models=models,
    )


def _reduce_leaderboard(board: Leaderboard) -> Leaderboard:
    """Quality and judges; without pairs, times of a machine, and errors, which may name paths."""
    judges = {row.metric for row in board.judges}
    metrics = {
        name: info
        for name, info in board.metrics.items()
        if info.role == "quality" or name in judges
    }
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
        macro=None,
        slices=[],
        slice_comparisons=[],
    )


def _tabulate_predictions(run: RunData, hashes_only: bool) -> pa.Table:
    rows = [
        (*place, article, *_redact(digest, hashes_only))
        for place, digests in run.prediction_digests.items()
        for article, digest in digests.items()
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * len(DIGEST_COLUMNS)
    arrays = [build_array(column, pa.string()) for column in columns]
    return pa.Table.from_arrays(arrays, DIGEST_COLUMNS)


def _redact(digest: PredictionDigest, hashes_only: bool) -> tuple[str | None, str, str | None]:
    summary = None if hashes_only else digest.summary
    return summary, digest.summary_sha256, None if digest.error is None else _FAILED


def _format_readme(run: RunData, hashes_only: bool) -> str:
    option = " --hashes-only" if hashes_only else ""
    name, finished = run.metadata.name, run.metadata.finished
    return (
        f"Baseline of the run {name!r}: what `summbench compare` compares new results with.\n"
        f"Made from the run of {finished} by `summbench report RUN --baseline FOLDER{option}`.\n"
        "Make it again with that command, from a run that is meant to be the new standard.\n"
    )
