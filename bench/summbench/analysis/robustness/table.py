"""The records of what noise does, and what is drawn from several of them."""

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

    `touched` articles were changed by the operator, `failed` have no answer once garbled, and
    `unanswered` had none before and count nowhere else. `numbers` are means over articles:

    - `stability.rouge2` and `stability.chrf2`: likeness of the summaries of the clean and of the
      garbled article; 0 where the garbled one has no answer.
    - `source.rouge2` and `excess.rouge2`: likeness of the articles themselves, and by how much the
      summaries are less alike than they are, that is (1 - stability) - (1 - source).
    - `length_change`: words of the one summary more than of the other, as a share of the clean
      one's; undefined without an answer or where the clean summary has no word.
    - `leakage`: the share of the injected bigrams that the summary has; undefined without an answer
      or where nothing was injected.
    - `clean.<metric>`, `drop.<metric>`: the metric before, and its loss with a paired interval:
      clean less garbled, the other way round where lower is better. A missing answer scores what it
      does in the leaderboard.
    - `relative.<metric>`: the mean loss as a share of the mean before, and its interval likewise.
      A ratio of means, as that of a single article explodes near a score of 0 and is undefined at
      it, where many an article's ROUGE-2 is. The mean before is taken as given: the interval says
      how sure the loss is. Undefined unless the mean before is above 0.
    """

    dataset: str
    model: str
    operator: str
    keeps_meaning: bool
    severity: float
    articles: int
    touched: int
    failed: int
    unanswered: int
    numbers: Mapping[str, Estimate]

    def mean(self, number: str) -> float:
        """NaN where the number is undefined or not there."""
        return self.numbers[number].mean if number in self.numbers else float("nan")


@dataclass(frozen=True, slots=True)
class Robustness:
    """The trials of a run; `metrics` are those whose loss was measured.

    `left_out` are models that can't be asked again: recorded summaries, and bounds.
    """

    name: str
    seed: int
    metrics: Sequence[str]
    datasets: Mapping[str, DatasetInfo]
    signatures: Mapping[str, str]
    left_out: Sequence[str]
    trials: Sequence[Trial]


@dataclass(frozen=True, slots=True)
class Curve:
    """A number of one model and operator over the severities, which begin with 0.

    `area` is the mean height of the line through the points, NaN if one of them is.
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
class Worst:
    """Where a model fares worst by a number, among the operators that keep the meaning."""

    dataset: str
    model: str
    number: str
    operator: str
    severity: float
    value: float


def curves(trials: Sequence[Trial], number: str) -> list[Curve]:
    """One for each dataset, model and operator; without noise a summary is stable and loses 0."""
    found: dict[tuple[str, str, str, bool], dict[float, float]] = {}
    for t in trials:
        key = (t.dataset, t.model, t.operator, t.keeps_meaning)
        start = {0.0: 0.0 if number.startswith(RELATIVE) else 1.0}
        found.setdefault(key, start)[t.severity] = t.mean(number)
    return [_curve(key, number, dict(sorted(points.items()))) for key, points in found.items()]


def _curve(key: tuple[str, str, str, bool], number: str, points: Mapping[float, float]) -> Curve:
    severities, values = tuple(points), tuple(points.values())
    width = severities[-1]
    area = float(np.trapezoid(values, severities)) / width if width else values[0]
    return Curve(*key, number, severities, values, area)


def worst(trials: Sequence[Trial], number: str) -> list[Worst]:
    """For each dataset and model the trial of least stability, or of greatest loss."""
    sign = -1 if number.startswith(RELATIVE) else 1
    found: dict[tuple[str, str], Trial] = {}
    for t in trials:
        if t.keeps_meaning and not isnan(t.mean(number)):
            before = found.setdefault((t.dataset, t.model), t)
            if sign * t.mean(number) < sign * before.mean(number):
                found[t.dataset, t.model] = t
    return [
        Worst(*place, number, t.operator, t.severity, t.mean(number)) for place, t in found.items()
    ]
