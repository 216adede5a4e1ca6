"""How far a checker of facts says what people say, and people what other people say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.people.rated import RatedArticle, RatedFact, State
from summbench.stats.agreement import estimate_kappa


@dataclass(frozen=True, slots=True)
class FactAgreement:
    """Cohen's kappa of the checker with each person, of all labels together, and among people.

    `table` counts (a person's state, the checker's state). With `is_binary` contradicted is not
    stated, as the checker cannot tell them apart. `n_left_out` facts are in one of the files only.
    """

    checker: Estimate
    people: Estimate | None
    table: Mapping[tuple[str, str], int]
    articles: int
    is_binary: bool
    n_left_out: int


def measure_fact_agreement(
    checked: Sequence[RatedArticle],
    rated: Sequence[RatedArticle],
    is_binary: bool,
    resamples: int = 1_000,
    seed: int = 0,
) -> FactAgreement:
    """Measure agreement on the same facts of the same summaries, intervals over articles.

    Facts are the same if their articles and texts are. Articles that people did not get by chance
    are left out.

    Raises: SummbenchError if people saw other summaries, or no fact is in both.
    """
    own = {(a.id, fact.fact): fact for a in checked for fact in a.facts}
    texts = {a.id: a.systems for a in checked}
    with_checker: list[tuple[str, State, State]] = []
    among_people: list[tuple[str, State, State]] = []
    n_left_out = 0
    for article in rated:
        for fact in article.facts:
            other = own.get((article.id, fact.fact))
            if other is None or article.selection != "random":
                n_left_out += 1
                continue
            _check_summaries(article, texts[article.id])
            pairs, of_people = _pair_states(fact, other)
            with_checker += [(article.id, *pair) for pair in pairs]
            among_people += [(article.id, *pair) for pair in of_people]
    if not with_checker:
        raise SummbenchError(
            "No fact in the file of ratings is one of those that were checked, by article, text "
            f"and system ({n_left_out} facts are in one of them only)."
        )
    return FactAgreement(
        checker=_estimate(with_checker, is_binary, resamples, seed),
        people=_estimate(among_people, is_binary, resamples, seed) if among_people else None,
        table=Counter((person, checker) for _, person, checker in with_checker),
        articles=len({article for article, _, _ in with_checker}),
        is_binary=is_binary,
        n_left_out=n_left_out,
    )


def _check_summaries(article: RatedArticle, texts: Mapping[str, str]) -> None:
    for system, text in article.systems.items():
        if texts.get(system) not in (None, text):
            raise SummbenchError(
                f"The run has another summary by {system} of {article.id!r} than people rated."
            )


def _pair_states(
    fact: RatedFact, other: RatedFact
) -> tuple[list[tuple[State, State]], list[tuple[State, State]]]:
    """(person, checker) for each person and system; (person, person) for each two."""
    with_checker, among_people = [], []
    for system, of_raters in fact.states.items():
        for checker in other.states.get(system, {}).values():
            with_checker += [(state, checker) for _, state in sorted(of_raters.items())]
        among_people += [
            (of_raters[a], of_raters[b]) for a, b in combinations(sorted(of_raters), 2)
        ]
    return with_checker, among_people


def _estimate(
    pairs: Sequence[tuple[str, State, State]], is_binary: bool, resamples: int, seed: int
) -> Estimate:
    def label(state: State) -> str:
        return "lost" if is_binary and state != "stated" else state

    articles = [article for article, _, _ in pairs]
    first, second = [label(a) for _, a, _ in pairs], [label(b) for _, _, b in pairs]
    return estimate_kappa(first, second, articles, resamples=resamples, seed=seed)
