"""Results folders with chosen scores, for the gate's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from summbench.core.records import Article, Example, Prediction, TaskResult, sha256
from summbench.datasets.description import describe_dataset
from summbench.leaderboard.board import DatasetInfo, JudgeReliability, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.leaderboard.serialization import to_json
from summbench.runs.records import GitState
from summbench.runs.run import RunData
from summbench.runs.schema import SCHEMA_VERSION, DatasetRecord, RunMetadata
from summbench.runs.writer import RunWriter

PRIMARY = "rouge.rouge2_f"
COUNT = 30
SCORES = tuple(0.2 + 0.01 * (i % 7) for i in range(COUNT))


def articles(count: int = COUNT) -> list[Example]:
    return [Example(Article(f"a{i}", f"text {i}"), ("ref",)) for i in range(count)]


@dataclass(frozen=True)
class Run:
    """A run whose summary of an article is its score in words, unless `answers` says another.

    One that is not `hashed` has no hash of each article in run.json, as if they were too many.
    With `judge` each model has the same `judge_scores` of its column.
    """

    scores: Mapping[str, Sequence[float]] = field(default_factory=lambda: {"m": SCORES})
    examples: Sequence[Example] = field(default_factory=articles)
    answers: Mapping[tuple[str, int], Prediction] = field(default_factory=dict)
    signature: str = "rouge|v:1"
    metric: str = PRIMARY
    margins: Mapping[str, float] = field(default_factory=dict)
    hashed: bool = True
    judge: JudgeReliability | None = None
    judge_scores: Sequence[float] = ()

    def with_answer(self, place: int, score: float, **answer: object) -> Run:
        """One article of m answered in another way."""
        values = list(self.scores["m"])
        values[place] = score
        prediction = Prediction(f"a{place}", **answer)  # type: ignore[arg-type]
        answers = {**self.answers, ("m", place): prediction}
        return replace(self, scores={**self.scores, "m": values}, answers=answers)

    def cells(self) -> list[TaskResult]:
        return [self._cell(model, values) for model, values in self.scores.items()]

    def _cell(self, model: str, values: Sequence[float]) -> TaskResult:
        predictions = [
            self.answers.get((model, i), Prediction(e.article.id, f"It scores {value!r}."))
            for i, (e, value) in enumerate(zip(self.examples, values, strict=True))
        ]
        tokens = [float(len(p.summary.split())) for p in predictions]
        scores = {self.metric: values, "length.tokens": tokens}
        if self.judge is not None:
            scores[self.judge.metric] = self.judge_scores
        return TaskResult("news", model, predictions, scores)

    def write(self, folder: Path) -> Path:
        """As a run writes it."""
        metrics = {
            self.metric: LeaderboardMetric("higher", "quality", self.signature),
            "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
        }
        if self.judge is not None:
            metrics[self.judge.metric] = LeaderboardMetric("higher", "diagnostic", "pairwise|v:2")
        statistics = describe_dataset(self.examples)
        board = compute_leaderboard(
            folder.name,
            {"news": DatasetInfo(len(self.examples), statistics.fingerprint)},
            dict.fromkeys(self.scores, "system"), metrics,
            collect_outcomes(self.cells(), {"news": self.examples}),
            Ranking(self.metric, [self.metric]),
        )  # fmt: skip
        board = replace(board, judges=[] if self.judge is None else [self.judge])
        hashes = {
            e.article.id: sha256(e.article.text, *e.references)
            for e in self.examples
            if self.hashed
        }
        metadata = build_metadata(
            folder.name,
            config={"margins": dict(self.margins), "store": "/home/me/store"},
            datasets={
                "news": DatasetRecord(
                    fingerprint=statistics.fingerprint,
                    id_fingerprint=statistics.id_fingerprint,
                    articles=hashes,
                )
            },
        )
        folder.mkdir(parents=True)
        with RunWriter(folder) as writer:
            writer.add(self.cells())
            writer.finish({"leaderboard.json": to_json(board)}, metadata)
        return folder


def build_metadata(name: str = "r", **fields: Any) -> RunMetadata:
    """The metadata of a run of nothing, with these fields."""
    metadata = RunMetadata(
        schema_version=SCHEMA_VERSION,
        kind="run",
        name=name,
        started="2026-11-24T09:00:00+00:00",
        finished="2026-11-24T10:00:00+00:00",
        versions={"summbench": "0.1.0"},
        platform="a machine of ours",
        git=GitState(commit="c0ffee" * 6, dirty=False),
        config={},
        datasets={},
        models={},
        metrics={},
        normalization={},
        failures=[],
    )
    return msgspec.structs.replace(metadata, **fields)


def load(path: Path) -> RunData:
    """The run, with every file of it read and checked."""
    run = RunData.open(path)
    run.check()
    return run


def moved(by: float | Sequence[float]) -> Run:
    """The plain run with all scores moved, by one number or by one each."""
    steps = [by] * COUNT if isinstance(by, float) else by
    return Run({"m": [value + step for value, step in zip(SCORES, steps, strict=True)]})
