"""Facts of articles that a summary should have, read from a file, and the shares of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.core.cells import format_value, parse_id
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.tabular import get_row_unit, read_rows
from summbench.people.cells import format_count
from summbench.people.places import show_place
from summbench.people.study import Fact

COMPLETENESS, FAITHFULNESS = "completeness", "faithfulness"
_OTHER = "other"  # the kind of a fact that has none, where others have one


def read_facts(path: Path) -> dict[str, list[Fact]]:
    """Read article -> facts from rows of `id` (of the article), `fact`, and `kind` if there is one.

    `quote`, or `start` and `end` (characters of the article), say where the article has the fact.

    Raises: SummbenchError if there is none, or a row lacks one of the two.
    """
    facts: dict[str, list[Fact]] = {}
    for number, row in read_rows(path):
        where = f"{path}: {get_row_unit(path)} {number}"
        text = row.get("fact")
        if not isinstance(text, str) or not text.strip():
            raise SummbenchError(
                f"{where} has no 'fact'; it has {', '.join(map(str, sorted(row)))}. Expected id, "
                "fact, and kind if facts are of several kinds."
            )
        of_article = facts.setdefault(parse_id(row.get("id"), where), [])
        fact = Fact(
            id=f"f{len(of_article) + 1}",
            text=show_controls(text.strip()),
            kind=show_controls(str(row.get("kind") or "").strip()),
            quote=str(row.get("quote") or "").strip(),
            place=_parse_place(row, where),
        )
        of_article.append(fact)
    if not facts:
        raise SummbenchError(f"{path} has no rows; expected id, fact, and kind.")
    return facts


def describe_strangers(facts: Mapping[str, Sequence[Fact]], articles: Collection[str]) -> list[str]:
    """Return a sentence on facts of other articles than these; none if there are none."""
    strangers = [article for article in facts if article not in articles]
    if not strangers:
        return []
    n_facts = format_count(sum(len(facts[article]) for article in strangers), "fact")
    return [
        f"{n_facts} of {format_count(len(strangers), 'article')} that the run does not have "
        f"(first: {strangers[0]!r}): left out."
    ]


def _parse_place(row: Mapping[str, Any], where: str) -> tuple[int, int] | None:
    cells = [row.get("start"), row.get("end")]
    if all(cell in (None, "") for cell in cells):
        return None
    try:
        start, end = (int(str(cell)) for cell in cells)
    except ValueError:
        start = end = -1
    if not 0 <= start < end:
        raise SummbenchError(
            f"{where} has start {format_value(cells[0])} and end {format_value(cells[1])}; "
            "expected two places in the article, counted in characters from 0, or neither."
        )
    return start, end


def locate_facts(facts: Sequence[Fact], article_id: str, document: str) -> tuple[Fact, ...]:
    """Return the facts with the place that their quote or their numbers give, as it is shown.

    Raises: SummbenchError for a quote or a place that the article does not have.
    """
    located = []
    for fact in facts:
        place = fact.place
        if fact.quote and place is None:
            start = document.find(fact.quote)
            place = (start, start + len(fact.quote))
        if place is not None and not 0 <= place[0] < place[1] <= len(document):
            what = f"the quote {fact.quote!r}" if fact.quote else f"a place {list(place)}"
            raise SummbenchError(
                f"Article {article_id!r} does not have {what} of the fact {fact.text!r}. Mend the "
                "file of facts, or leave the place out: then a sentence is looked for."
            )
        shown = None if place is None else show_place(document, place)
        located.append(Fact(fact.id, fact.text, fact.kind, "", shown))
    return tuple(located)


def has_several_kinds(facts: Iterable[Fact]) -> bool:
    """Whether facts are of several kinds, so that shares are also given by kind."""
    return len({fact.kind for fact in facts}) > 1


def score_states(
    states: Sequence[tuple[str, str]], by_kind: bool, sees_contradictions: bool = True
) -> dict[str, float]:
    """Return the shares of one summary's facts, given as (kind, state).

    `completeness` is the share that is stated, `faithfulness` the share that is not contradicted:
    of all facts, and with `by_kind` of each kind (`completeness.time`).
    """
    groups: dict[str, list[str]] = {"": [state for _, state in states]}
    for kind, state in states if by_kind else ():
        groups.setdefault(f".{kind or _OTHER}", []).append(state)
    shares = {}
    for suffix, group in groups.items():
        if not group:
            continue
        shares[f"{COMPLETENESS}{suffix}"] = group.count("stated") / len(group)
        if sees_contradictions:
            shares[f"{FAITHFULNESS}{suffix}"] = 1 - group.count("contradicted") / len(group)
    return shares


def get_kind(dimension: str) -> str:
    """The kind of fact that a dimension is about, empty if it is about all."""
    measure, _, kind = dimension.partition(".")
    return kind if measure in (COMPLETENESS, FAITHFULNESS) else ""


def get_family(dimension: str) -> str:
    """The dimensions whose tests are corrected together: of a share of facts, all kinds of fact."""
    kind = get_kind(dimension)
    return f"{dimension.removesuffix(kind)} by kind" if kind else dimension
