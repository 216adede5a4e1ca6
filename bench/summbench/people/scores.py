"""Answers as numbers: what each rater gave each summary, and choices between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import isnan, log
from statistics import fmean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.people.answers import Response, count_words
from summbench.people.choices import Choice
from summbench.people.facts import has_several_kinds, score_states
from summbench.people.rated import RatedArticle, Ratings
from summbench.people.study import Study
from summbench.stats.krippendorff import Scale

Floats = NDArray[np.float64]

SCALES: Mapping[str, Scale] = {
    "likert": "ordinal",
    "pairwise": "nominal",
    "best_worst": "ordinal",
    "spans": "interval",
    "checklist": "nominal",
}
"""How answers of each design are compared in Krippendorff's alpha."""
Bounds = tuple[float, float]
NO_BOUNDS: Bounds = (float("-inf"), float("inf"))
_BOUNDS: Mapping[str, Bounds] = {
    "pairwise": (0, 1), "best_worst": (-1, 1), "spans": (0, 1), "checklist": (0, 1),
}  # fmt: skip
CHOICE_DIMENSIONS = ("preferred", "best_worst")
"""Dimensions of choices: their systems are ranked by strengths, and not by means."""
STATE_NUMBERS: Mapping[str, float] = {"stated": 0.0, "missing": 1.0, "contradicted": 2.0}
"""States in a table; no more than names."""
Tables = dict[str, tuple[Floats, list[str]]]
"""Dimension -> table (raters, units), and the article of each unit."""
_OUTCOMES = {"first": 1, "second": -1, "tie": 0}


class Unit(NamedTuple):
    """What several raters judge: in alpha one column."""

    name: str
    article: str
    detail: tuple[str, ...]


def compute_ratings(study: Study, responses: Sequence[Response]) -> Ratings:
    """Compute a score of each summary, rater and dimension; the mean where there are several.

    likert: the points. pairwise: `preferred`, 1 for a win, .5 for a tie. best_worst: 1 for the
    best, -1 for the worst, 0 for others. spans: `supported`, the share of words that are not
    marked. checklist: `completeness`, the share of facts that are stated, and `faithfulness`, of
    those that are not contradicted: of all facts that the rater answered, and of each kind
    (`completeness.time`).
    """
    values: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    for response in responses:
        for dimension, system, value in _score(study, response):
            values[dimension, response.item.article, system, response.rater].append(value)
    return {key: fmean(several) for key, several in values.items()}


def _score(study: Study, response: Response) -> Iterator[tuple[str, str, float]]:
    value, systems = response.value, response.item.systems
    if study.design == "likert":
        yield from ((name, systems[0], float(point)) for name, point in value.items())
    elif study.design == "pairwise":
        share = (1 + _OUTCOMES[value["choice"]]) / 2
        yield from (("preferred", systems[i], (share, 1 - share)[i]) for i in (0, 1))
    elif study.design == "best_worst":
        for i, system in enumerate(systems):
            yield "best_worst", system, float((i == value["best"]) - (i == value["worst"]))
    elif study.design == "spans":
        marked = sum(last - first + 1 for first, last in value["spans"])
        yield "supported", systems[0], 1 - marked / count_words(study, response.item)
    else:
        facts = study.get_articles()[response.item.article].facts
        several = has_several_kinds(fact for a in study.articles for fact in a.facts)
        states = [(fact.kind, value[fact.id]) for fact in facts if fact.id in value]
        yield from ((d, systems[0], share) for d, share in score_states(states, several).items())


def clip_estimate(estimate: Estimate, bounds: Bounds) -> Estimate:
    """Return the estimate with value and interval within what a mean can be; NaN stays so."""
    low, high = bounds
    return replace(
        estimate,
        **{
            name: value if isnan(value) else min(max(value, low), high)
            for name in ("mean", "low", "high")
            for value in [getattr(estimate, name)]
        },
    )


def find_bounds(articles: Iterable[RatedArticle]) -> dict[str, Bounds]:
    """Return dimension -> the lowest and the highest score that its ratings may have."""
    bounds: dict[str, Bounds] = {}
    for article in articles:
        for dimension in {name for of_system in article.human.values() for name in of_system}:
            low, high = article.scales.get(dimension, _BOUNDS.get(article.design, NO_BOUNDS))
            lowest, highest = bounds.get(dimension, (low, high))
            bounds[dimension] = min(low, lowest), max(high, highest)
    return bounds


def list_choices(study: Study, responses: Sequence[Response]) -> list[Choice]:
    """List choices between two: of a set, the best over the others, and those over the worst."""
    choices = []
    for response in responses:
        systems, value = response.item.systems, response.value
        if study.design == "pairwise":
            pairs = [(0, 1, _OUTCOMES[value["choice"]])]
        elif study.design == "best_worst":
            pairs = [
                (i, j, 1 if i == value["best"] or j == value["worst"] else -1)
                for i, j in combinations(range(len(systems)), 2)
                if {i, j} & {value["best"], value["worst"]}
            ]
        else:
            return []
        summaries = study.get_articles()[response.item.article].summaries
        for i, j, outcome in pairs:
            first, second = systems[i], systems[j]
            ratio = log(len(summaries[first].split()) / len(summaries[second].split()))
            article = response.item.article
            choices.append(Choice(article, response.rater, first, second, outcome, ratio))
    return choices


def tabulate_units(study: Study, responses: Sequence[Response], raters: Sequence[str]) -> Tables:
    """Tabulate what raters agree on.

    A choice between two is a unit for each of the two, as seen from it: alpha is then the same
    whatever the systems are called.
    """
    cells: dict[Unit, dict[str, float]] = defaultdict(dict)
    for response in responses:
        for unit, value in _list_units(study, response):
            cells[unit][response.rater] = value
    return arrange_units(cells, raters)


def arrange_units(cells: Mapping[Unit, Mapping[str, float]], raters: Sequence[str]) -> Tables:
    """Arrange unit -> rater -> value as a table for each dimension, NaN where there is none."""
    tables: Tables = {}
    for name in sorted({unit.name for unit in cells}):
        units = [unit for unit in cells if unit.name == name]
        rows = [[cells[unit].get(rater, np.nan) for unit in units] for rater in raters]
        tables[name] = np.array(rows), [unit.article for unit in units]
    return tables


def _list_units(study: Study, response: Response) -> Iterator[tuple[Unit, float]]:
    article, systems, value = response.item.article, response.item.systems, response.value
    if study.design == "pairwise":
        outcome = float(_OUTCOMES[value["choice"]])
        yield Unit("preferred", article, systems), outcome
        yield Unit("preferred", article, systems[::-1]), -outcome
    elif study.design == "checklist":
        for fact, state in value.items():
            yield Unit("facts", article, (systems[0], fact)), STATE_NUMBERS[state]
    elif study.design == "best_worst":
        group = "|".join(sorted(systems))
        for dimension, system, score in _score(study, response):
            yield Unit(dimension, article, (group, system)), score
    else:
        for dimension, system, score in _score(study, response):
            yield Unit(dimension, article, (system,)), score


def arrange(
    ratings: Ratings,
    dimension: str,
    raters: Sequence[str],
    articles: Sequence[str],
    systems: Sequence[str],
) -> Floats:
    """Arrange ratings as (raters, articles, systems), NaN where there is none."""
    return np.array(
        [
            [[ratings.get((dimension, a, s, r), np.nan) for s in systems] for a in articles]
            for r in raters
        ]
    ).reshape(len(raters), len(articles), len(systems))
