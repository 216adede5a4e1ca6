"""Trials, gathered window by window."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from summbench.analysis.robustness.per_article import Source, numbers
from summbench.analysis.robustness.similarity import Similarity
from summbench.analysis.robustness.table import RELATIVE, Trial
from summbench.core.records import Direction, Estimate, TaskResult
from summbench.evaluation.chunks import Chunk
from summbench.perturbations.perturbed import PerturbedDataset
from summbench.stats.intervals import estimates

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class _ModelOutcomes:
    """What the windows so far have of one trial."""

    keeps_meaning: bool
    values: dict[str, array[float]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, copies: PerturbedDataset, clean: TaskResult, noisy: TaskResult) -> None:
        answered = [p.error is None for p in clean.predictions]
        failed = [p.error is not None for p in noisy.predictions]
        self.counts["articles"] += len(answered)
        self.counts["touched"] += sum(bool(g.edits) for g in copies.garbled)
        self.counts["unanswered"] += answered.count(False)
        self.counts["failed"] += sum(a and f for a, f in zip(answered, failed, strict=True))


class Trials:
    """The trials of all models; each is added in windows, in the articles' order."""

    def __init__(self, metrics: Mapping[str, Direction]) -> None:
        self._metrics = metrics
        self._found: dict[tuple[str, str, str, float], _ModelOutcomes] = {}
        self._similarity = Similarity()

    @property
    def signatures(self) -> dict[str, str]:
        """Of the measures of likeness."""
        return self._similarity.signatures

    def add(self, window: Chunk) -> None:
        """One window."""
        clean = {(cell.dataset, cell.model): cell for cell in window.cells}
        for copies in window.copies:
            noise, source = copies.noise, Source(copies, self._similarity)
            for noisy in copies.cells:
                before = clean[copies.dataset, noisy.model]
                key = (copies.dataset, noisy.model, noise.name, noise.severity)
                gathered = self._found.setdefault(key, _ModelOutcomes(noise.operator.keeps_meaning))
                gathered.add(copies, before, noisy)
                got = numbers(before, noisy, source, self._similarity, self._metrics)
                for number, values in got.items():
                    gathered.values.setdefault(number, array("d")).extend(values)

    def finished(self) -> list[Trial]:
        """Means and intervals; those of equally many articles share their resamples."""
        columns = {
            f"{i} {number}": values
            for i, gathered in enumerate(self._found.values())
            for number, values in gathered.values.items()
        }
        found = estimates(columns.items())
        trials = []
        for i, (key, gathered) in enumerate(self._found.items()):
            of_trial = {number: found[f"{i} {number}"] for number in gathered.values}
            dataset, model, operator, severity = key
            trials.append(
                Trial(
                    dataset, model, operator, gathered.keeps_meaning, severity,
                    gathered.counts["articles"], gathered.counts["touched"],
                    gathered.counts["failed"], gathered.counts["unanswered"],
                    of_trial | self._relative(of_trial),
                )
            )  # fmt: skip
        return trials

    def _relative(self, numbers: dict[str, Estimate]) -> dict[str, Estimate]:
        return {
            f"{RELATIVE}{metric}": relative(numbers[f"drop.{metric}"], numbers[f"clean.{metric}"])
            for metric in self._metrics
            if f"drop.{metric}" in numbers
        }


def relative(drop: Estimate, clean: Estimate) -> Estimate:
    """The loss and its interval as shares of the mean before, if that is above 0."""
    if not clean.mean > 0:
        return Estimate(_NAN, _NAN, _NAN, 0, "none")
    mean, low, high = (value / clean.mean for value in (drop.mean, drop.low, drop.high))
    return replace(drop, mean=mean, low=low, high=high)
