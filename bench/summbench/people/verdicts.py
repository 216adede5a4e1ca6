"""Verdicts on two summaries, what they say together, and how often each system won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from statistics import fmean
from typing import Literal

from summbench.core.judgements import Place
from summbench.people.choices import Choice, count_flips
from summbench.people.contest import Meeting

Source = Literal["judge", "identical", "missing"]
"""Who decided: the judge, or nobody, as both summaries are the same or one is not there."""
OUTCOMES: Mapping[Place, int] = {"first": 1, "second": -1, "tie": 0}
_TIE = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one question; `preferred` is None where the judge's reply has no verdict.

    `first_words` and `second_words` are the lengths of the summaries. `error` says why there is no
    reply. `key` is the row of the reply in the store, empty without one.
    """

    article: str
    first: str
    second: str
    repeat: int
    source: Source
    preferred: Place | None
    first_words: int
    second_words: int
    reply: str = ""
    error: str | None = None
    key: str = ""

    @property
    def meeting(self) -> Meeting:
        """The article and the two systems, in whatever order they stood."""
        return Meeting(self.article, *sorted((self.first, self.second)))

    @property
    def winner(self) -> str | None:
        """The name of the preferred system; None for a tie, and where there is no verdict."""
        return {"first": self.first, "second": self.second}.get(str(self.preferred))


@dataclass(frozen=True, slots=True)
class PairResult:
    """How `a` did against `b`, by article: both orders together, and an order flip is a tie.

    `flips` are of the `n_judged` meetings. `n_unread` counts replies without a verdict and
    `n_failed` those that never came; they leave `n_incomplete` meetings out. `n_identical` and
    `n_missing` are meetings that needed no judge; `n_over_budget` were not asked about.
    """

    a: str
    b: str
    wins: int
    ties: int
    losses: int
    n_judged: int
    flips: int
    n_identical: int
    n_missing: int
    n_incomplete: int
    n_unread: int
    n_failed: int
    n_over_budget: int


def group_verdicts(verdicts: Sequence[Verdict]) -> dict[Meeting, list[Verdict]]:
    """Group the verdicts by meeting."""
    groups: dict[Meeting, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.meeting, []).append(verdict)
    return groups


def list_choices(verdicts: Sequence[Verdict]) -> list[Choice]:
    """List the verdicts of repeats that have one in both orders, as choices of that repeat."""
    choices = []
    for of_meeting in group_verdicts(verdicts).values():
        unread = {verdict.repeat for verdict in of_meeting if verdict.preferred is None}
        choices += [_to_choice(v) for v in of_meeting if v.repeat not in unread]
    return choices


def score_meetings(choices: Sequence[Choice]) -> dict[Meeting, float]:
    """Compute what `a` of each meeting got: 1 for a win, .5 for a tie, the mean over repeats.

    Orders that differ are a tie. (Zheng et al., 2023.)
    """
    outcomes: dict[Meeting, dict[str, set[int]]] = {}
    for choice in choices:
        meeting = Meeting(choice.article, *sorted((choice.first, choice.second)))
        sign = 1 if choice.first == meeting.a else -1
        of_rater = outcomes.setdefault(meeting, {}).setdefault(choice.rater, set())
        of_rater.add(sign * choice.outcome)
    return {
        meeting: fmean(combine_outcomes(of_rater) for of_rater in by_rater.values())
        for meeting, by_rater in outcomes.items()
    }


def combine_outcomes(outcomes: set[int]) -> float:
    """Return the score of one rater's outcomes, 1 to -1; a tie if they differ."""
    return (1 + next(iter(outcomes))) / 2 if len(outcomes) == 1 else _TIE


def count_pairs(
    systems: Sequence[str],
    verdicts: Sequence[Verdict],
    scores: Mapping[Meeting, float],
    over_budget: Sequence[Meeting],
) -> list[PairResult]:
    """Count what became of each pair of systems."""
    pairs = {pair: [v for v in verdicts if v.meeting[1:] == pair] for pair in _list_pairs(systems)}
    return [
        _count_pair(
            *pair,
            of_pair,
            [score for meeting, score in scores.items() if meeting[1:] == pair],
            sum(meeting[1:] == pair for meeting in over_budget),
        )
        for pair, of_pair in pairs.items()
    ]


def _list_pairs(systems: Sequence[str]) -> list[tuple[str, str]]:
    return list(combinations(sorted(systems), 2))


def _count_pair(
    a: str, b: str, verdicts: Sequence[Verdict], scores: Sequence[float], over_budget: int
) -> PairResult:
    by_source: dict[Source, set[str]] = {"judge": set(), "identical": set(), "missing": set()}
    for verdict in verdicts:
        by_source[verdict.source].add(verdict.article)
    judged = list_choices([verdict for verdict in verdicts if verdict.source == "judge"])
    flips, repeated = count_flips(judged)
    n_meetings = sum(map(len, by_source.values()))
    return PairResult(
        a=a,
        b=b,
        wins=sum(score > _TIE for score in scores),
        ties=sum(score == _TIE for score in scores),
        losses=sum(score < _TIE for score in scores),
        n_judged=repeated,
        flips=flips,
        n_identical=len(by_source["identical"]),
        n_missing=len(by_source["missing"]),
        n_incomplete=n_meetings - len(scores),
        n_unread=sum(v.preferred is None and v.error is None for v in verdicts),
        n_failed=sum(v.error is not None for v in verdicts),
        n_over_budget=over_budget,
    )


def _to_choice(verdict: Verdict) -> Choice:
    assert verdict.preferred is not None
    return Choice(
        verdict.article,
        f"repeat {verdict.repeat}",
        verdict.first,
        verdict.second,
        OUTCOMES[verdict.preferred],
        log(max(verdict.first_words, 1) / max(verdict.second_words, 1)),
    )
