"""One of the two results that a gate compares, under the names that both share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from summbench.core.records import Kind
from summbench.leaderboard.board import JudgeReliability, LeaderboardMetric
from summbench.runs.run import RunData
from summbench.runs.schema import DatasetRecord
from summbench.runs.tables import Place, PredictionDigest, ScoreKey

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class GateSide:
    """What a gate needs of a run: articles, scores and summaries under the shared names.

    `datasets` is the shared name of a dataset -> the run's own, `model_names` dataset and shared
    name of a model -> the run's own.
    """

    run: RunData
    datasets: Mapping[str, str]
    model_names: Mapping[Place, str]
    articles: Mapping[str, Mapping[str, str]]
    scores: Mapping[ScoreKey, Mapping[str, float]]
    digests: Mapping[Place, Mapping[str, PredictionDigest]]

    @classmethod
    def from_run(
        cls,
        run: RunData,
        datasets: Mapping[str, str] | None = None,
        models: Mapping[Place, str] | None = None,
    ) -> GateSide:
        """The run under its own names, or the parts of it that are named, under the names given."""
        if datasets is None:
            datasets = {name: name for name in run.articles}
        if models is None:
            models = {place: place[1] for place in run.prediction_digests}
        own = {(d, m): (datasets[d], name) for (d, m), name in models.items()}
        metrics = dict.fromkeys(key[2] for key in run.quality_scores)
        keys = {(*place, metric): (*own[place], metric) for place in own for metric in metrics}
        return cls(
            run,
            datasets,
            models,
            {name: run.articles[other] for name, other in datasets.items()},
            {k: run.quality_scores[o] for k, o in keys.items() if o in run.quality_scores},
            {place: run.prediction_digests[other] for place, other in own.items()},
        )

    @property
    def metrics(self) -> Mapping[str, LeaderboardMetric]:
        """The metrics of its leaderboard."""
        return self.run.leaderboard.metrics

    @property
    def models(self) -> Mapping[str, Kind]:
        """The models of its leaderboard, under their own names."""
        return self.run.leaderboard.models

    def get_record(self, dataset: str) -> DatasetRecord:
        """The hashes of a dataset as a whole."""
        return self.run.metadata.datasets[self.datasets[dataset]]

    def get_judge(self, dataset: str, metric: str) -> JudgeReliability | None:
        """The reliability of a judge's column; None if the metric is no judge."""
        return self.run.leaderboard.get_judge(self.datasets.get(dataset, dataset), metric)

    def select_articles(self, dataset: str, names: Mapping[str, str]) -> GateSide:
        """Only these articles of the dataset, in their order; `names` is id -> its new id."""

        def select(place: str, by_id: Mapping[str, _T]) -> Mapping[str, _T]:
            return {new: by_id[a] for a, new in names.items()} if place == dataset else by_id

        return replace(
            self,
            articles={name: select(name, ids) for name, ids in self.articles.items()},
            scores={key: select(key[0], ids) for key, ids in self.scores.items()},
            digests={place: select(place[0], ids) for place, ids in self.digests.items()},
        )
