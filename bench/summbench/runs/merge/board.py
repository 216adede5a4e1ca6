"""The leaderboard of the merged run: all its systems compared anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan

import numpy as np

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Kind, Progress
from summbench.leaderboard.board import Entry, JudgeReliability, Leaderboard, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.failures import describe_failures
from summbench.leaderboard.judge_reliability import JudgeSpec, ReliabilityCounter
from summbench.leaderboard.outcomes import Outcome
from summbench.runs import files
from summbench.runs.merge.contents import Contents, System
from summbench.runs.merge.parts import Part
from summbench.runs.tables import Place
from summbench.runs.writer import Evidence


def build_board(
    name: str,
    parts: Sequence[Part],
    contents: Contents,
    primary: str,
    evidence: Sequence[Evidence],
    progress: Progress,
) -> Leaderboard:
    """The leaderboard of all systems, in an order that is not that of the parts.

    Raises: SummbenchError if a part's board has other means than its own scores.
    """
    infos = {d: info for part in parts for d, info in part.board.datasets.items()}
    kinds: dict[str, Kind] = {
        part.names[model]: kind for part in parts for model, kind in part.board.models.items()
    }
    outcomes = [_build_outcome(place, of, contents) for place, of in contents.systems.items()]
    versus = {part.board.vs for part in parts}
    vs = versus.pop() if len(versus) == 1 else None
    ranking = Ranking(primary, _join_lists([p.board.display_metrics for p in parts]), True, vs)
    board = compute_leaderboard(
        name,
        {dataset: infos[dataset] for dataset in contents.rows},
        kinds,
        _join_metrics(parts),
        outcomes,
        ranking,
        progress,
    )
    _check_means(parts, board.entries)
    judges = _count_judges(parts, evidence)
    rows = {
        (row.dataset, part.names[row.model], row.metric): replace(row, model=part.names[row.model])
        for part in parts
        for row in part.board.repeats
    }
    repeats = [rows[key] for key in sorted(rows)]
    failures = describe_failures(outcomes)
    return replace(board, failures=failures, judges=judges, repeats=repeats)


def _build_outcome(place: Place, system: System, contents: Contents) -> Outcome:
    dataset, model = place
    ids = contents.canonical[dataset]
    hashes = contents.hashes[dataset]
    scores = {
        metric: np.array([values.get(article, nan) for article in ids])
        for metric, values in system.scores.items()
    }
    failures = (
        (hashes.get(prediction.article_id, ""), prediction.article_id, prediction.error)
        for prediction in system.predictions.values()
        if prediction.error is not None
    )
    first = min(failures, default=None)
    return Outcome(dataset, model, scores, system.health, first and first[1:])


def _join_metrics(parts: Sequence[Part]) -> dict[str, LeaderboardMetric]:
    infos = {name: info for part in parts for name, info in part.board.metrics.items()}
    return {name: infos[name] for name in _join_lists([list(p.board.metrics) for p in parts])}


def _join_lists(lists: Sequence[Sequence[str]]) -> list[str]:
    """The list that all have; otherwise the names of all, sorted, as no order is that of all."""
    if all(list(names) == list(lists[0]) for names in lists):
        return list(lists[0])
    return sorted({name for names in lists for name in names})


def _check_means(parts: Sequence[Part], entries: Sequence[Entry]) -> None:
    here = {(e.dataset, e.model, e.metric): e.estimate for e in entries}
    for part in parts:
        for entry in part.board.entries:
            estimate = here.get((entry.dataset, part.names[entry.model], entry.metric))
            if estimate is None or not _are_equal(entry.estimate, estimate):
                raise SummbenchError(
                    f"{part.run.path / files.LEADERBOARD} has {entry.estimate.mean!r} as the mean "
                    f"of {entry.metric} of {entry.model} on {entry.dataset}, and its scores have "
                    f"{estimate.mean if estimate else None!r}. It was changed after it was "
                    "written: do not use it."
                )


def _are_equal(a: Estimate, b: Estimate) -> bool:
    return a.n == b.n and (a.mean == b.mean or (isnan(a.mean) and isnan(b.mean)))


def _count_judges(parts: Sequence[Part], evidence: Sequence[Evidence]) -> list[JudgeReliability]:
    """What the judges' replies say of them; people's labels are in no run's files."""
    columns: dict[str, dict[str, None]] = {}
    for part in parts:
        for row in part.board.judges:
            name, _, column = row.metric.partition(".")
            columns.setdefault(name, {})[column] = None
    specs = [JudgeSpec(name, list(of), []) for name, of in sorted(columns.items())]
    counter = ReliabilityCounter(specs)
    counter.add(evidence)
    return counter.summarize()
