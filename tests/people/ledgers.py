"""Rated articles with facts, made by hand."""

from __future__ import annotations

from collections.abc import Mapping

from summbench.people.facts import score_states
from summbench.people.rated import Human, RatedArticle, RatedFact, State

SYSTEMS = ("alpha", "beta")
_STATES: Mapping[str, State] = {"s": "stated", "m": "missing", "c": "contradicted"}
TEXTS = {
    "alpha": "The bridge closed on Monday. Two piers have cracks.",
    "beta": "The bridge closed on Friday.",
}
DOCUMENT = "Orsk is small. The bridge closed on Monday. Two piers of it have cracks."
FACTS = (("The bridge closed on Monday.", "time"), ("Two piers have cracks.", "number"))


def rate(
    answers: Mapping[str, Mapping[str, str]],
    name: str = "a1",
    *,
    facts: tuple[tuple[str, str], ...] = FACTS,
    texts: Mapping[str, str] = TEXTS,
    document: str = DOCUMENT,
    place: tuple[int, int] | None = None,
) -> RatedArticle:
    """An article of which `answers` has system -> rater -> a letter a fact: s, m or c."""
    human: Human = {}
    for system, of_raters in answers.items():
        for rater, letters in of_raters.items():
            states = [
                (kind, _STATES[letter]) for (_, kind), letter in zip(facts, letters, strict=True)
            ]
            for dimension, share in score_states(states, by_kind=True).items():
                human.setdefault(system, {}).setdefault(dimension, {})[rater] = share
    rated = tuple(
        RatedFact(
            f"f{i + 1}",
            text,
            {s: {r: _STATES[of[i]] for r, of in by.items()} for s, by in answers.items()},
            kind,
            place if i == 0 else None,
        )
        for i, (text, kind) in enumerate(facts)
    )
    return RatedArticle(
        name, document, ("A reference.",), dict(texts), human, "random", "checklist", "news",
        "study", facts=rated,
    )  # fmt: skip
