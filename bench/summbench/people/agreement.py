"""How far raters agree, and who agrees with nobody while the others agree with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.people.answers import Response
from summbench.people.scores import SCALES, Tables, tabulate_units
from summbench.people.study import Design, Study
from summbench.stats.distributions import t_quantile
from summbench.stats.jackknife import jackknife
from summbench.stats.krippendorff import Scale, estimate_alpha, leave_articles_out

Floats = NDArray[np.float64]

OVERALL = "all dimensions"
_ERROR = 0.05
"""The chance that any rater is named where all agree alike."""


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """The mean of a rater's alphas with each other rater, and of those among the others.

    `is_apart`: the first is less, at 5 % for all raters together, and its 95 % interval has 0.
    """

    with_others: float
    among_others: float
    is_apart: bool


@dataclass(frozen=True, slots=True)
class InterRaterAgreement:
    """Krippendorff's alpha by dimension, with `all dimensions` of several, and by rater."""

    alphas: Mapping[str, Estimate]
    raters: Mapping[str, RaterAgreement]


def measure_agreement(
    study: Study, answers: Sequence[Response], raters: Sequence[str]
) -> InterRaterAgreement:
    """Measure agreement, with intervals over articles."""
    tables = add_overall(tabulate_units(study, answers, raters))
    alphas = estimate_alphas(tables, study.design)
    table, articles = list(tables.values())[-1]
    pairs = list(combinations(range(len(raters)), 2))
    values = _compare_pairs(table, pairs, articles, SCALES[study.design])
    return InterRaterAgreement(alphas, _describe_raters(raters, pairs, values))


def add_overall(tables: Tables) -> Tables:
    """Return the tables, and if there are several all units in one, as `all dimensions`."""
    if len(tables) < 2:
        return tables
    together = np.hstack([table for table, _ in tables.values()])
    articles = [article for _, of_table in tables.values() for article in of_table]
    return {**tables, OVERALL: (together, articles)}


def estimate_alphas(tables: Tables, design: Design) -> dict[str, Estimate]:
    """Estimate alpha of each table with its interval over articles."""
    alphas = {
        name: estimate_alpha(table, articles, SCALES[design])
        for name, (table, articles) in tables.items()
    }
    if design == "pairwise":  # a choice is two units
        return {name: replace(alpha, n=alpha.n // 2) for name, alpha in alphas.items()}
    return alphas


def _compare_pairs(
    table: Floats, pairs: Sequence[tuple[int, int]], articles: Sequence[str], scale: Scale
) -> Floats:
    """Alpha of each pair of raters, and without each article (pairs, 1 + articles)."""
    places = {name: place for place, name in enumerate(sorted(set(articles)), start=1)}
    values = np.full((len(pairs), 1 + len(places)), nan)
    for row, pair in zip(values, pairs, strict=True):
        own, names = leave_articles_out(table[list(pair)], articles, scale)
        row[:] = own[0]
        row[[places[name] for name in names]] = own[1:]
    return values


def _describe_raters(
    raters: Sequence[str], pairs: Sequence[tuple[int, int]], values: Floats
) -> dict[str, RaterAgreement]:
    """Values are (pairs, 1 + articles), NaN where a pair has none."""
    described = {}
    freedom = max(1, values.shape[1] - 2)
    for i, rater in enumerate(raters):
        is_own = np.array([i in pair for pair in pairs], dtype=bool)
        own, others = _average(values[is_own]), _average(values[~is_own])
        mean, error = jackknife(own[0], own[1:])
        gap, error_of_gap = jackknife(others[0] - own[0], (others - own)[1:])
        is_apart = bool(
            values.shape[1] > 2  # from two articles on there are errors
            and gap > float(t_quantile(freedom, 1 - _ERROR / len(raters))) * error_of_gap
            and mean <= float(t_quantile(freedom, 1 - _ERROR / 2)) * error
        )
        described[rater] = RaterAgreement(float(own[0]), float(others[0]), is_apart)
    return described


def _average(values: Floats) -> Floats:
    """The mean of what there is (pairs, b) -> (b,)."""
    is_defined = ~np.isnan(values)
    counts = is_defined.sum(axis=0)
    total = np.where(is_defined, values, 0.0).sum(axis=0)
    return np.where(counts > 0, total / np.maximum(counts, 1), nan)
