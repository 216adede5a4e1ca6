"""What is kept of an evaluation while its chunks go by, and the leaderboard made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from summbench.core.judgements import JudgeMetric
from summbench.core.records import Progress, TaskResult, ignore_progress
from summbench.datasets.description import ArticleHashes
from summbench.evaluation.chunks import Chunk
from summbench.evaluation.components import describe_metric
from summbench.evaluation.config import RunConfig
from summbench.evaluation.fingerprint import identify_weights
from summbench.evaluation.groups import GroupCollector
from summbench.evaluation.nodes import Node
from summbench.evaluation.perturbations import describe_perturbations, list_failures
from summbench.evaluation.pinning import record_inputs
from summbench.evaluation.predict import PredictionState
from summbench.evaluation.setup import Setup
from summbench.leaderboard.board import DatasetInfo, Leaderboard
from summbench.leaderboard.compute import compute_leaderboard
from summbench.leaderboard.failures import describe_failures
from summbench.leaderboard.judge_reliability import JudgeSpec, ReliabilityCounter
from summbench.leaderboard.outcomes import OutcomeAccumulator
from summbench.leaderboard.repeats import RepeatCounter
from summbench.runs.provenance import build_metadata
from summbench.runs.schema import RunKind, RunMetadata

_MOST_FAILURES = 10_000


class RunAccumulator:
    """Outcomes, hashes of the articles and the first failures, chunk by chunk."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        self._outcomes = OutcomeAccumulator(folder)
        self._reliability = ReliabilityCounter(
            JudgeSpec(m.name, list(m.metric.columns), m.metric.get_labels())
            for m in setup.evaluation.metrics
            if isinstance(m.metric, JudgeMetric)
        )
        self._repeats, self._groups = RepeatCounter(), GroupCollector()
        self.hashes = ArticleHashes(setup.evaluation.statistics)
        self.failures: list[dict[str, Any]] = []

    def add(self, chunk: Chunk) -> None:
        """Everything that a run keeps of one chunk."""
        self._outcomes.add(chunk.results, chunk.examples)
        self._reliability.add(chunk.evidence)
        self._repeats.add(chunk.repeats)
        self._groups.add(chunk.examples)
        self.hashes.add(chunk.examples)
        if len(self.failures) < _MOST_FAILURES:
            self.failures += [*_list_failures(chunk.results), *list_failures(chunk)]

    def build_leaderboard(
        self, setup: Setup, name: str, progress: Progress = ignore_progress
    ) -> Leaderboard:
        """Estimates, comparisons, ranks and health of all chunks."""
        evaluation = setup.evaluation
        orders = {name: about.order for name, about in evaluation.statistics.items()}
        outcomes = self._outcomes.to_outcomes(orders)
        datasets = {
            name: DatasetInfo(
                about.n_articles,
                about.fingerprint,
                about.article_style,
                about.reference_style,
                about.reference_markup,
            )
            for name, about in evaluation.statistics.items()
        }
        board = compute_leaderboard(
            name, datasets, evaluation.kinds, setup.metrics, outcomes, setup.ranking, progress
        )
        judges = self._reliability.summarize()
        failures = describe_failures(outcomes)
        repeats = self._repeats.summarize(setup.metrics)
        board = replace(board, failures=failures, judges=judges, repeats=repeats)
        return self._groups.slice(board, outcomes, orders)

    def build_metadata(self, setup: Setup, board: Leaderboard) -> RunMetadata:
        """The content of run.json, without the checksums of the files beside it."""
        config, evaluation = setup.config, setup.evaluation
        perturbations = describe_perturbations(
            config, evaluation.perturbations, setup.allowed_packages
        )
        commits = {f"dataset.{n}": about.commit for n, about in evaluation.statistics.items()}
        return build_metadata(
            _get_run_kind(setup),
            board.name,
            record_config(config),
            self.hashes,
            _describe_models(evaluation.states, config.model),
            {m.name: describe_metric(m, config.metric[m.name]) for m in evaluation.metrics},
            evaluation.normalization_counts,
            self.failures,
            setup.started,
            perturbations or None,
            record_inputs(config, commits) or None,
            setup.notes,
            setup.project,
        )


def record_config(config: RunConfig) -> dict[str, Any]:
    """The config as run.json keeps it: without the objects that a caller in Python gave."""

    def record(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: record(inner) for key, inner in value.items() if key != "_object_"}
        return value

    return {key: record(value) for key, value in vars(config).items()}


def _get_run_kind(setup: Setup) -> RunKind:
    if setup.config.merge_shards is not None:
        return "merged"
    statistics = setup.evaluation.statistics.values()
    return "article" if all(about.n_articles == 1 for about in statistics) else "run"


def _list_failures(results: Sequence[TaskResult]) -> list[dict[str, Any]]:
    return [
        {
            "dataset": result.dataset,
            "model": result.model,
            "article_id": prediction.article_id,
            "error": prediction.error,
        }
        for result in results
        for prediction in result.predictions
        if prediction.error is not None
    ]


def _describe_models(
    states: Mapping[str, PredictionState], nodes: Mapping[str, Node]
) -> dict[str, dict[str, Any]]:
    """Each model, with the fingerprints of its repeats."""
    described = {
        name: _describe_model(state, nodes)
        for name, state in states.items()
        if state.model.repeat_of is None
    }
    for state in states.values():
        if state.model.repeat_of is not None and state.model.fingerprint is not None:
            of_model = described[state.model.repeat_of]
            of_model.setdefault("repeats", []).append(state.model.fingerprint)
    return described


def _describe_model(state: PredictionState, nodes: Mapping[str, Node]) -> dict[str, Any]:
    model = state.model
    return {
        "kind": model.kind,
        "fingerprint": model.fingerprint,
        "weights": identify_weights(model.name, nodes.get(model.name, {})),
        "environments": state.environments,
        "usage": state.usage or None,
        "not_covered": list(model.uncovered) or None,
    }
