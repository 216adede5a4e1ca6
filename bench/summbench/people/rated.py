"""Rated articles: what people, or a checker of facts, said of all summaries, a row an article."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from summbench.core.errors import SummbenchError
from summbench.core.json_text import decode_json
from summbench.core.judgements import FactState
from summbench.core.text_encoding import read_lines
from summbench.people.cells import format_count
from summbench.people.study import Design, Selection
from summbench.store.atomic_files import check_writable, write_text

State = FactState
STATES: tuple[State, ...] = ("stated", "missing", "contradicted")
States = dict[str, dict[str, State]]
"""System -> rater -> what the summary does with the fact."""
Human = dict[str, dict[str, dict[str, float]]]
"""System -> dimension -> rater -> score."""
Ratings = dict[tuple[str, str, str, str], float]
"""(dimension, article, system, rater) -> score, of which more is better."""


class RatedFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact of the article; `place` is where the article has it (characters), if that is given."""

    id: str
    fact: str
    states: States
    kind: str = ""
    place: tuple[int, int] | None = None


class RatedChoice(msgspec.Struct, frozen=True):
    """A choice between two summaries: 1 the first, -1 the second, 0 a tie."""

    rater: str
    first: str
    second: str
    outcome: int


class ExcludedRater(msgspec.Struct, frozen=True):
    """A rater who was left out, and how the rater worked.

    `seconds` is the median of a screen, `alpha` the mean agreement with each other rater; None
    where there is none. `reason` is empty where none was given.
    """

    rater: str
    n_answered: int
    n_assigned: int
    checks: int
    failed_checks: int
    seconds: float | None
    alpha: float | None
    reason: str = ""


class RatedArticle(msgspec.Struct, frozen=True, omit_defaults=True):
    """An article, its summaries and their ratings, as `score` and `metaeval` read them.

    `study` tells raters of one name apart: they are one person within a study only. `simulated` are
    raters that are programs, `excluded` those whose ratings were left out. `scales` has the lowest
    and the highest point of each Likert scale.
    """

    id: str
    document: str
    references: tuple[str, ...]
    systems: dict[str, str]
    human: Human
    selection: Selection
    design: Design | Literal[""] = ""
    dataset: str = ""
    study: str = ""
    choices: tuple[RatedChoice, ...] = ()
    facts: tuple[RatedFact, ...] = ()
    simulated: tuple[str, ...] = ()
    excluded: tuple[ExcludedRater, ...] = ()
    scales: dict[str, tuple[float, float]] = {}


def check_out(path: Path, *sources: Path) -> Path:
    """Return the path of a file to write, beside which pages of the same name are written.

    Raises: SummbenchError if its name does not end in .jsonl, it is one of the `sources`, or the
    folder can't be written.
    """
    if any(os.path.realpath(source) == os.path.realpath(path) for source in sources):
        raise SummbenchError(f"out is {str(path)!r}, which is read; give another name.")
    if path.suffix != ".jsonl":
        raise SummbenchError(f"out is {str(path)!r}; expected a name that ends in .jsonl.")
    check_writable(Path(os.path.realpath(path)).parent, "out=FILE (--out FILE)")
    return path


def describe_replaced(path: Path, articles: Sequence[RatedArticle]) -> str:
    """Return a sentence on the file that is about to be replaced, empty if it is not there.

    Raises: SummbenchError if it is no file of ratings, or has ratings of other studies.
    """
    if not path.exists():
        return ""
    try:
        earlier = read_rated(path)
    except SummbenchError as error:
        raise SummbenchError(
            f"{path} is there already, and is no file of ratings. Give another name."
        ) from error
    if others := {a.study for a in earlier} - {a.study for a in articles}:
        raise SummbenchError(
            f"{path} is there already, with ratings of another study ({min(others) or 'several'}). "
            "Give another name, or remove the file."
        )
    before, now = (
        format_count(len({rater for _, _, _, rater in list_ratings(of_file)}), "rater")
        for of_file in (earlier, articles)
    )
    return f"{path} was there and is replaced: {before} before, {now} now."


def write_rated(articles: Iterable[RatedArticle], path: Path) -> None:
    """Write a line of JSON an article."""
    write_text("".join(f"{msgspec.json.encode(a).decode()}\n" for a in articles), path)


def read_rated(path: Path) -> list[RatedArticle]:
    """Read what `write_rated` wrote.

    Raises: SummbenchError if it can't be read, or a line is something else.
    """
    articles = []
    for number, line in read_lines(path):
        try:
            articles.append(decode_json(line, RatedArticle))
        except ValueError as error:
            raise SummbenchError(
                f"{path}: line {number} is no row of summbench collect or facts ({error})."
            ) from error
    if not articles:
        raise SummbenchError(f"{path} has no rows; expected what summbench collect --out wrote.")
    return articles


def list_ratings(articles: Iterable[RatedArticle]) -> Ratings:
    """Return every rating of the articles by its dimension, article, system and rater."""
    return {
        (dimension, article.id, system, rater): value
        for article in articles
        for system, of_system in article.human.items()
        for dimension, of_raters in of_system.items()
        for rater, value in of_raters.items()
    }


def tabulate_ratings(articles: Sequence[RatedArticle]) -> list[dict[str, Any]]:
    """Return a row a rating: article, system, dimension, rater, score."""
    return [
        {"article": a, "system": system, "dimension": d, "rater": rater, "score": value}
        for (d, a, system, rater), value in list_ratings(articles).items()
    ]
