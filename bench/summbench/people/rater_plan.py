"""How many raters and articles show a difference between two systems in ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.core.cells import format_value
from summbench.core.errors import SummbenchError
from summbench.core.tabular import read_rows
from summbench.stats.crossed_power import CrossedDesign
from summbench.stats.two_way import estimate_crossed_means

Floats = NDArray[np.float64]

RATERS = (3, 5, 10, 20)
ARTICLES = (10, 30, 100)
MOST_ARTICLES = 2_000
_LARGEST = 1e6  # of what a plan computes with; a scale has some points


@dataclass(frozen=True, slots=True)
class RaterPlan:
    """What raters and articles can show of `effect`, in points of the scale, with `power`.

    The standard deviations are of paired differences of two systems: what an article adds, what a
    rater adds, and what is left of one rating. `pairs` is how many pairs of a pilot they are the
    median of, 0 if they were given. `rows` have raters, the articles that show the effect (None if
    not even `MOST_ARTICLES` do), and the smallest difference that each of `ARTICLES` shows.
    """

    effect: float
    power: float
    article_sd: float
    rater_sd: float
    rest_sd: float
    pairs: int
    rows: Sequence[tuple[int, int | None, Sequence[float]]]


def plan_ratings(
    rated: Path | None = None,
    *,
    sds: Sequence[float] | None = None,
    effect: float = 0.5,
    power: float = 0.8,
) -> RaterPlan:
    """Plan from a pilot, a file of `collect`, or from the three standard deviations.

    Two-sided at 5 %, every rater rates every article, for one pair: the power is that of the test
    of the board by people, over articles and raters (`CrossedDesign`).

    Raises: SummbenchError if not exactly one of both is given, or the pilot has too few raters.
    """
    if (rated is None) == (sds is None):
        raise SummbenchError("Give either the ratings of a pilot or three standard deviations.")
    if not 0 < power < 1 or not effect > 0:
        raise SummbenchError(
            f"effect={effect} and power={power}; expected points above 0 and a share, as 0.8."
        )
    pairs = 0
    if rated is not None:
        values, pairs = _measure_pilot(rated)
    else:
        values = list(sds or ())
    if len(values) != 3 or not all(0 <= sd <= _LARGEST for sd in values) or not any(values):
        raise SummbenchError(
            f"The standard deviations are {values}; expected three from 0 to 1e6, not all 0: of "
            "articles, of raters and of single ratings, as 0.5,0.3,0.9."
        )
    article, rater, rest = values
    rows = [
        (
            raters,
            _find_articles(values, raters, effect, power),
            [CrossedDesign(values, raters, n).find_effect(power) for n in ARTICLES],
        )
        for raters in RATERS
    ]
    return RaterPlan(effect, power, article, rater, rest, pairs, rows)


def parse_sds(text: str) -> list[float]:
    """Parse standard deviations with commas between them.

    Raises: SummbenchError if one is no number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise SummbenchError(
            f"{text!r} is no list of standard deviations; expected three, as 0.6,0.2,0.9."
        ) from error


def _find_articles(sds: Sequence[float], raters: int, effect: float, power: float) -> int | None:
    """A number of articles that shows the effect, where one fewer does not; None above the most."""

    def shows(articles: int) -> bool:
        return CrossedDesign(sds, raters, articles).compute_power(effect) >= power

    if not shows(MOST_ARTICLES):
        return None
    low, high = 1, 2
    while not shows(high):
        low, high = high, min(2 * high, MOST_ARTICLES)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def _measure_pilot(path: Path) -> tuple[list[float], int]:
    """The median standard deviations over pairs of systems and dimensions."""
    ratings = _read_ratings(path)
    dimensions = sorted({key[0] for key in ratings})
    articles, systems, raters = (sorted({key[i] for key in ratings}) for i in (1, 2, 3))
    components = []
    for dimension in dimensions:
        for a, b in combinations(systems, 2):
            table = np.array(
                [
                    [
                        ratings.get((dimension, article, a, rater), np.nan)
                        - ratings.get((dimension, article, b, rater), np.nan)
                        for article in articles
                    ]
                    for rater in raters
                ]
            )
            means = estimate_crossed_means(table[:, :, None])
            if means.units == "articles and raters":
                components.append(means.components[:, 0])
    if not components:
        raise SummbenchError(
            f"{path} has no two systems that two raters rated on the same articles, so it cannot "
            "say how far raters differ. Give the standard deviations instead."
        )
    return np.sqrt(np.median(components, axis=0)).tolist(), len(components)


def _read_ratings(path: Path) -> dict[tuple[str, str, str, str], float]:
    """(dimension, article, system, rater) -> rating, of the rows that `collect` wrote."""
    ratings: dict[tuple[str, str, str, str], float] = {}
    for _, row in read_rows(path):
        human: Any = row.get("human")
        for system, of_system in human.items() if isinstance(human, dict) else ():
            for dimension, of_raters in of_system.items() if isinstance(of_system, dict) else ():
                for rater, value in of_raters.items() if isinstance(of_raters, dict) else ():
                    key = (str(dimension), str(row.get("id")), str(system), str(rater))
                    ratings[key] = _parse_rating(value, f"{path}: {key[2]} on {key[1]}")
    return ratings


def _parse_rating(value: Any, where: str) -> float:
    try:
        rating = float(value)
    except (TypeError, ValueError, OverflowError):
        rating = np.nan
    if not abs(rating) <= _LARGEST:
        raise SummbenchError(
            f"{where} has the rating {format_value(value)}; expected a number up to 1e6."
        )
    return rating
