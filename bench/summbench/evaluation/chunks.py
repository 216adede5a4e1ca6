"""Predictions and scores of all models, so many articles of each dataset at a time."""

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
from summbench.core.records import Example, Executor, Progress, TaskResult
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.predict import ModelSpec, PredictionState, predict, prepare
from summbench.evaluation.score import MetricSpec, evidence, score
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
    """Some examples of each dataset, the cells of them, and the evidence of their scores.

    `perturbed` are the examples perturbed, with the predictions of each model that can be asked
    again.
    """

    examples: Mapping[str, Sequence[Example]]
    cells: Sequence[TaskResult]
    evidence: Sequence[tuple[str, str, str, str, str]]
    perturbed: Sequence[PerturbedDataset] = ()


@dataclass(slots=True)
class Evaluation:
    """What is to be predicted and scored; `attempts` says what came of it, model by model.

    Models read the articles as `article_normalizer` leaves them, metrics as their own does.
    `counts` says how often each step of the normalizers changed something, in one of each text.
    `robustness_metrics` are the measures that score what models make of the `perturbations`.
    """

    entrants: Sequence[ModelSpec]
    datasets: Mapping[str, Sequence[Example]]
    statistics: Mapping[str, DatasetStatistics]
    measures: Sequence[MetricSpec]
    store: Store
    executor: Executor
    recompute: bool = False
    article_normalizer: TextNormalizer = RAW
    perturbations: Sequence[PerturbationSpec] = ()
    robustness_metrics: Sequence[MetricSpec] = ()
    attempts: dict[str, PredictionState] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def windows(
        self, size: int, told: Progress, only: Callable[[Example], bool] | None = None
    ) -> Iterator[Chunk]:
        """Up to `size` examples of each dataset after another, or those of them that count.

        Perturbed copies are in memory too: with them `size` is of examples and copies together.
        """
        size = max(1, size // (1 + len(self.perturbations)))
        iterators = {name: iter(examples) for name, examples in self.datasets.items()}
        while True:
            taken = {name: list(islice(rest, size)) for name, rest in iterators.items()}
            examples = {name: found for name, found in taken.items() if found}
            if not examples:
                return
            if only is not None:
                chosen = {name: list(filter(only, found)) for name, found in examples.items()}
                examples = {name: found for name, found in chosen.items() if found}
            yield self._window(examples, told)

    def _window(self, examples: Mapping[str, Sequence[Example]], told: Progress) -> Chunk:
        copies = perturb_datasets(examples, self.perturbations)
        perturbed = collect_unique_inputs(examples, copies)
        inputs: Datasets = {**examples, **perturbed}
        normalize = self.article_normalizer.normalize_example
        given = {name: list(map(normalize, found)) for name, found in inputs.items()}
        mine = {
            entrant.name: self.of(entrant, {name: given[name] for name in examples})
            | ({name: given[name] for name in perturbed} if can_be_asked_again(entrant) else {})
            for entrant in self.entrants
        }
        attempts = [prepare(e, mine[e.name], self.store, self.recompute) for e in self.entrants]
        for attempt in attempts:
            self._mention_other_versions(attempt)
        predicted = {
            (dataset, attempt.entrant.name): predictions
            for attempt in attempts
            for dataset, predictions in predict(
                attempt, mine[attempt.entrant.name], self.store, told, self.executor
            ).items()
        }
        copies = attach_predictions(examples, perturbed, copies, predicted)
        clean = {place: answers for place, answers in predicted.items() if place[0] in examples}
        has = {name: described.available for name, described in self.statistics.items()}
        cells = score(examples, clean, self.measures, self.store, told, self.recompute, has)
        for attempt in attempts:
            self._add(attempt)
        self._count(examples, cells)
        why = evidence(cells, examples, self.measures, self.store)
        return Chunk(examples, cells, why, self._rated(copies, examples, told))

    def _rated(
        self, copies: Sequence[PerturbedDataset], examples: Datasets, told: Progress
    ) -> list[PerturbedDataset]:
        """The copies with their answers scored, for which the articles count as they were."""
        numbered = {str(i): one for i, one in enumerate(copies)}
        clean = {i: examples[one.dataset] for i, one in numbered.items()}
        answers = {(i, c.model): c.predictions for i, one in numbered.items() for c in one.results}
        has = {i: self.statistics[one.dataset].available for i, one in numbered.items()}
        cells = score(
            clean, answers, self.robustness_metrics, self.store, told, self.recompute, has
        )
        return [
            replace(one, results=[replace(c, dataset=one.dataset) for c in cells if c.dataset == i])
            for i, one in numbered.items()
        ]

    def _count(
        self, examples: Mapping[str, Sequence[Example]], cells: Sequence[TaskResult]
    ) -> None:
        """Changes in the articles for models; in references and summaries too for metrics."""
        articles = [e.article.text for found in examples.values() for e in found]
        others = [text for found in examples.values() for e in found for text in e.references]
        others += [p.summary for cell in cells for p in cell.predictions]
        model = self.counts.setdefault("model", Counter())
        model.update(self.article_normalizer.count_changes(articles))
        scored = self.counts.setdefault("score", Counter())
        for normalizer in {measure.normalizer for measure in self.measures}:
            scored.update(normalizer.count_changes([*articles, *others]))

    def of(self, entrant: ModelSpec, datasets: Mapping[str, _T]) -> dict[str, _T]:
        """A bound has nothing to do where there are no references."""
        return {
            name: found
            for name, found in datasets.items()
            if entrant.kind != "bound" or "references" in self.statistics[name].available
        }

    def _add(self, attempt: PredictionState) -> None:
        """Its circumstances and costs, to those of the windows before; its answers are let go."""
        total = self.attempts.setdefault(attempt.entrant.name, PredictionState(attempt.entrant, {}))
        total.circumstances += [c for c in attempt.circumstances if c not in total.circumstances]
        for what, amount in attempt.used.items():
            total.used[what] = total.used.get(what, 0) + amount

    def _mention_other_versions(self, attempt: PredictionState) -> None:
        now = attempt.entrant.versions
        before = self.attempts.get(attempt.entrant.name)
        other = dict.fromkeys(
            f"{package} {version} (now {now[package]})"
            for made in attempt.circumstances
            if before is None or made not in before.circumstances
            for package, version in made["versions"].items()
            if now.get(package, version) != version
        )
        if other:
            _LOG.info(
                "%s: stored predictions made with %s are used; recompute=true predicts again.",
                attempt.entrant.name, ", ".join(other),
            )  # fmt: skip


def can_be_asked_again(entrant: ModelSpec) -> bool:
    """Whether it answers another text: recorded summaries do not, and a bound is no summariser."""
    return entrant.fingerprint is not None and entrant.kind != "bound"


def needs_all(measure: MetricSpec) -> bool:
    """Whether its numbers depend on all of a dataset."""
    return isinstance(measure.metric, CorpusMetric) and measure.metric.whole_dataset


def check_size(
    measures: Sequence[MetricSpec],
    statistics: Mapping[str, DatasetStatistics],
    size: int,
    perturbations: int = 0,
) -> None:
    """Refuse a metric that needs a dataset in one piece where it comes in several windows."""
    for measure in filter(needs_all, measures):
        for name, described in statistics.items():
            texts = described.n_articles * (1 + perturbations)
            if texts > size:
                copies = f" ({texts:,} with their perturbed copies)" if perturbations else ""
                raise SummbenchError(
                    f"The metric {measure.name!r} needs a dataset in one piece, and {name!r} has "
                    f"{described.n_articles:,} articles{copies}, more than the window of {size:,}. "
                    "Leave the metric out, take fewer articles (limit=...), or give the memory "
                    f"that it takes: chunk_size={texts}."
                )
