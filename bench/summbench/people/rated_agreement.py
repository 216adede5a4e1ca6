"""How far the raters of rated articles agree, whatever files these are from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from summbench.core.records import Estimate
from summbench.people.agreement import add_overall, estimate_alphas
from summbench.people.assignment import SET_SIZE
from summbench.people.cells import format_count
from summbench.people.rated import RatedArticle
from summbench.people.scores import STATE_NUMBERS, Unit, arrange_units
from summbench.people.study import Design


@dataclass(frozen=True, slots=True)
class RatedAgreement:
    """Dimension -> Krippendorff's alpha, and sentences on what is in none.

    `design` is what the articles were rated by; None if by several designs.
    """

    alphas: Mapping[str, Estimate]
    design: Design | None
    omissions: Sequence[str]


def measure_rated_agreement(articles: Sequence[RatedArticle]) -> RatedAgreement:
    """Measure agreement on each dimension, with intervals over articles.

    `articles` are those of every file, so that one may be there several times. A dimension that has
    several scales is in no alpha.
    """
    scales: defaultdict[str, set[object]] = defaultdict(set)
    whole = [article for article in articles if article.design]
    for article in whole:
        for unit, _, _ in _list_values(article):
            scales[unit.name].add((article.design, article.scales.get(unit.name)))
    several = sorted(name for name, of_name in scales.items() if len(of_name) > 1)
    units: dict[Design, dict[Unit, dict[str, float]]] = {}
    for article in whole:
        for unit, rater, value in _list_values(article):
            if article.design and unit.name not in several:
                units.setdefault(article.design, {}).setdefault(unit, {})[rater] = value
    alphas: dict[str, Estimate] = {}
    for design, cells in units.items():
        raters = sorted({rater for of_unit in cells.values() for rater in of_unit})
        tables = arrange_units(cells, raters)
        alphas |= estimate_alphas(add_overall(tables) if len(units) == 1 else tables, design)
    omissions = [f"{name} has no alpha: its scales differ between files." for name in several]
    return RatedAgreement(
        alphas, next(iter(units)) if len(units) == 1 else None, [*omissions, *_find_gaps(articles)]
    )


def _find_gaps(articles: Sequence[RatedArticle]) -> Iterator[str]:
    """Why articles are in no alpha, if some are."""
    if mixed := len({article.id for article in articles if not article.design}):
        yield (
            f"{format_count(mixed, 'article')} of a merged file with several designs: answers of "
            "different kinds, in no alpha. Merge the files of each study at once."
        )
    if sets := len({article.id for article in articles if _has_several_sets(article)}):
        yield (
            f"{format_count(sets, 'article')} with several sets a rater: the files do not say "
            "which choice is of which set, so that there is no alpha."
        )


def _has_several_sets(article: RatedArticle) -> bool:
    """Whether a rater chose the best of several sets, so that a score is a mean of screens."""
    return any(len(systems) > SET_SIZE for systems in _list_sets(article).values())


def _list_sets(article: RatedArticle) -> dict[str, list[str]]:
    """Rater -> the systems of which the rater chose the best and the worst."""
    sets: defaultdict[str, list[str]] = defaultdict(list)
    for system, of_system in sorted(article.human.items()):
        for rater in of_system.get("best_worst", {}):
            sets[rater].append(system)
    return sets


def _list_values(article: RatedArticle) -> Iterator[tuple[Unit, str, float]]:
    """What is judged, by whom, and what is said of it, as a number."""
    if article.design == "pairwise":
        yield from _list_choices(article)
    elif article.design == "checklist":
        yield from _list_states(article)
    elif article.design != "best_worst":
        yield from _list_scores(article)
    elif not _has_several_sets(article):
        sets = _list_sets(article)
        for unit, rater, score in _list_scores(article):
            yield unit._replace(detail=(*sets[rater], *unit.detail)), rater, score


def _list_choices(article: RatedArticle) -> Iterator[tuple[Unit, str, float]]:
    for c in article.choices:
        yield Unit("preferred", article.id, (c.first, c.second)), c.rater, c.outcome
        yield Unit("preferred", article.id, (c.second, c.first)), c.rater, -c.outcome


def _list_states(article: RatedArticle) -> Iterator[tuple[Unit, str, float]]:
    for fact in article.facts:
        for system, of_system in fact.states.items():
            for rater, state in of_system.items():
                yield Unit("facts", article.id, (system, fact.fact)), rater, STATE_NUMBERS[state]


def _list_scores(article: RatedArticle) -> Iterator[tuple[Unit, str, float]]:
    for system, of_system in article.human.items():
        for dimension, of_dimension in of_system.items():
            for rater, score in of_dimension.items():
                yield Unit(dimension, article.id, (system,)), rater, score
