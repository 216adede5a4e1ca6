"""A run reduced to its line of a history."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from summbench.core.errors import SummbenchError
from summbench.gate.checks import list_shown_quality
from summbench.gate.history.line import (
    HASH_DIGITS,
    SCHEMA_VERSION,
    HistoryLine,
    MetricLine,
    Scores,
)
from summbench.leaderboard.board import Leaderboard
from summbench.runs.run import RunData


def reduce_run(run: RunData) -> HistoryLine:
    """Return the scores of its systems on the shown quality metrics, judges left out.

    Baselines, floors and bounds are context, and taken only where there is no system.

    Raises: SummbenchError if nothing is left, or a dataset has no hashes of its articles.
    """
    board = run.leaderboard
    judges = {row.metric for row in board.judges}
    metrics = [metric for metric in list_shown_quality(board) if metric not in judges]
    systems = [model for model, kind in board.models.items() if kind == "system"]
    scores: dict[str, dict[str, dict[str, Scores]]] = {}
    for dataset, model in run.prediction_digests:
        for metric in metrics:
            values = run.quality_scores.get((dataset, model, metric))
            if values is not None and model in (systems or board.models):
                of_model = scores.setdefault(dataset, {}).setdefault(model, {})
                of_model[metric] = list(map(_round, values.values()))
    if not scores:
        raise SummbenchError(
            f"{run.path} has no scores for a history: no shown quality metric of a system."
        )
    return HistoryLine(
        schema_version=SCHEMA_VERSION,
        project=run.metadata.project,
        finished=run.metadata.finished,
        name=run.metadata.name,
        metrics=_describe_metrics(board, metrics),
        datasets={dataset: _list_hashes(run, dataset) for dataset in scores},
        scores=scores,
    )


def _describe_metrics(board: Leaderboard, metrics: Iterable[str]) -> dict[str, MetricLine]:
    return {
        metric: MetricLine(
            direction=board.metrics[metric].direction, signature=board.metrics[metric].signature
        )
        for metric in metrics
    }


def _list_hashes(run: RunData, dataset: str) -> list[str]:
    hashes = list(run.articles[dataset].values())
    if not all(hashes):
        raise SummbenchError(
            f"{run.path} can't be in a history: run.json has no hashes of the articles of a "
            f"dataset above 50,000 articles, as {dataset}. Take a part of them, as in limit=5000."
        )
    return [digest[:HASH_DIGITS] for digest in hashes]


def _round(value: float) -> float | None:
    return float(f"{value:.6g}") if isfinite(value) else None
