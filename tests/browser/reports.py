"""Reports of synthetic runs, made the way a run makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from summbench.core.records import Article, Example, Kind, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.leaderboard.serialization import to_json
from summbench.report.html.report import write_html_report
from summbench.runs.example_writer import ExampleWriter
from summbench.runs.writer import RunWriter
from tests.gates import build_metadata

PRIMARY = "rouge.rouge2_f"
METRICS = {
    "rouge.rouge1_f": LeaderboardMetric("higher", "quality", "rouge|stem:no|v:1"),
    PRIMARY: LeaderboardMetric("higher", "quality", "rouge|stem:no|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
SHOWN = list(METRICS)
_SOURCE = (
    "The council of Orsk voted on Monday to close the old bridge. Engineers had found cracks in "
    "two of its piers. Traffic will take the ring road until a new bridge opens in 2031."
)


def examples(count: int) -> list[Example]:
    """Articles that differ in their number; the references are the same."""
    return [
        Example(Article(f"a{i}", f"Report {i}. {_SOURCE}"), ("Orsk closes its old bridge.",))
        for i in range(count)
    ]


def summary(model: int, article: int) -> str:
    """Eight words from the article, and three that are not in it."""
    return f"The council of Orsk voted on Monday to leave model{model} article{article} alone."


def cells(
    models: Sequence[str], found: Sequence[Example], dataset: str = "news"
) -> list[TaskResult]:
    """The first model is the best: each next is 0.005 lower on average, on every metric."""
    chance = np.random.default_rng(0)
    of_article = chance.uniform(0.1, 0.4, len(found))
    cells = []
    for k, model in enumerate(models):
        scores = of_article + 0.005 * (len(models) - k) + chance.normal(0, 0.02, len(found))
        answers = [
            Prediction(e.article.id, summary(k, i), 60, 12, 0.01 * (k + 1))
            for i, e in enumerate(found)
        ]
        values = {
            "rouge.rouge1_f": (scores * 1.5).clip(0, 1).tolist(),
            PRIMARY: scores.clip(0, 1).tolist(),
            "length.tokens": (12.0 + k + 0 * scores).tolist(),
        }
        cells.append(TaskResult(dataset, model, answers, values))
    return cells


def with_summaries(cell: TaskResult, texts: Mapping[int, str]) -> TaskResult:
    """The cell with other summaries at some places."""
    answers = [
        replace(answer, summary=texts.get(i, answer.summary))
        for i, answer in enumerate(cell.predictions)
    ]
    return replace(cell, predictions=answers)


def made(
    folder: Path,
    found: Mapping[str, Sequence[Example]],
    of_models: Sequence[TaskResult],
    kinds: Mapping[str, Kind],
    most: int | None = None,
    evidence: Sequence[tuple[str, str, str, str, str]] = (),
) -> Path:
    """The run's folder with its report; the page to open is report/index.html in it."""
    info = {name: DatasetInfo(len(of), "ab" * 32) for name, of in found.items()}
    ranking = Ranking(PRIMARY, SHOWN)
    board = compute_leaderboard(
        folder.name, info, kinds, METRICS, collect_outcomes(of_models, found), ranking
    )
    ranked = [model for model, kind in kinds.items() if kind != "bound"]
    folder.mkdir(parents=True, exist_ok=True)
    with RunWriter(folder) as recording, ExampleWriter(folder, most, PRIMARY, ranked) as keeping:
        recording.add(of_models, evidence)
        keeping.add(found, of_models)
        keeping.finish()
        recording.finish({"leaderboard.json": to_json(board)}, build_metadata(folder.name))
    write_html_report(folder, board)
    return folder
