"""Collects the trials of a run chunk by chunk, and computes their means at the end."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from summbench.analysis.robustness.per_article import SourceChange, compute_numbers
from summbench.analysis.robustness.similarity import Similarity
from summbench.analysis.robustness.trials import RELATIVE, Trial
from summbench.core.article_order import Order
from summbench.core.records import Direction, Estimate, TaskResult
from summbench.evaluation.chunks import Chunk
from summbench.perturbations.perturbed import PerturbedDataset
from summbench.stats.intervals import estimate_columns

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class _TrialValues:
    """The values of one trial, an article after another, and its counts of articles."""

    keeps_meaning: bool
    values: dict[str, array[float]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add_counts(self, copy: PerturbedDataset, clean: TaskResult, perturbed: TaskResult) -> None:
        succeeded_clean = [p.error is None for p in clean.predictions]
        failed = [p.error is not None for p in perturbed.predictions]
        self.counts["articles"] += len(succeeded_clean)
        self.counts["changed"] += sum(bool(text.edits) for text in copy.texts)
        self.counts["failed_clean"] += succeeded_clean.count(False)
        pairs = zip(succeeded_clean, failed, strict=True)
        self.counts["failed"] += sum(before and now for before, now in pairs)


class TrialAccumulator:
    """Collects the numbers of all trials; chunks come in the order of the rows."""

    def __init__(self, metrics: Mapping[str, Direction]) -> None:
        self._metrics = metrics
        self._by_trial: dict[tuple[str, str, str, float], _TrialValues] = {}
        self._similarity = Similarity()

    @property
    def signatures(self) -> dict[str, str]:
        """The signatures of the similarity measures."""
        return self._similarity.signatures

    def add(self, chunk: Chunk) -> None:
        """Add the results of one chunk."""
        clean_results = {(result.dataset, result.model): result for result in chunk.results}
        for copy in chunk.perturbed:
            spec, source = copy.perturbation, SourceChange(copy, self._similarity)
            for perturbed in copy.results:
                clean = clean_results[copy.dataset, perturbed.model]
                key = (copy.dataset, perturbed.model, spec.name, spec.severity)
                trial = self._by_trial.setdefault(key, _TrialValues(spec.operator.keeps_meaning))
                trial.add_counts(copy, clean, perturbed)
                numbers = compute_numbers(clean, perturbed, source, self._similarity, self._metrics)
                for number, values in numbers.items():
                    trial.values.setdefault(number, array("d")).extend(values)

    def build_trials(self, orders: Mapping[str, Order]) -> list[Trial]:
        """Compute means and intervals of every trial.

        `orders` is dataset -> its rows in canonical order.
        """
        estimates_by_column = estimate_columns(
            ((*key, number), np.array(values)[orders[key[0]]])
            for key, trial in sorted(self._by_trial.items(), key=lambda item: item[0])
            for number, values in trial.values.items()
        )
        trials = []
        for key, trial in self._by_trial.items():
            numbers = {number: estimates_by_column[*key, number] for number in trial.values}
            dataset, model, operator, severity = key
            counts = trial.counts
            trials.append(
                Trial(
                    dataset, model, operator, trial.keeps_meaning, severity,
                    counts["articles"], counts["changed"],
                    counts["failed"], counts["failed_clean"],
                    numbers | self._compute_relative_losses(numbers),
                )
            )  # fmt: skip
        return trials

    def _compute_relative_losses(self, numbers: Mapping[str, Estimate]) -> dict[str, Estimate]:
        return {
            f"{RELATIVE}{metric}": compute_relative_loss(
                numbers[f"drop.{metric}"], numbers[f"clean.{metric}"]
            )
            for metric in self._metrics
            if f"drop.{metric}" in numbers
        }


def compute_relative_loss(drop: Estimate, clean: Estimate) -> Estimate:
    """Divide the loss and its interval by the clean mean; undefined unless that is above 0."""
    if not clean.mean > 0:
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    mean, low, high = (value / clean.mean for value in (drop.mean, drop.low, drop.high))
    return replace(drop, mean=mean, low=low, high=high)
