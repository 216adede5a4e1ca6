"""The fact ledger: what each system does with each fact, and where the texts have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from summbench.core.errors import SummbenchError
from summbench.people.board import HumanBoard, build_boards
from summbench.people.facts import COMPLETENESS, FAITHFULNESS
from summbench.people.places import find_place
from summbench.people.rated import RatedArticle, RatedFact, Ratings, State, list_ratings
from summbench.people.scores import find_bounds
from summbench.report.summary.words import join_names

FactVerdict = Literal["stated", "missing", "contradicted", "split", ""]
"""What most raters say; split if no state has more than half, empty if nobody answered."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text has a fact (characters); `is_given` by the file of facts, or else found."""

    start: int
    end: int
    is_given: bool


@dataclass(frozen=True, slots=True)
class LedgerCell:
    """What each rater says of a fact in the summary of a system, and where it is found there.

    A place is looked for where some rater says that the summary has the fact, right or wrong.
    """

    system: str
    states: Mapping[str, State]
    place: Place | None

    @property
    def counts(self) -> Mapping[State, int]:
        """State -> how many raters say so, the most frequent first."""
        return dict(Counter(self.states.values()).most_common())

    @property
    def verdict(self) -> FactVerdict:
        """What most raters say."""
        if not self.states:
            return ""
        state, count = next(iter(self.counts.items()))
        return state if 2 * count > len(self.states) else "split"

    @property
    def is_lost(self) -> bool:
        """Whether at most half of the raters say that the fact is stated."""
        return bool(self.states) and 2 * self.counts.get("stated", 0) <= len(self.states)


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """A fact with its place in the article, None where no sentence has it, and a cell a system."""

    id: str
    text: str
    kind: str
    place: Place | None
    cells: Sequence[LedgerCell]


@dataclass(frozen=True, slots=True)
class LedgerArticle:
    """An article with its summaries and its facts; `is_drawn` by chance, so that it is in means."""

    id: str
    document: str
    summaries: Mapping[str, str]
    is_drawn: bool
    facts: Sequence[LedgerFact]


@dataclass(frozen=True, slots=True)
class FactLedger:
    """Facts by systems.

    Boards have the shares with intervals over articles, and paired tests, of all facts and of each
    kind. `programs` are the raters that are no people. `notes` are sentences on what can't be said.
    """

    name: str
    systems: Sequence[str]
    raters: Sequence[str]
    kinds: Sequence[str]
    articles: Sequence[LedgerArticle]
    boards: Sequence[HumanBoard]
    notes: Sequence[str]
    programs: Sequence[str] = ()

    @property
    def sees_contradictions(self) -> bool:
        """Whether who checked the facts can tell that one is contradicted."""
        return any(board.dimension == FAITHFULNESS for board in self.boards)


def build_ledger(
    name: str, articles: Sequence[RatedArticle], notes: Sequence[str] = ()
) -> FactLedger:
    """Build the ledger of rated articles that have facts, with notes of your own first.

    Raises: SummbenchError if no article has a fact.
    """
    rated = [article for article in articles if article.facts]
    if not rated:
        raise SummbenchError(
            f"{name} has no facts. A ledger is made of a checklist: summbench annotate RUN "
            "--design checklist --facts FILE, or summbench facts RUN FILE."
        )
    systems = list(dict.fromkeys(system for article in rated for system in article.systems))
    states = [of_system for a in rated for fact in a.facts for of_system in fact.states.values()]
    raters = sorted({rater for of_system in states for rater in of_system})
    ratings: Ratings = {
        key: value
        for key, value in list_ratings(a for a in rated if a.selection == "random").items()
        if key[0].partition(".")[0] in (COMPLETENESS, FAITHFULNESS)
    }
    drawn = list(dict.fromkeys(article for _, article, _, _ in ratings))
    ledger = FactLedger(
        name=name,
        systems=systems,
        raters=raters,
        kinds=list(dict.fromkeys(f.kind for a in rated for f in a.facts if f.kind)),
        articles=[_build_article(article, systems) for article in rated],
        boards=build_boards(ratings, raters, drawn, systems, bounds=find_bounds(rated)),
        notes=[],
        programs=sorted({name for article in rated for name in article.simulated}),
    )
    return replace(ledger, notes=[*notes, *_list_notes(ledger)])


def _build_article(article: RatedArticle, systems: Sequence[str]) -> LedgerArticle:
    return LedgerArticle(
        id=article.id,
        document=article.document,
        summaries=article.systems,
        is_drawn=article.selection == "random",
        facts=[
            LedgerFact(
                fact.id,
                fact.fact,
                fact.kind,
                _place_in_article(fact, article.document),
                [_build_cell(fact, system, article.systems.get(system, "")) for system in systems],
            )
            for fact in article.facts
        ],
    )


def _place_in_article(fact: RatedFact, document: str) -> Place | None:
    if fact.place is not None and 0 <= fact.place[0] < fact.place[1] <= len(document):
        return Place(*fact.place, is_given=True)
    return _find(fact.fact, document)


def _build_cell(fact: RatedFact, system: str, summary: str) -> LedgerCell:
    states = fact.states.get(system, {})
    has_place = not set(states.values()) <= {"missing"}
    return LedgerCell(system, states, _find(fact.fact, summary) if has_place else None)


def _find(fact: str, text: str) -> Place | None:
    place = find_place(fact, text)
    return None if place is None else Place(*place, is_given=False)


def _list_notes(ledger: FactLedger) -> list[str]:
    cells = [cell for a in ledger.articles for fact in a.facts for cell in fact.cells]
    answered = {cell.system for cell in cells if cell.states}
    notes = []
    if silent := [system for system in ledger.systems if system not in answered]:
        notes.append(f"No fact is answered for {join_names(silent)}: no share, and no rank.")
    if ledger.sees_contradictions and not any("contradicted" in cell.counts for cell in cells):
        notes.append("No fact is contradicted in any summary.")
    open_cells = sum(not cell.states for cell in cells if cell.system in answered)
    if open_cells:
        notes.append(
            f"{open_cells:,} of {len(cells):,} questions (a fact in a summary) have no answer, and "
            "are in no share."
        )
    others = sum(not article.is_drawn for article in ledger.articles)
    if others:
        notes.append(
            f"{others} of {len(ledger.articles)} articles were chosen because scores differ there. "
            "They are listed, and in no mean."
        )
    return notes
