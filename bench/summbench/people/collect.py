"""Joins what raters sent back: agreement, attention, the board by people, and a file for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.people.agreement import RaterAgreement, measure_agreement
from summbench.people.answers import RaterRecord, Response, Responses, is_attentive, read_responses
from summbench.people.board import HumanBoard, build_boards
from summbench.people.choices import Choice
from summbench.people.metric_scores import load_metric_scores
from summbench.people.preferences import Preferences, estimate_preferences
from summbench.people.rated import (
    Human,
    RatedArticle,
    RatedChoice,
    RatedFact,
    Ratings,
    States,
    tabulate_ratings,
)
from summbench.people.scores import BOUNDS, NO_BOUNDS, compute_ratings, list_choices
from summbench.people.study import Study, read_study
from summbench.runs.run import RunData

Floats = NDArray[np.float64]

_FEW_CHECKS = 0.5  # a rater who fails this share of checks is named


@dataclass(frozen=True, slots=True)
class Collection:
    """What the raters of a study say.

    `alphas` is dimension -> Krippendorff's alpha, with `all dimensions` if there are several;
    `rater_agreement` and `simulated`, raters that are programs, are of those who were not left out.
    Boards and preferences are over articles drawn by chance. `articles` are those of the file, with
    their ratings.
    """

    study: Study
    raters: Sequence[RaterRecord]
    excluded: Sequence[str]
    simulated: Sequence[str]
    problems: Sequence[str]
    alphas: Mapping[str, Estimate]
    rater_agreement: Mapping[str, RaterAgreement]
    boards: Sequence[HumanBoard]
    preferences: Preferences | None
    articles: Sequence[RatedArticle]

    @property
    def ratings(self) -> list[dict[str, Any]]:
        """A row a rating, for a DataFrame: article, system, dimension, rater, score."""
        return tabulate_ratings(self.articles)


def collect_answers(
    files: Sequence[Path],
    study_folder: Path,
    *,
    exclude: Sequence[str] = (),
    run: RunData | None = None,
    metric: str | None = None,
    resamples: int = 1_000,
    seed: int = 0,
) -> Collection:
    """Collect the files of a study's raters; with a run its metric stands beside the ratings.

    Raises: SummbenchError if a file is of another study, or nobody answered anything.
    """
    study = read_study(study_folder)
    unknown = [name for name in exclude if name not in study.raters]
    if unknown:
        raise SummbenchError(
            f"There is no rater {unknown[0]!r} to leave out; there are {', '.join(study.raters)}."
        )
    responses = read_responses(files, study)
    kept_raters = [name for name in study.raters if name not in exclude]
    answers = [r for r in responses.responses if r.rater in kept_raters]
    if not answers:
        raise SummbenchError("No rater has answered anything, so there is nothing to collect.")
    ratings = compute_ratings(study, answers)
    drawn = [a.id for a in study.articles if a.selection == "random"]
    choices = list_choices(study, answers)
    scores = None if run is None else load_metric_scores(run, study, metric)
    agreement = measure_agreement(study, answers, kept_raters)
    simulated = tuple(name for name in responses.simulated if name in kept_raters)
    random_choices = [choice for choice in choices if choice.article in drawn]
    bounds = BOUNDS.get(study.design, NO_BOUNDS)
    return Collection(
        study=study,
        raters=[_describe_rater(study, responses, name) for name in study.raters],
        excluded=list(exclude),
        simulated=simulated,
        problems=[
            *responses.problems,
            *_name_careless(study, responses, kept_raters, agreement.raters),
        ],
        alphas=agreement.alphas,
        rater_agreement=agreement.raters,
        boards=build_boards(ratings, kept_raters, drawn, study.systems, scores, bounds),
        preferences=estimate_preferences(random_choices, resamples, seed)
        if random_choices
        else None,
        articles=_build_articles(study, ratings, choices, answers, simulated),
    )


def _describe_rater(study: Study, responses: Responses, rater: str) -> RaterRecord:
    own = [r for r in (*responses.responses, *responses.checks) if r.rater == rater]
    checks = [r for r in responses.checks if r.rater == rater]
    return RaterRecord(
        rater=rater,
        answered=len(own),
        assigned=len(study.raters[rater]),
        checks=len(checks),
        failed_checks=sum(not is_attentive(study, check) for check in checks),
        seconds=median(r.seconds for r in own) if own else nan,
    )


def _name_careless(
    study: Study,
    responses: Responses,
    raters: Sequence[str],
    agreement: Mapping[str, RaterAgreement],
) -> list[str]:
    """A sentence for each rater who failed half of the checks, or agrees with nobody."""
    sentences = []
    for rater in raters:
        record = _describe_rater(study, responses, rater)
        if record.checks and record.failed_checks >= _FEW_CHECKS * record.checks:
            sentences.append(
                f"{rater} failed {record.failed_checks} of {record.checks} checks of attention. "
                f"Leave the rater out with exclude={rater} (--exclude {rater}), or say that you "
                "did not."
            )
        if rater in agreement and agreement[rater].is_apart:
            sentences.append(
                f"{rater} agrees with the others perhaps no more than by chance (alpha "
                f"{agreement[rater].with_others:.2f}), and they agree with each other (alpha "
                f"{agreement[rater].among_others:.2f})."
            )
    return sentences


def _build_articles(
    study: Study,
    ratings: Ratings,
    choices: Sequence[Choice],
    answers: Sequence[Response],
    simulated: tuple[str, ...],
) -> list[RatedArticle]:
    """The articles that have an answer."""
    rated = []
    for article in study.articles:
        human: Human = {}
        for (dimension, name, system, rater), value in ratings.items():
            if name == article.id:
                human.setdefault(system, {}).setdefault(dimension, {})[rater] = value
        if human:
            rated.append(
                RatedArticle(
                    id=article.id,
                    document=article.document,
                    references=article.references,
                    systems=article.summaries,
                    human=human,
                    selection=article.selection,
                    design=study.design,
                    dataset=study.dataset,
                    study=study.id,
                    choices=tuple(
                        RatedChoice(c.rater, c.first, c.second, c.outcome)
                        for c in choices
                        if c.article == article.id
                    ),
                    facts=tuple(
                        RatedFact(
                            fact.id, fact.text, _list_states(answers, article.id, fact.id),
                            fact.kind, fact.place,
                        )
                        for fact in article.facts
                    ),
                    simulated=simulated,
                )
            )  # fmt: skip
    return rated


def _list_states(answers: Sequence[Response], article: str, fact: str) -> States:
    """System -> rater -> what the summary does with the fact."""
    states: States = {}
    for response in answers:
        if response.item.article == article:
            of_system = states.setdefault(response.item.systems[0], {})
            of_system[response.rater] = response.value[fact]
    return states
