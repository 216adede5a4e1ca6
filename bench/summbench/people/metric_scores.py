"""A metric's scores of a study's systems, on the articles that people rated and on all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.people.study import Study
from summbench.runs.run import RunData

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MetricScores:
    """Scores (articles, systems) of articles drawn by chance, and of those that were not drawn.

    `direction` is -1 where less is better.
    """

    metric: str
    direction: int
    rated: Floats
    unrated: Floats


def load_metric_scores(run: RunData, study: Study, metric: str | None = None) -> MetricScores:
    """Load a quality metric of the run, by default the primary.

    Raises: SummbenchError if the run has no such metric, or other summaries than the study.
    """
    name = metric or run.leaderboard.primary
    columns = [run.quality_scores.get((study.dataset, system, name)) for system in study.systems]
    if any(column is None for column in columns):
        metrics = sorted({m for dataset, _, m in run.quality_scores if dataset == study.dataset})
        raise SummbenchError(
            f"{run.path} has no {name!r} of every system of the study on {study.dataset}; its "
            f"quality metrics there are: {', '.join(metrics) or 'none'}."
        )
    _check_summaries(run, study)
    drawn = [article.id for article in study.articles if article.selection == "random"]
    others = [article for article in run.articles[study.dataset] if article not in set(drawn)]
    rated, unrated = (
        np.array([[(column or {}).get(a, np.nan) for column in columns] for a in articles])
        for articles in (drawn, others)
    )
    direction = -1 if run.leaderboard.metrics[name].direction == "lower" else 1
    shape = (-1, len(columns))
    return MetricScores(name, direction, rated.reshape(shape), unrated.reshape(shape))


def _check_summaries(run: RunData, study: Study) -> None:
    """Raise unless the run has the summaries that people rated."""
    rated = {
        (article.id, s): text for article in study.articles for s, text in article.summaries.items()
    }
    columns = ("dataset", "model", "article_id", "summary")
    for row in run.predictions.select(columns).to_pylist():
        key = (row["article_id"], row["model"])
        if row["dataset"] != study.dataset or key not in rated:
            continue
        if show_controls(row["summary"] or "") != rated.pop(key):
            raise SummbenchError(
                f"{run.path} has another summary by {key[1]} of {key[0]!r} than people rated."
            )
    if rated:
        article, system = next(iter(rated))
        raise SummbenchError(f"{run.path} has no summary by {system} of {article!r}.")
