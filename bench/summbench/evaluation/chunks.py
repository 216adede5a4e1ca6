"""Predictions and scores of all models, one chunk of articles after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import Example, Executor, Kind, Prediction, Progress, TaskResult
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.evidence import collect_evidence
from summbench.evaluation.inputs import ChunkInputs, read_chunks
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.normalization_counts import count_normalizations
from summbench.evaluation.pairs import Task
from summbench.evaluation.predict import PredictionState, label_progress, predict, prepare
from summbench.evaluation.repeats import join_repeats
from summbench.evaluation.score import score
from summbench.evaluation.session import (
    ModelRun,
    ModelSession,
    ModelSpec,
    is_rerunnable,
    log_differences,
    use_scratch_store,
)
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.perturbed import (
    Datasets,
    PerturbedDataset,
    attach_predictions,
)
from summbench.runs.tables import Repeats
from summbench.store.store import Store

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some examples of each dataset, the results on them, and the evidence of their scores.

    `perturbed` holds the perturbed examples with the predictions of each rerunnable model. A result
    is the mean over the model's `repeats`, and evidence that of the first.
    """

    examples: Mapping[str, Sequence[Example]]
    results: Sequence[TaskResult]
    evidence: Sequence[tuple[str, str, str, str, str]]
    perturbed: Sequence[PerturbedDataset] = ()
    repeats: Repeats = field(default_factory=dict)


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

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each model; repeats are no models of their own."""
        return {model.name: model.kind for model in self.models if model.repeat_of is None}

    def iterate_chunks(
        self,
        size: int,
        progress: Progress,
        is_selected: Callable[[Example], bool] | None = None,
    ) -> Iterator[Chunk]:
        """Yield up to `size` examples of each dataset at a time, or those of them selected.

        Perturbed copies are in memory too: with them `size` counts examples and copies together.
        Where there are several chunks, each model first predicts all of them into the store, so
        that it is built once, and one model at a time.
        """
        size = max(1, size // (1 + len(self.perturbations)))
        has_several = any(len(examples) > size for examples in self.datasets.values())
        with ExitStack() as stack:
            runs = [ModelRun(ModelSession(model), self.store) for model in self.models]
            if has_several:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="summbench-")))
                runs = [use_scratch_store(run, Store(folder)) for run in runs]
            for run in runs:
                stack.enter_context(run.session)
            for run in runs if has_several else ():
                if not run.session.model.precomputed:
                    run.session.remember_keys()
                    chunk_ends: Counter[str] = Counter()
                    for examples in read_chunks(self.datasets, size, is_selected):
                        chunk_ends.update({name: len(rows) for name, rows in examples.items()})
                        of_all = self._count_all(progress, run, chunk_ends)
                        report = progress if is_selected else of_all
                        self._predict([run], self._build_inputs(examples), report, self.recompute)
                        del examples
                run.session.close()
            for examples in read_chunks(self.datasets, size, is_selected):
                inputs = self._build_inputs(examples)
                recompute = self.recompute and not has_several
                predictions = self._predict(runs, inputs, progress, recompute, not has_several)
                yield self._score_chunk(inputs, predictions, progress)
                del examples, inputs, predictions  # before the next are read

    def _count_all(
        self, progress: Progress, run: ModelRun, chunk_ends: Mapping[str, int]
    ) -> Progress:
        """Report a chunk's articles as some of all: `chunk_ends` counts those up to its end."""
        by_label = {label_progress(run.session.model, name): name for name in self.datasets}

        def report(label: str, done: int, total: int) -> None:
            dataset = by_label.get(label)
            if dataset is not None:  # otherwise it is of perturbed copies
                done, total = chunk_ends[dataset] - total + done, len(self.datasets[dataset])
            progress(label, done, total)

        return report

    def _build_inputs(self, examples: dict[str, list[Example]]) -> ChunkInputs:
        return ChunkInputs.build(examples, self.perturbations, self.article_normalizer)

    def _select_inputs(self, model: ModelSpec, inputs: ChunkInputs) -> dict[str, list[Example]]:
        """What the model reads; of what is perturbed only if it can predict any text."""
        clean = self.datasets_for(model, {n: inputs.normalized[n] for n in inputs.examples})
        if not is_rerunnable(model):
            return clean
        return clean | {name: inputs.normalized[name] for name in inputs.perturbed}

    def _predict(
        self,
        runs: Sequence[ModelRun],
        inputs: ChunkInputs,
        progress: Progress,
        recompute: bool,
        close: bool = False,
    ) -> dict[Task, list[Prediction]]:
        """Predict one chunk, first by servers, which may refuse; with `close` the last one."""
        datasets = [self._select_inputs(run.session.model, inputs) for run in runs]
        for session in (run.session for run in runs if run.session.needs_instance_for_keys):
            session.check()
        states = [
            None if run.session.needs_instance_for_keys else self._prepare(run, rows, recompute)
            for run, rows in zip(runs, datasets, strict=True)
        ]
        predictions: dict[Task, list[Prediction]] = {}
        turns = zip(runs, states, datasets, strict=True)
        for run, prepared, rows in sorted(turns, key=lambda turn: turn[1] is not None):
            state = prepared or self._prepare(run, rows, recompute)
            self._log_other_versions(state)
            by_dataset = predict(state, rows, run.store, progress, self.executor)
            predictions |= {(name, state.model.name): rows for name, rows in by_dataset.items()}
            if close:
                run.session.close()
            self._add_state(state)
        return predictions

    def _prepare(self, run: ModelRun, rows: Datasets, recompute: bool) -> PredictionState:
        return prepare(run.session, rows, run.store, recompute, self._get_failures(run))

    def _score_chunk(
        self, inputs: ChunkInputs, predictions: Mapping[Task, list[Prediction]], progress: Progress
    ) -> Chunk:
        examples = inputs.examples
        copies = attach_predictions(examples, inputs.perturbed, inputs.copies, predictions)
        clean = {task: rows for task, rows in predictions.items() if task[0] in examples}
        available = {name: statistics.available for name, statistics in self.statistics.items()}
        results = score(
            examples, clean, self.metrics, self.store, progress, self.recompute, available
        )
        count_normalizations(
            self.normalization_counts, self.article_normalizer, self.metrics, examples, results
        )
        joined, repeats = join_repeats(results, self.models)
        first = {model.name for model in self.models if model.repeat_of is None}
        shown = [result for result in results if result.model in first]
        evidence = collect_evidence(shown, examples, self.metrics, self.store)
        perturbed = self._score_copies(copies, examples, progress)
        return Chunk(examples, joined, evidence, perturbed, repeats)

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

    def datasets_for(self, model: ModelSpec, datasets: Mapping[str, _T]) -> dict[str, _T]:
        """The datasets that the model takes part in: a bound needs references."""
        return {
            name: dataset
            for name, dataset in datasets.items()
            if model.kind != "bound" or "references" in self.statistics[name].available
        }

    def _add_state(self, state: PredictionState) -> None:
        """Add its environments and usage to those of earlier chunks; its predictions are freed."""
        name = state.model.name
        [model] = (model for model in self.models if model.name == name)
        total = self.states.setdefault(name, PredictionState(ModelSession(model)))
        total.failures |= state.failures
        total.add_environments(state.environments)
        for quantity, amount in state.usage.items():
            total.usage[quantity] = total.usage.get(quantity, 0) + amount

    def _get_failures(self, run: ModelRun) -> Mapping[str, str]:
        """By the keys of texts."""
        name = run.session.model.name
        return self.states[name].failures if name in self.states else {}

    def _log_other_versions(self, state: PredictionState) -> None:
        model, earlier = state.model, self.states.get(state.model.name)
        is_new = [earlier is None or e not in earlier.environments for e in state.environments]
        log_differences(model, compress(state.environments, is_new))
