"""Joins what raters sent back: agreement, attention, the board by people, and a file for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.people.agreement import RaterAgreement, measure_agreement
from summbench.people.answer_files import read_responses
from summbench.people.answers import Response
from summbench.people.board import HumanBoard, build_boards
from summbench.people.choices import Choice
from summbench.people.exclusion import build_excluded, parse_exclusions
from summbench.people.metric_scores import load_metric_scores
from summbench.people.preferences import Preferences, estimate_preferences
from summbench.people.rated import (
    ExcludedRater,
    Human,
    RatedArticle,
    RatedChoice,
    RatedFact,
    Ratings,
    States,
    tabulate_ratings,
)
from summbench.people.rater_records import RaterRecord, describe_rater, name_doubtful
from summbench.people.scores import compute_ratings, find_bounds, list_choices
from summbench.people.study import Study, read_study
from summbench.runs.run import RunData

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Collection:
    """What the raters of a study say.

    `alphas` is dimension -> Krippendorff's alpha, with `all dimensions` if there are several;
    `rater_agreement` is of everybody: of who was left out with all others, of the rest without.
    `simulated` are raters that are programs and were not left out.
    Boards and preferences are over articles drawn by chance. `articles` are those of the file, with
    their ratings. `replaced` says what file they took the place of, if one was there.
    """

    study: Study
    raters: Sequence[RaterRecord]
    excluded: Sequence[ExcludedRater]
    simulated: Sequence[str]
    problems: Sequence[str]
    alphas: Mapping[str, Estimate]
    rater_agreement: Mapping[str, RaterAgreement]
    boards: Sequence[HumanBoard]
    preferences: Preferences | None
    articles: Sequence[RatedArticle]
    replaced: str = ""

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

    `exclude` has raters to leave out, each with the reason: "rater-3=failed the checks".

    Raises: SummbenchError if a file is of another study, or nobody answered anything.
    """
    study = read_study(study_folder)
    reasons = parse_exclusions(exclude, study.raters)
    responses = read_responses(files, study)
    kept_raters = [name for name in study.raters if name not in reasons]
    answers = [r for r in responses.responses if r.rater in kept_raters]
    if not answers:
        raise SummbenchError("No rater has answered anything, so there is nothing to collect.")
    ratings = compute_ratings(study, answers)
    drawn = [a.id for a in study.articles if a.selection == "random"]
    choices = list_choices(study, answers)
    records = [describe_rater(study, responses, name) for name in study.raters]
    scores = None if run is None else load_metric_scores(run, study, metric)
    agreement = measure_agreement(study, answers, kept_raters)
    everybody = _add_excluded(study, responses.responses, agreement.raters)
    left_out = [
        build_excluded(record, everybody[record.rater], reasons[record.rater])
        for record in records
        if record.rater in reasons
    ]
    simulated = tuple(name for name in responses.simulated if name in kept_raters)
    random_choices = [choice for choice in choices if choice.article in drawn]
    articles = _build_articles(study, ratings, choices, answers, simulated, left_out)
    bounds = find_bounds(articles)
    return Collection(
        study=study,
        raters=records,
        excluded=left_out,
        simulated=simulated,
        problems=[
            *responses.problems,
            *name_doubtful(records, reasons, simulated, agreement.raters),
        ],
        alphas=agreement.alphas,
        rater_agreement=everybody,
        boards=build_boards(ratings, kept_raters, drawn, study.systems, scores, bounds),
        preferences=estimate_preferences(random_choices, resamples, seed)
        if random_choices
        else None,
        articles=articles,
    )


def _add_excluded(
    study: Study, answers: Sequence[Response], of_included: Mapping[str, RaterAgreement]
) -> dict[str, RaterAgreement]:
    """The agreement of raters who are left out with all others, beside that of the rest."""
    if len(of_included) == len(study.raters):
        return dict(of_included)
    return {**measure_agreement(study, answers, list(study.raters)).raters, **of_included}


def _build_articles(
    study: Study,
    ratings: Ratings,
    choices: Sequence[Choice],
    answers: Sequence[Response],
    simulated: tuple[str, ...],
    excluded: Sequence[ExcludedRater],
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
                    excluded=tuple(excluded),
                    scales={d.name: (1, len(d.anchors)) for d in study.dimensions},
                )
            )  # fmt: skip
    return rated


def _list_states(answers: Sequence[Response], article: str, fact: str) -> States:
    """System -> rater -> what the summary does with the fact."""
    states: States = {}
    for response in answers:
        if response.item.article == article and fact in response.value:
            of_system = states.setdefault(response.item.systems[0], {})
            of_system[response.rater] = response.value[fact]
    return states
