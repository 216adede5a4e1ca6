"""The fact ledger as one offline page: facts by systems, with the places in the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summbench.people.ledger import FactLedger, LedgerArticle, LedgerCell, LedgerFact, Place
from summbench.people.ledger_text import render_ledger_csv, render_ledger_in_full
from summbench.report.html.document import list_parts
from summbench.report.html.templates import render_single_file_page
from summbench.store.atomic_files import write_text

_ASSETS = Path(__file__).parent / "assets"
_CONTEXT = 160  # characters of the text before and after a place
_FOUND = "found by shared words"
_NONE = "no sentence has half of its words"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text around a marked place, and how the place is known."""

    heading: str
    how: str
    before: str = ""
    marked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact of the page: a (verdict, text) a system, who lost it, and the excerpts."""

    text: str
    kind: str
    lost: str
    cells: Sequence[tuple[str, str]]
    excerpts: Sequence[Excerpt]


def write_ledger(ledger: FactLedger, beside: Path) -> list[Path]:
    """Write NAME-ledger.html and NAME-ledger.csv beside the file of ratings NAME.jsonl."""
    page, rows = (beside.with_name(f"{beside.stem}-ledger{end}") for end in (".html", ".csv"))
    write_text(render_ledger_page(ledger), page)
    write_text(render_ledger_csv(ledger), rows)
    return [page, rows]


def render_ledger_page(ledger: FactLedger) -> str:
    """Render the page; its policy allows its own script and style and nothing else."""
    articles = [
        (article, [_build_row(ledger, article, fact) for fact in article.facts])
        for article in ledger.articles
    ]
    parts = list(list_parts(render_ledger_in_full(ledger)))
    second = [part["kind"] for part in parts].index("heading", 1)
    head, shares = parts[:second], parts[second:]
    return render_single_file_page(
        "ledger.html",
        extra_style=(_ASSETS / "ledger.css").read_text(encoding="utf-8"),
        script=(_ASSETS / "ledger.js").read_text(encoding="utf-8"),
        title=f"Facts of {ledger.name}",
        head=head,
        shares=shares,
        systems=ledger.systems,
        kinds=ledger.kinds,
        articles=articles,
        n_facts=sum(len(rows) for _, rows in articles),
    )


def _build_row(ledger: FactLedger, article: LedgerArticle, fact: LedgerFact) -> FactRow:
    in_article = _cut("Article", article.document, fact.place)
    in_summaries = [
        _cut(cell.system, article.summaries.get(cell.system, ""), cell.place)
        for cell in fact.cells
        if not set(cell.states.values()) <= {"missing"}
    ]
    return FactRow(
        text=fact.text,
        kind=fact.kind,
        lost=" ".join(str(i) for i, cell in enumerate(fact.cells) if cell.is_lost),
        cells=[(cell.verdict or "open", _describe(cell)) for cell in fact.cells],
        excerpts=[in_article, *in_summaries],
    )


def _describe(cell: LedgerCell) -> str:
    """The state, or with several raters how many say what."""
    if len(cell.states) < 2:
        return next(iter(cell.states.values()), "no answer")
    return ", ".join(f"{count} {state}" for state, count in cell.counts.items())


def _cut(heading: str, text: str, place: Place | None) -> Excerpt:
    if place is None:
        return Excerpt(heading, _NONE)
    start, end = max(0, place.start - _CONTEXT), place.end + _CONTEXT
    before, after = text[start : place.start], text[place.end : end]
    return Excerpt(
        heading,
        "given with the fact" if place.is_given else _FOUND,
        ("\u2026" if start else "") + before,
        text[place.start : place.end],
        after + ("\u2026" if end < len(text) else ""),
    )
