"""The facts of a file checked in the summaries of a run, without people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from summbench.analysis.fact_support import list_unsupported
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.judgements import FactQuestion
from summbench.core.records import Example, Progress
from summbench.people.facts import (
    describe_strangers,
    has_several_kinds,
    locate_facts,
    read_facts,
    score_states,
)
from summbench.people.places import find_place
from summbench.people.rated import Human, RatedArticle, RatedFact, State, States
from summbench.people.sampling import (
    choose_dataset,
    choose_systems,
    load_examples,
    read_summaries,
)
from summbench.people.study import Fact
from summbench.runs.run import RunData

SUPPORT = "support"
"""The name of the checker that asks no model."""


class FactPlace(NamedTuple):
    """A fact in the summary of a system."""

    article: str
    system: str
    fact: str


@dataclass(frozen=True, slots=True)
class FactSheet:
    """Articles with facts and their summaries; one that failed or is empty is "".

    `notes` are sentences on what the file or the run does not have.
    """

    dataset: str
    systems: Sequence[str]
    examples: Sequence[Example]
    facts: Mapping[str, Sequence[Fact]]
    summaries: Mapping[str, Mapping[str, str]]
    notes: Sequence[str]


def load_fact_sheet(
    run: RunData,
    path: Path,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    allow_code: Sequence[str] = (),
) -> FactSheet:
    """Load the facts of a file with the texts of a run that they are of.

    Raises: SummbenchError if no fact is of an article of the run, or a place is wrong.
    """
    name, names = choose_dataset(run, dataset), choose_systems(run, systems)
    facts = read_facts(path)
    examples = [e for e in load_examples(run, name, allow_code) if e.article.id in facts]
    if not examples:
        raise SummbenchError(
            f"{path} has facts of other articles than {run.path}: {next(iter(facts))!r} is the "
            f"first in the file, {next(iter(run.articles[name]), '')!r} in the run. A fact's id is "
            "that of its article."
        )
    located = {
        e.article.id: locate_facts(facts[e.article.id], e.article.id, e.article.text)
        for e in examples
    }
    written = read_summaries(run, name, names)
    summaries = {i: {system: written[i].get(system, "") for system in names} for i in located}
    failed = sum(not text for of_article in summaries.values() for text in of_article.values())
    notes = describe_strangers(facts, located)
    if failed:
        notes.append(f"{failed} of the summaries failed or are empty: their facts are missing.")
    return FactSheet(name, names, examples, located, summaries, notes)


def list_questions(sheet: FactSheet) -> dict[FactPlace, FactQuestion]:
    """Return every fact with every summary that there is."""
    return {
        FactPlace(article, system, fact.id): FactQuestion(summary, fact.text)
        for article, of_article in sheet.summaries.items()
        for system, summary in of_article.items()
        if summary
        for fact in sheet.facts[article]
    }


def build_articles(
    sheet: FactSheet,
    checker: str,
    states: Mapping[FactPlace, State | None],
    sees_contradictions: bool,
) -> list[RatedArticle]:
    """Build the articles with the checker as their only rater; None is no answer.

    A fact is missing from a summary that failed.
    """
    by_kind = has_several_kinds(fact for of_article in sheet.facts.values() for fact in of_article)
    return [
        _build_article(sheet, example, checker, states, by_kind, sees_contradictions)
        for example in sheet.examples
    ]


def check_by_support(questions: Sequence[FactQuestion], progress: Progress) -> list[State]:
    """Say that a fact is stated if a sentence has half of its words and nothing of it is lacking.

    What a fact must not lack are its names and numbers, see `list_unsupported`. A contradiction is
    not seen: a fact with another number is missing.
    """
    states: list[State] = []
    for done, question in enumerate(questions, start=1):
        is_there = find_place(question.fact, question.summary) is not None
        is_stated = is_there and not list_unsupported(question.fact, question.summary)
        states.append("stated" if is_stated else "missing")
        progress(SUPPORT, done, len(questions))
    return states


def _build_article(
    sheet: FactSheet,
    example: Example,
    checker: str,
    states: Mapping[FactPlace, State | None],
    by_kind: bool,
    sees_contradictions: bool,
) -> RatedArticle:
    article, human, rated = example.article.id, Human(), []
    for system in sheet.systems:
        answered = [
            (fact.kind, state)
            for fact in sheet.facts[article]
            if (state := states.get(FactPlace(article, system, fact.id), "missing")) is not None
        ]
        shares = score_states(answered, by_kind, sees_contradictions)
        if shares:
            human[system] = {dimension: {checker: share} for dimension, share in shares.items()}
    for fact in sheet.facts[article]:
        of_systems: States = {}
        for system in sheet.systems:
            state = states.get(FactPlace(article, system, fact.id), "missing")
            if state is not None:
                of_systems[system] = {checker: state}
        rated.append(RatedFact(fact.id, fact.text, of_systems, fact.kind, fact.place))
    return RatedArticle(
        id=article,
        document=show_controls(example.article.text),
        references=tuple(map(show_controls, example.references)),
        systems={s: show_controls(text) for s, text in sheet.summaries[article].items()},
        human=human,
        selection="random",
        design="checklist",
        dataset=sheet.dataset,
        facts=tuple(rated),
        simulated=(checker,),
    )
