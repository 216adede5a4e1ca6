"""Trials of perturbations, and the curves and worst cases drawn from several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from summbench.core.records import Estimate
from summbench.leaderboard.board import DatasetInfo

STABILITY = "stability.rouge2"
RELATIVE = "relative."


@dataclass(frozen=True, slots=True)
class Trial:
    """One model under one operator at one severity, on the articles of one dataset.

    The operator changed `changed` of the `articles`. The prediction failed for `failed` of them
    once perturbed; `failed_clean` had failed before and count nowhere else. `numbers` are means
    over articles:

    - `stability.rouge2`, `stability.chrf2`: similarity of the summaries of the clean and of the
      perturbed article; 0 if the latter failed.
    - `source.rouge2`, `excess.rouge2`: similarity of the articles themselves, and by how much the
      summaries are less similar, that is (1 - stability) - (1 - source).
    - `length_change`: additional words as a share of the clean summary's words; undefined if a
      prediction failed or the clean summary has no word.
    - `leakage`: share of the injected bigrams that the summary has; undefined if a prediction
      failed or nothing was injected.
    - `clean.<metric>`, `drop.<metric>`: the clean score, and its loss with a paired interval:
      clean minus perturbed, or the reverse if lower is better. A failed prediction scores what it
      does in the leaderboard.
    - `relative.<metric>`: mean loss and its interval as a share of the clean mean. It is a ratio
      of means because an article's own ratio is undefined at a score of 0, which many a ROUGE-2
      is. The clean mean is taken as exact: the interval is that of the loss. Undefined unless the
      clean mean is above 0.
    """

    dataset: str
    model: str
    operator: str
    keeps_meaning: bool
    severity: float
    articles: int
    changed: int
    failed: int
    failed_clean: int
    numbers: Mapping[str, Estimate]

    def mean(self, number: str) -> float:
        """Return the mean of a number; NaN if it is undefined or missing."""
        return self.numbers[number].mean if number in self.numbers else float("nan")


@dataclass(frozen=True, slots=True)
class Robustness:
    """The trials of a run; `metrics` are those whose loss was measured.

    `skipped_models` can't predict other texts: precomputed summaries, and bounds.
    """

    name: str
    seed: int
    metrics: Sequence[str]
    datasets: Mapping[str, DatasetInfo]
    signatures: Mapping[str, str]
    skipped_models: Sequence[str]
    trials: Sequence[Trial]


@dataclass(frozen=True, slots=True)
class Curve:
    """A number of one model and operator over the severities, the first of which is 0.

    `area` is the mean height of the line through the points; NaN if one of the points is.
    """

    dataset: str
    model: str
    operator: str
    keeps_meaning: bool
    number: str
    severities: Sequence[float]
    values: Sequence[float]
    area: float


@dataclass(frozen=True, slots=True)
class WorstTrial:
    """The trial in which a number of a model is worst, among operators that keep the meaning.

    `value` is a mean over `n` of the `articles`.
    """

    dataset: str
    model: str
    number: str
    operator: str
    severity: float
    value: float
    n: int
    articles: int


def compute_curves(trials: Sequence[Trial], number: str) -> list[Curve]:
    """Compute a curve for each dataset, model and operator.

    At severity 0 the stability is 1 and the loss 0.
    """
    points: dict[tuple[str, str, str, bool], dict[float, float]] = {}
    for t in trials:
        key = (t.dataset, t.model, t.operator, t.keeps_meaning)
        start = {0.0: 0.0 if number.startswith(RELATIVE) else 1.0}
        points.setdefault(key, start)[t.severity] = t.mean(number)
    return [
        _build_curve(key, number, dict(sorted(by_severity.items())))
        for key, by_severity in points.items()
    ]


def _build_curve(
    key: tuple[str, str, str, bool], number: str, points: Mapping[float, float]
) -> Curve:
    severities, values = tuple(points), tuple(points.values())
    width = severities[-1]
    area = float(np.trapezoid(values, severities)) / width if width else values[0]
    return Curve(*key, number, severities, values, area)


def find_worst_trials(trials: Sequence[Trial], number: str) -> list[WorstTrial]:
    """Find the trial of least stability or greatest loss for each dataset and model."""
    sign = -1 if number.startswith(RELATIVE) else 1
    worst: dict[tuple[str, str], Trial] = {}
    for t in trials:
        if t.keeps_meaning and not isnan(t.mean(number)):
            current = worst.setdefault((t.dataset, t.model), t)
            if sign * t.mean(number) < sign * current.mean(number):
                worst[t.dataset, t.model] = t
    return [
        WorstTrial(
            *task,
            number,
            t.operator,
            t.severity,
            t.mean(number),
            t.numbers[number].n,
            t.articles,
        )
        for task, t in worst.items()
    ]
