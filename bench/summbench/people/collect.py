"""Joins what raters sent back: agreement, attention, the board by people, and a file for others."""

from __future__ import annotations

import json
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
from summbench.people.board import HumanBoard, build_board
from summbench.people.choices import Choice
from summbench.people.metric_scores import MetricScores, load_metric_scores
from summbench.people.preferences import Preferences, estimate_preferences
from summbench.people.scores import (
    arrange,
    compute_ratings,
    list_choices,
)
from summbench.people.study import Study, read_study
from summbench.runs.run import RunData
from summbench.store.atomic_files import write_text

Floats = NDArray[np.float64]

_FEW_CHECKS = 0.5  # a rater who fails this share of checks is named


@dataclass(frozen=True, slots=True)
class Collection:
    """What the raters of a study say.

    `alphas` is dimension -> Krippendorff's alpha, with `all dimensions` if there are several;
    `rater_agreement` is of those who were not left out. Boards and preferences are over articles
    drawn by chance. `rows` are those of the file, one an article.
    """

    study: Study
    raters: Sequence[RaterRecord]
    excluded: Sequence[str]
    problems: Sequence[str]
    alphas: Mapping[str, Estimate]
    rater_agreement: Mapping[str, RaterAgreement]
    boards: Sequence[HumanBoard]
    preferences: Preferences | None
    rows: Sequence[Mapping[str, Any]]


def collect_answers(
    files: Sequence[Path],
    study_folder: Path,
    out: Path | None = None,
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
    at_random = {a.id for a in study.articles if a.selection == "random"}
    choices = list_choices(study, answers)
    scores = None if run is None else load_metric_scores(run, study, metric)
    agreement = measure_agreement(study, answers, kept_raters, resamples, seed)
    random_choices = [choice for choice in choices if choice.article in at_random]
    collection = Collection(
        study=study,
        raters=[_describe_rater(study, responses, name) for name in study.raters],
        excluded=list(exclude),
        problems=[*responses.problems, *_name_careless(study, responses, agreement.raters)],
        alphas=agreement.alphas,
        rater_agreement=agreement.raters,
        boards=_build_boards(study, ratings, kept_raters, scores),
        preferences=estimate_preferences(random_choices, resamples, seed)
        if random_choices
        else None,
        rows=_build_rows(study, ratings, choices, answers),
    )
    if out is not None:
        lines = [json.dumps(row, ensure_ascii=False) for row in collection.rows]
        write_text("\n".join(lines) + "\n", out)
    return collection


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
    study: Study, responses: Responses, agreement: Mapping[str, RaterAgreement]
) -> list[str]:
    """A sentence for each rater who failed half of the checks, or agrees with nobody."""
    sentences = []
    for rater in study.raters:
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


def _build_boards(
    study: Study,
    ratings: Mapping[Any, float],
    raters: Sequence[str],
    scores: MetricScores | None,
) -> list[HumanBoard]:
    articles = [a.id for a in study.articles if a.selection == "random"]
    dimensions = list(dict.fromkeys(dimension for dimension, *_ in ratings))
    boards = []
    for dimension in dimensions:
        table = arrange(ratings, dimension, raters, articles, study.systems)
        beside: tuple[Any, ...] = ()
        if scores is not None:
            beside = (scores.metric, scores.rated, scores.unrated, scores.direction)
        boards.append(build_board(dimension, study.systems, table, *beside))
    return boards


def _build_rows(
    study: Study,
    ratings: Mapping[Any, float],
    choices: Sequence[Choice],
    answers: Sequence[Response],
) -> list[dict[str, Any]]:
    """One row an article that has an answer, as `score` and `metaeval` read it."""
    rows = []
    for article in study.articles:
        human: dict[str, dict[str, dict[str, float]]] = {}
        for (dimension, name, system, rater), value in ratings.items():
            if name == article.id:
                human.setdefault(system, {}).setdefault(dimension, {})[rater] = value
        if not human:
            continue
        row: dict[str, Any] = {
            "id": article.id,
            "document": article.document,
            "references": list(article.references),
            "systems": article.summaries,
            "human": human,
            "selection": article.selection,
        }
        if choices:
            row["choices"] = [
                {"rater": c.rater, "first": c.first, "second": c.second, "outcome": c.outcome}
                for c in choices
                if c.article == article.id
            ]
        if article.facts:
            row["facts"] = [
                {
                    "fact": fact.text,
                    "kind": fact.kind,
                    "states": _list_states(answers, article.id, fact.id),
                }
                for fact in article.facts
            ]
        rows.append(row)
    return rows


def _list_states(answers: Sequence[Response], article: str, fact: str) -> dict[str, dict[str, str]]:
    """System -> rater -> what the summary does with the fact."""
    states: dict[str, dict[str, str]] = {}
    for response in answers:
        if response.item.article == article:
            of_system = states.setdefault(response.item.systems[0], {})
            of_system[response.rater] = response.value[fact]
    return states
