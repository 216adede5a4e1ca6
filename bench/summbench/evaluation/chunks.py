"""Predictions and scores of all models, one chunk of articles after another."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from summbench.core.capabilities import CorpusMetric
from summbench.core.errors import SummbenchError
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import Example, Executor, Prediction, Progress, TaskResult
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.predict import ModelSpec, PredictionState, predict, prepare
from summbench.evaluation.score import MetricSpec, collect_evidence, score
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.perturbed import (
    Datasets,
    PerturbedDataset,
    attach_predictions,
    collect_unique_inputs,
    perturb_datasets,
)
from summbench.store.store import Store

_LOG = logging.getLogger("summbench")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some examples of each dataset, the results on them, and the evidence of their scores.

    `perturbed` holds the perturbed examples with the predictions of each rerunnable model.
    """

    examples: Mapping[str, Sequence[Example]]
    results: Sequence[TaskResult]
    evidence: Sequence[tuple[str, str, str, str, str]]
    perturbed: Sequence[PerturbedDataset] = ()


@dataclass(slots=True)
class Evaluation:
    """What is to be predicted and scored; `states` says what came of it, model by model.

    Models read the articles through `article_normalizer`, metrics all texts through their own.
    `normalization_counts` says how often each step of the two changed something.
    `robustness_metrics` score the predictions for the articles that `perturbations` change.
    """

    models: Sequence[ModelSpec]
    datasets: Mapping[str, Sequence[Example]]
    statistics: Mapping[str, DatasetStatistics]
    metrics: Sequence[MetricSpec]
    store: Store
    executor: Executor
    recompute: bool = False
    article_normalizer: TextNormalizer = RAW
    perturbations: Sequence[PerturbationSpec] = ()
    robustness_metrics: Sequence[MetricSpec] = ()
    states: dict[str, PredictionState] = field(default_factory=dict)
    normalization_counts: dict[str, Counter[str]] = field(default_factory=dict)

    def iterate_chunks(
        self,
        size: int,
        progress: Progress,
        is_selected: Callable[[Example], bool] | None = None,
    ) -> Iterator[Chunk]:
        """Yield up to `size` examples of each dataset at a time, or those of them selected.

        Perturbed copies are in memory too: with them `size` counts examples and copies together.
        """
        size = max(1, size // (1 + len(self.perturbations)))
        iterators = {name: iter(examples) for name, examples in self.datasets.items()}
        while True:
            slices = {name: list(islice(rest, size)) for name, rest in iterators.items()}
            examples = _without_empty(slices)
            if not examples:
                return
            if is_selected is not None:
                examples = _without_empty(
                    {name: list(filter(is_selected, rows)) for name, rows in examples.items()}
                )
            yield self._evaluate_chunk(examples, progress)

    def _evaluate_chunk(
        self, examples: Mapping[str, Sequence[Example]], progress: Progress
    ) -> Chunk:
        copies = perturb_datasets(examples, self.perturbations)
        perturbed_inputs = collect_unique_inputs(examples, copies)
        predictions = self._predict(examples, perturbed_inputs, progress)
        copies = attach_predictions(examples, perturbed_inputs, copies, predictions)
        clean = {task: rows for task, rows in predictions.items() if task[0] in examples}
        available = {name: statistics.available for name, statistics in self.statistics.items()}
        results = score(
            examples, clean, self.metrics, self.store, progress, self.recompute, available
        )
        self._count_normalizations(examples, results)
        evidence = collect_evidence(results, examples, self.metrics, self.store)
        return Chunk(examples, results, evidence, self._score_copies(copies, examples, progress))

    def _predict(
        self, examples: Datasets, perturbed_inputs: Datasets, progress: Progress
    ) -> dict[tuple[str, str], list[Prediction]]:
        """Dataset and model -> predictions; of what is perturbed by the rerunnable models only."""
        normalized = {
            name: list(map(self.article_normalizer.normalize_example, rows))
            for name, rows in {**examples, **perturbed_inputs}.items()
        }
        clean = {name: normalized[name] for name in examples}
        perturbed = {name: normalized[name] for name in perturbed_inputs}
        inputs = {
            model.name: self.datasets_for(model, clean)
            | (perturbed if is_rerunnable(model) else {})
            for model in self.models
        }
        states = [prepare(m, inputs[m.name], self.store, self.recompute) for m in self.models]
        for state in states:
            self._log_other_versions(state)
        predictions: dict[tuple[str, str], list[Prediction]] = {}
        for state in states:
            name = state.model.name
            by_dataset = predict(state, inputs[name], self.store, progress, self.executor)
            predictions |= {(dataset, name): rows for dataset, rows in by_dataset.items()}
        for state in states:
            self._add_state(state)
        return predictions

    def _score_copies(
        self, copies: Sequence[PerturbedDataset], examples: Datasets, progress: Progress
    ) -> list[PerturbedDataset]:
        """The copies with their predictions scored against the unperturbed articles."""
        by_number = {str(i): copy for i, copy in enumerate(copies)}
        clean = {i: examples[copy.dataset] for i, copy in by_number.items()}
        predictions = {
            (i, result.model): result.predictions
            for i, copy in by_number.items()
            for result in copy.results
        }
        available = {i: self.statistics[copy.dataset].available for i, copy in by_number.items()}
        results = score(
            clean, predictions, self.robustness_metrics, self.store, progress, self.recompute,
            available,
        )  # fmt: skip
        return [
            replace(
                copy, results=[replace(r, dataset=copy.dataset) for r in results if r.dataset == i]
            )
            for i, copy in by_number.items()
        ]

    def _count_normalizations(self, examples: Datasets, results: Sequence[TaskResult]) -> None:
        """A model's normalization changes articles; a metric's also references and summaries."""
        articles = [e.article.text for rows in examples.values() for e in rows]
        other_texts = [text for rows in examples.values() for e in rows for text in e.references]
        other_texts += [p.summary for result in results for p in result.predictions]
        model_counts = self.normalization_counts.setdefault("model", Counter())
        model_counts.update(self.article_normalizer.count_changes(articles))
        score_counts = self.normalization_counts.setdefault("score", Counter())
        for normalizer in {metric.normalizer for metric in self.metrics}:
            score_counts.update(normalizer.count_changes([*articles, *other_texts]))

    def datasets_for(self, model: ModelSpec, datasets: Mapping[str, _T]) -> dict[str, _T]:
        """The datasets that the model takes part in: a bound needs references."""
        return {
            name: dataset
            for name, dataset in datasets.items()
            if model.kind != "bound" or "references" in self.statistics[name].available
        }

    def _add_state(self, state: PredictionState) -> None:
        """Add its environments and usage to those of earlier chunks; its predictions are freed."""
        total = self.states.setdefault(state.model.name, PredictionState(state.model, {}))
        total.environments += [e for e in state.environments if e not in total.environments]
        for quantity, amount in state.usage.items():
            total.usage[quantity] = total.usage.get(quantity, 0) + amount

    def _log_other_versions(self, state: PredictionState) -> None:
        current = state.model.versions
        earlier = self.states.get(state.model.name)
        differing = dict.fromkeys(
            f"{package} {version} (now {current[package]})"
            for environment in state.environments
            if earlier is None or environment not in earlier.environments
            for package, version in environment["versions"].items()
            if current.get(package, version) != version
        )
        if differing:
            _LOG.info(
                "%s: stored predictions made with %s are used; recompute=true predicts again.",
                state.model.name, ", ".join(differing),
            )  # fmt: skip


def _without_empty(datasets: Mapping[str, list[Example]]) -> dict[str, list[Example]]:
    return {name: rows for name, rows in datasets.items() if rows}


def is_rerunnable(model: ModelSpec) -> bool:
    """Whether it can summarise another text: recorded summaries can't, and a bound needs more."""
    return not model.precomputed and model.kind != "bound"


def is_corpus_level(metric: MetricSpec) -> bool:
    """Whether its numbers depend on all of a dataset."""
    return isinstance(metric.metric, CorpusMetric) and metric.metric.corpus_level


def check_chunk_size(
    metrics: Sequence[MetricSpec],
    statistics: Mapping[str, DatasetStatistics],
    size: int,
    perturbations: int = 0,
) -> None:
    """Refuse a metric that needs a dataset in one piece where it comes in several chunks."""
    for metric in filter(is_corpus_level, metrics):
        for name, dataset in statistics.items():
            texts = dataset.n_articles * (1 + perturbations)
            if texts > size:
                copies = f" ({texts:,} with their perturbed copies)" if perturbations else ""
                raise SummbenchError(
                    f"The metric {metric.name!r} needs a dataset in one piece. {name!r} has "
                    f"{dataset.n_articles:,} articles{copies}, more than chunk_size={size}. "
                    "Leave the metric out, take fewer articles (limit=...), or set "
                    f"chunk_size={texts}, which takes the memory for all of them."
                )
