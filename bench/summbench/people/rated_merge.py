"""Several files of ratings as one: batches of raters, or studies of other articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import msgspec

from summbench.core.errors import SummbenchError
from summbench.people.board import HumanBoard, build_boards
from summbench.people.choices import Choice
from summbench.people.exclusion import describe_excluded
from summbench.people.preferences import Preferences, estimate_preferences
from summbench.people.rated import Human, RatedArticle, RatedFact, States, list_ratings, read_rated
from summbench.people.rated_agreement import RatedAgreement, measure_rated_agreement
from summbench.people.scores import NO_BOUNDS, Bounds, find_bounds
from summbench.report.summary.words import join_names


@dataclass(frozen=True, slots=True)
class MergedRatings:
    """The articles of several files with all of their ratings, what all raters say, and agreement.

    `notes` say which raters got another name, and what is in no mean. `replaced` says what file
    they took the place of, if one was there.
    """

    name: str
    articles: Sequence[RatedArticle]
    raters: Sequence[str]
    agreement: RatedAgreement
    boards: Sequence[HumanBoard]
    preferences: Preferences | None
    notes: Sequence[str]
    replaced: str = ""


def merge_rated(paths: Sequence[Path], resamples: int = 1_000, seed: int = 0) -> MergedRatings:
    """Merge files that `collect` wrote. A rater is one person within a study only.

    Raises: SummbenchError if a rater rated a summary in two files, or files differ in a text.
    """
    files = [(path, read_rated(path)) for path in paths]
    if len(files) < 2:
        raise SummbenchError("There is one file of ratings, and nothing to merge it with.")
    for path, articles in files:
        _check_scores(path, articles)
    files, notes = _name_raters(files)
    merged: dict[str, tuple[Path, RatedArticle]] = {}
    for path, articles in files:
        for article in articles:
            if article.id in merged:
                article = _join(*merged[article.id], path, article)
            merged[article.id] = path, article
    joined = [article for _, article in merged.values()]
    drawn = [article for article in joined if article.selection == "random"]
    notes += _describe_contents(joined, len(drawn))
    ratings = list_ratings(drawn)
    raters = sorted({rater for _, _, _, rater in list_ratings(joined)})
    choices = _list_choices(drawn)
    sources = [article for _, articles in files for article in articles]
    return MergedRatings(
        name=_name_files(paths),
        articles=joined,
        raters=raters,
        agreement=measure_rated_agreement(sources),
        boards=build_boards(
            ratings,
            raters,
            [article.id for article in drawn],
            list(dict.fromkeys(system for article in joined for system in article.systems)),
            bounds=find_bounds(sources),
        ),
        preferences=estimate_preferences(choices, resamples, seed) if choices else None,
        notes=notes,
    )


def _check_scores(path: Path, articles: Sequence[RatedArticle]) -> None:
    """Refuse a score that its scale does not have."""
    for article in articles:
        bounds = find_bounds([article])
        for (dimension, _, system, rater), score in list_ratings([article]).items():
            low, high = bounds[dimension]
            if not low <= score <= high:
                raise SummbenchError(
                    f"{path}: article {article.id!r} has {score:g} by {rater} for {dimension} of "
                    f"{system}; expected {low:g} to {high:g}."
                )


def _name_files(paths: Sequence[Path]) -> str:
    """The names of the files, or where these are the same their paths."""
    names = [path.name for path in paths]
    return join_names(names if len(set(names)) == len(names) else [str(path) for path in paths])


def _describe_contents(joined: Sequence[RatedArticle], n_drawn: int) -> list[str]:
    """What of the files is in no mean, by a program, or left out."""
    notes = []
    if n_drawn < len(joined):
        notes.append(
            f"{len(joined) - n_drawn} of {len(joined)} articles were chosen because scores differ "
            "there. They are in no mean."
        )
    if simulated := sorted({rater for article in joined for rater in article.simulated}):
        notes.append(
            f"Simulated: {join_names(simulated)}. A program gave these answers, so that nothing "
            "here is what people say."
        )
    if excluded := list(dict.fromkeys(rater for a in joined for rater in a.excluded)):
        notes.append(describe_excluded(excluded))
    return notes


def _name_raters(
    files: Sequence[tuple[Path, list[RatedArticle]]],
) -> tuple[list[tuple[Path, list[RatedArticle]]], list[str]]:
    """The files; a rater whose name is in several studies gets that of the study before it."""
    studies: defaultdict[str, set[str]] = defaultdict(set)
    for path, articles in files:
        for article in articles:
            included = {rater for _, _, _, rater in list_ratings([article])}
            for rater in included.union(r.rater for r in article.excluded):
                studies[rater].add(article.study or path.stem)
    shared = sorted(rater for rater, of_rater in studies.items() if len(of_rater) > 1)
    if not shared:
        return list(files), []
    renamed = [
        (path, [_rename(a, {rater: f"{a.study or path.stem}:{rater}" for rater in shared})
                for a in articles])
        for path, articles in files
    ]  # fmt: skip
    names = sorted(f"{study}:{shared[0]}" for study in studies[shared[0]])
    note = (
        "Raters of one name in several studies are taken for several people "
        f"({len(shared)} names): {shared[0]} is now {join_names(names)}."
    )
    return renamed, [note]


def _rename(article: RatedArticle, names: Mapping[str, str]) -> RatedArticle:
    human: Human = {
        system: {
            dimension: {names.get(rater, rater): value for rater, value in of_raters.items()}
            for dimension, of_raters in of_system.items()
        }
        for system, of_system in article.human.items()
    }
    choices = tuple(
        msgspec.structs.replace(choice, rater=names.get(choice.rater, choice.rater))
        for choice in article.choices
    )
    facts = tuple(
        msgspec.structs.replace(
            fact,
            states={
                system: {names.get(rater, rater): state for rater, state in of_system.items()}
                for system, of_system in fact.states.items()
            },
        )
        for fact in article.facts
    )
    simulated = tuple(names.get(rater, rater) for rater in article.simulated)
    excluded = tuple(
        msgspec.structs.replace(r, rater=names.get(r.rater, r.rater)) for r in article.excluded
    )
    return msgspec.structs.replace(
        article, human=human, choices=choices, facts=facts, simulated=simulated, excluded=excluded
    )


def _join(first: Path, earlier: RatedArticle, second: Path, later: RatedArticle) -> RatedArticle:
    """One article of two files, with the ratings of both."""
    where = f"Article {earlier.id!r} of {second} and {first}"
    if earlier.document != later.document or earlier.dataset != later.dataset:
        raise SummbenchError(
            f"{where} has two texts or datasets. Ratings of several datasets are merged if no two "
            "articles have the same id; give the ids of one a prefix."
        )
    for system in earlier.systems.keys() & later.systems.keys():
        if earlier.systems[system] != later.systems[system]:
            raise SummbenchError(f"{where} has two summaries by {system!r}.")
    human: Human = {system: dict(of_system) for system, of_system in earlier.human.items()}
    for system, of_system in later.human.items():
        scores = human.setdefault(system, {})
        for dimension, of_raters in of_system.items():
            twice = sorted(scores.get(dimension, {}).keys() & of_raters.keys())
            if twice:
                raise SummbenchError(
                    f"{where}: {twice[0]} rated the summary by {system!r} in both. Give each "
                    "rater once; all files of one study go into one summbench collect."
                )
            scores[dimension] = {**scores.get(dimension, {}), **of_raters}
    return msgspec.structs.replace(
        earlier,
        systems={**earlier.systems, **later.systems},
        human=human,
        selection="random" if "random" in (earlier.selection, later.selection) else "differing",
        design=earlier.design if earlier.design == later.design else "",
        study=earlier.study if earlier.study == later.study else "",
        choices=(*earlier.choices, *later.choices),
        facts=_join_facts(earlier.facts, later.facts),
        simulated=tuple(sorted({*earlier.simulated, *later.simulated})),
        excluded=tuple(dict.fromkeys((*earlier.excluded, *later.excluded))),
        scales=_join_scales(earlier, later),
    )


def _join_scales(earlier: RatedArticle, later: RatedArticle) -> dict[str, Bounds]:
    """The bounds of every dimension of both, where there are any."""
    bounds = find_bounds([earlier, later])
    return {dimension: of for dimension, of in bounds.items() if of != NO_BOUNDS}


def _join_facts(earlier: Sequence[RatedFact], later: Sequence[RatedFact]) -> tuple[RatedFact, ...]:
    """Facts of one text are one; their ids are numbers in order."""
    facts: dict[str, RatedFact] = {}
    for fact in (*earlier, *later):
        first = facts.get(fact.fact, fact)
        states: States = {s: dict(by) for s, by in first.states.items()}
        for system, of_system in fact.states.items():
            states.setdefault(system, {}).update(of_system)
        facts[fact.fact] = msgspec.structs.replace(
            first, states=states, kind=first.kind or fact.kind, place=first.place or fact.place
        )
    return tuple(
        msgspec.structs.replace(fact, id=f"f{i}") for i, fact in enumerate(facts.values(), start=1)
    )


def _list_choices(articles: Sequence[RatedArticle]) -> list[Choice]:
    choices = []
    for article in articles:
        words = {system: len(text.split()) for system, text in article.systems.items()}
        for c in article.choices:
            ratio = log(words[c.first] / words[c.second])
            choices.append(Choice(article.id, c.rater, c.first, c.second, c.outcome, ratio))
    return choices
