"""Choices between two summaries: how often each system won, and what they can't say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summbench.stats.bradley_terry import find_components

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice between the summaries of two systems, in the order in which they were shown.

    `outcome` is 1 for the first, -1 for the second, 0 for a tie. `log_length_ratio` is of the
    first's number of words to the second's.
    """

    article: str
    rater: str
    first: str
    second: str
    outcome: int
    log_length_ratio: float = 0.0


def count_outcomes(choices: Sequence[Choice], systems: Sequence[str]) -> tuple[Floats, Floats]:
    """How often i was preferred to j (K, K), and how often they were tied, which is symmetric."""
    place = {name: i for i, name in enumerate(systems)}
    wins, ties = np.zeros((2, len(systems), len(systems)))
    for choice in choices:
        i, j = place[choice.first], place[choice.second]
        if choice.outcome == 0:
            ties[i, j] += 1
            ties[j, i] += 1
        else:
            wins[(i, j) if choice.outcome > 0 else (j, i)] += 1
    return wins, ties


def find_problems(wins: Floats, ties: Floats, systems: Sequence[str]) -> list[str]:
    """Why there are no strengths, in sentences; none if there are."""
    if not wins.any():
        return ["All choices are ties, so that no system is stronger than another."]
    together = find_components((wins + wins.T + ties) > 0)
    if len(together) > 1:
        groups = "; ".join(", ".join(systems[i] for i in group) for group in together)
        return [
            f"The systems fall into groups that were never compared with each other ({groups}), so "
            "that there are no strengths. Ask about pairs between the groups."
        ]
    beats = (wins + ties) > 0
    if len(find_components(beats)) == 1:
        return []
    sentences = []
    for text, of in (("was never beaten", beats.T), ("never won", beats)):
        names = [systems[i] for i in np.flatnonzero(~of.any(axis=1)).tolist()]
        sentences += [f"{name} {text} and never tied" for name in names]
    what = "; ".join(sentences) or "A group of systems was never beaten by the others"
    return [f"{what}: its strength has no bound, and only shares of choices are shown."]


def find_one_sided(choices: Sequence[Choice]) -> list[str]:
    """Why choices of one place alone give no strengths, in a sentence; none if they are of both.

    Where each pair stood in one order only, the place is the system.
    """
    orders = {(choice.first, choice.second) for choice in choices}
    outcomes = {choice.outcome for choice in choices} - {0}
    if len(outcomes) != 1 or not any((b, a) in orders for a, b in orders):
        return []
    place = "first" if outcomes == {1} else "second"
    return [
        f"Every choice is for the summary that is shown {place}, whatever it says: there are no "
        "strengths, and the advantage of this place has no bound."
    ]


def count_flips(choices: Sequence[Choice]) -> tuple[int, int]:
    """Pairs that one rater saw in both orders, and how many of them were judged otherwise."""
    outcomes: dict[tuple[str, str, str, str], int] = {}
    flips = repeated = 0
    for choice in choices:
        back = (choice.article, choice.rater, choice.second, choice.first)
        if back in outcomes:
            repeated += 1
            flips += outcomes.pop(back) != -choice.outcome
        else:
            outcomes[choice.article, choice.rater, choice.first, choice.second] = choice.outcome
    return flips, repeated
