"""The facts of a file checked in the summaries of a run, without people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from summbench.analysis.fact_support import list_unsupported
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Progress
from summbench.people.cells import format_count
from summbench.people.facts import has_several_kinds, locate_facts, read_facts, score_states
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


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """Whether a summary states a fact of its article."""

    article: str
    summary: str
    fact: str


Checker = Callable[[Sequence[FactQuestion], Progress], list[State | None]]
"""Answers to questions; None where there is none."""


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
    strangers = [article for article in facts if article not in located]
    failed = sum(not text for of_article in summaries.values() for text in of_article.values())
    notes = []
    if strangers:
        n_facts = format_count(sum(len(facts[article]) for article in strangers), "fact")
        notes.append(
            f"{n_facts} of {format_count(len(strangers), 'article')} that the run does not have "
            f"(first: {strangers[0]!r}): left out."
        )
    if failed:
        notes.append(f"{failed} of the summaries failed or are empty: their facts are missing.")
    return FactSheet(name, names, examples, located, summaries, notes)


def check_sheet(
    sheet: FactSheet,
    checker: str,
    check: Checker,
    sees_contradictions: bool,
    progress: Progress,
) -> list[RatedArticle]:
    """Check every fact in every summary; the checker is the only rater of what it returns."""
    keys = [
        (example.article.id, system, fact)
        for example in sheet.examples
        for system, summary in sheet.summaries[example.article.id].items()
        if summary
        for fact in sheet.facts[example.article.id]
    ]
    texts = {example.article.id: example.article.text for example in sheet.examples}
    questions = [FactQuestion(texts[a], sheet.summaries[a][s], fact.text) for a, s, fact in keys]
    answers = check(questions, progress)
    states = {
        (article, system, fact.id): state
        for (article, system, fact), state in zip(keys, answers, strict=True)
    }
    by_kind = has_several_kinds(fact for of_article in sheet.facts.values() for fact in of_article)
    return [
        _build_article(sheet, example, checker, states, by_kind, sees_contradictions)
        for example in sheet.examples
    ]


def check_by_support(questions: Sequence[FactQuestion], progress: Progress) -> list[State | None]:
    """Say that a fact is stated if a sentence has half of its words and nothing of it is lacking.

    What a fact must not lack are its names and numbers, see `list_unsupported`. A contradiction is
    not seen: a fact with another number is missing.
    """
    states: list[State | None] = []
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
    states: Mapping[tuple[str, str, str], State | None],
    by_kind: bool,
    sees_contradictions: bool,
) -> RatedArticle:
    article, human, rated = example.article.id, Human(), []
    for system in sheet.systems:
        answered = [
            (fact.kind, state)
            for fact in sheet.facts[article]
            if (state := states.get((article, system, fact.id), "missing")) is not None
        ]
        shares = score_states(answered, by_kind, sees_contradictions)
        if shares:
            human[system] = {dimension: {checker: share} for dimension, share in shares.items()}
    for fact in sheet.facts[article]:
        of_systems: States = {}
        for system in sheet.systems:
            state = states.get((article, system, fact.id), "missing")
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
    )
