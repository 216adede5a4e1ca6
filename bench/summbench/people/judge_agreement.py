"""How far a judge chooses as people do, and people as each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan
from typing import NamedTuple

import numpy as np

from summbench.core.records import Estimate
from summbench.people.choices import Choice
from summbench.people.contest import Meeting
from summbench.people.verdicts import score_meetings
from summbench.stats.agreement import estimate_kappa

Scores = Mapping[Meeting, float]


class _Labels(NamedTuple):
    first: list[str]
    second: list[str]
    articles: list[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two labels of the same choice: Cohen's kappa, the share that is equal, and that by chance.

    `chance` is what two would agree by who choose independently, each with their own share of ties.
    `kappa.n` counts the pairs of labels, of so many `articles`.
    """

    kappa: Estimate
    observed: float
    chance: float
    articles: int


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """The judge against each rater, and each rater against the others, if there are several.

    A rater's choices of one pair on an article in both orders are one label, as the judge's are.
    """

    judge: Agreement
    people: Agreement | None
    raters: int


def measure_agreement(
    judge: Scores, raters: Mapping[str, Scores], resamples: int = 1_000, seed: int = 0
) -> JudgeAgreement:
    """Measure agreement on choices that both judge and people made, intervals over articles.

    `raters` are those of `score_raters`. A choice counts as seen from each of the two systems (win,
    loss or tie), so that kappa is the same whatever they are called. (Cohen, 1960.)
    """
    against_judge = _Labels([], [], [])
    for of_rater in raters.values():
        _add_shared(against_judge, judge, of_rater)
    among_people = _Labels([], [], [])
    for a, b in combinations(raters.values(), 2):
        _add_shared(among_people, a, b)
    return JudgeAgreement(
        judge=_measure(against_judge, resamples, seed),
        people=_measure(among_people, resamples, seed) if among_people.first else None,
        raters=len(raters),
    )


def score_raters(human: Sequence[Choice]) -> dict[str, dict[Meeting, float]]:
    """Return rater -> meeting -> 1, .5 or 0 for the system whose name comes first."""
    names = sorted({choice.rater for choice in human})
    return {name: score_meetings([c for c in human if c.rater == name]) for name in names}


def _add_shared(labels: _Labels, first: Scores, second: Scores) -> None:
    for meeting in sorted(first.keys() & second.keys()):
        for seen_from in (1, -1):
            labels.first.append(_to_label(seen_from * (first[meeting] - 0.5)))
            labels.second.append(_to_label(seen_from * (second[meeting] - 0.5)))
            labels.articles.append(meeting.article)


def _to_label(lead: float) -> str:
    """Repeats of a judge that disagree have the label of their mean."""
    return "tie" if lead == 0 else "win" if lead > 0 else "loss"


def _measure(labels: _Labels, resamples: int, seed: int) -> Agreement:
    first, second = np.array(labels.first), np.array(labels.second)
    if not len(first):
        return Agreement(Estimate(nan, nan, nan, 0, "none"), nan, nan, 0)
    shares = [((first == x).mean(), (second == x).mean()) for x in ("win", "loss", "tie")]
    kappa = estimate_kappa(*labels, resamples=resamples, seed=seed)
    return Agreement(
        kappa=replace(kappa, n=len(first) // 2),
        observed=float((first == second).mean()),
        chance=float(sum(p * q for p, q in shares)),
        articles=len(set(labels.articles)),
    )
