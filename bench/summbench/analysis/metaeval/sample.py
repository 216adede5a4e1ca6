"""Scores and human ratings of the same summaries as arrays, and what has no place in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.human import Human, HumanScores, to_arrays
from summbench.analysis.metaeval.omissions import Omission, OmissionLog, format_omission
from summbench.core.errors import SummbenchError
from summbench.core.records import TaskResult
from summbench.leaderboard.board import LeaderboardMetric

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatedSample:
    """The rated systems on the rated articles.

    `scores` are (metric, system, article) and `ratings` (dimension, system, article), NaN where
    there is none.
    """

    systems: Sequence[str]
    articles: Sequence[str]
    metrics: Sequence[str]
    dimensions: Sequence[str]
    scores: Floats
    ratings: Floats
    omissions: Sequence[Omission]


def select_sample(
    name: str,
    results: Sequence[TaskResult],
    human: HumanScores,
    metrics: Mapping[str, LeaderboardMetric],
) -> RatedSample:
    """Take the systems that have summaries and ratings, and the articles with a rating of them.

    Raises: SummbenchError if no system has both.
    """
    log = OmissionLog()
    rated = _select_systems(name, results, human, log)
    columns = [metric for metric in metrics if all(metric in result.scores for result in rated)]
    log.add_all(
        "metrics that need references or articles, which the file lacks",
        (metric for metric in metrics if metric not in columns),
    )
    systems = [result.model for result in rated]
    articles, positions = _select_articles(rated, human.scores, log)
    missing = np.array([[p.error is not None for p in result.predictions] for result in rated])
    missing = missing[:, positions]
    log.add_all("summaries that are missing", _name_cells(missing, systems, articles))
    all_scores = np.array([[r.scores[metric] for r in rated] for metric in columns], dtype=float)
    scores = all_scores.reshape(len(columns), len(rated), -1)[:, :, positions]
    for metric, cells in zip(columns, ~np.isfinite(scores) & ~missing, strict=True):
        if (count := int(cells.sum())) > 0:
            first = next(_name_cells(cells, systems, articles))
            log.add("scores that are no number", f"{metric} of {first}", count)
    scores[~np.isfinite(scores) | missing] = np.nan
    ratings = to_arrays(human.scores, systems, articles)
    unrated = [dimension for dimension, values in ratings.items() if np.isnan(values).all()]
    log.add_all("dimensions without a rating", unrated)
    ratings = {d: values for d, values in ratings.items() if d not in unrated}
    _log_constants(columns, scores, ratings, log)
    return RatedSample(
        systems, articles, columns, list(ratings), scores, np.stack(list(ratings.values())),
        [*human.omissions, *log.list_omissions()],
    )  # fmt: skip


def _select_systems(
    name: str, results: Sequence[TaskResult], human: HumanScores, log: OmissionLog
) -> list[TaskResult]:
    articles = {prediction.article_id for prediction in results[0].predictions}
    rated = dict.fromkeys(
        system
        for article, systems in human.scores.items()
        if article in articles
        for system, scores in systems.items()
        if scores
    )
    with_summaries = [r.model for r in results if any(p.error is None for p in r.predictions)]
    log.add_all("rated systems without summaries", (s for s in rated if s not in with_summaries))
    log.add_all("systems without ratings", (s for s in with_summaries if s not in rated))
    selected = [r for r in results if r.model in rated and r.model in with_summaries]
    if not selected:
        left_out = [*human.omissions, *log.list_omissions()]
        raise SummbenchError(
            f"{name} has no system with both summaries and ratings. Left out: "
            f"{'; '.join(map(format_omission, left_out))}."
        )
    return selected


def _select_articles(
    rated: Sequence[TaskResult], human: Human, log: OmissionLog
) -> tuple[list[str], list[int]]:
    """Return the rated articles, and where they stand in the results."""
    systems = [result.model for result in rated]
    articles = [prediction.article_id for prediction in rated[0].predictions]
    selected = {a for a in articles if any(human.get(a, {}).get(s) for s in systems)}
    positions = [i for i, article in enumerate(articles) if article in selected]
    log.add_all("articles without ratings", (a for a in articles if a not in selected))
    return [articles[i] for i in positions], positions


def _log_constants(
    columns: Sequence[str], scores: Floats, ratings: Mapping[str, Floats], log: OmissionLog
) -> None:
    """What has one value everywhere has no correlation; it stays in the tables, as a dash."""
    sides = {
        "metrics with the same score for every summary, so without a correlation": zip(
            columns, scores, strict=True
        ),
        "dimensions with the same rating for every summary, so without a correlation": (
            ratings.items()
        ),
    }
    for kind, arrays in sides.items():
        for column, values in arrays:
            defined = values[~np.isnan(values)]
            if len(defined) and np.ptp(defined) == 0:
                log.add(kind, f"{column}, {defined[0]:g}")


def _name_cells(
    cells: NDArray[np.bool_], systems: Sequence[str], articles: Sequence[str]
) -> Iterator[str]:
    return (f"{systems[i]} on {articles[j]}" for i, j in np.argwhere(cells))
