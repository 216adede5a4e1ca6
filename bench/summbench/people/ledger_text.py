"""The fact ledger in words and tables."""

from __future__ import annotations

import csv
import io
from collections import Counter

from summbench.people.board_text import Checker, format_all_pairs, format_board
from summbench.people.cells import format_count
from summbench.people.facts import COMPLETENESS, FAITHFULNESS, get_kind
from summbench.people.kinds_text import format_kinds
from summbench.people.ledger import FactLedger, FactVerdict, Place
from summbench.report.csv_format import escape_csv
from summbench.report.markdown import escape_markdown, format_table

_VERDICTS: tuple[FactVerdict, ...] = ("stated", "missing", "contradicted", "split")
_COLUMNS = (
    "article", "fact_id", "fact", "kind", "system", "rater", "state", "article_start",
    "article_end", "article_place", "summary_start", "summary_end", "summary_place",
)  # fmt: skip
_SHARES = {
    COMPLETENESS: "the share of an article's facts that its summary states, averaged over articles "
    "and raters, with a 95 % interval.",
    FAITHFULNESS: "the share of an article's facts that its summary does not contradict. A fact "
    "that is missing is not contradicted.",
}
_MEANINGS = (
    "lost: at most half of the raters say that the fact is stated.",
    "place: what the file of facts gives; otherwise the sentence that shares most words with the "
    "fact, at least half of them. It is found, not given, and may be the wrong one.",
)


def render_ledger(ledger: FactLedger) -> str:
    """Write what became of the facts, the shares of each system, and of each kind of fact."""
    n_facts = sum(len(article.facts) for article in ledger.articles)
    parts = [
        f"# Facts of {escape_markdown(ledger.name)}\n",
        f"{format_count(n_facts, 'fact')} of {format_count(len(ledger.articles), 'article')}, "
        f"{format_count(len(ledger.systems), 'system')}. "
        f"Checked by {escape_markdown(', '.join(ledger.raters) or 'nobody')}.",
        *(f"\n{escape_markdown(note)}" for note in ledger.notes),
        "\n## What became of the facts\n",
        _format_counts(ledger),
    ]
    if len(ledger.raters) > 1:
        parts.append("By what most of the raters say; split where no answer has more than half.")
    checker: Checker = "program" if set(ledger.raters) <= set(ledger.programs) else "rater"
    for board in ledger.boards:
        if not get_kind(board.dimension):
            parts += [
                f"\n## {escape_markdown(board.dimension)}\n",
                *format_board(board, checker=checker),
            ]
    return "\n".join([*parts, *format_kinds(ledger.boards)]) + "\n"


def render_ledger_in_full(ledger: FactLedger) -> str:
    """Write what `render_ledger` says, the tests of every pair, and what each number is."""
    parts = [render_ledger(ledger)]
    parts += format_all_pairs(ledger.boards)
    parts.append("## What the numbers are\n")
    shares = [
        f"{b.dimension}: {_SHARES[b.dimension]}" for b in ledger.boards if b.dimension in _SHARES
    ]
    parts += [f"- {meaning}" for meaning in (*shares, *_MEANINGS)]
    return "\n".join(parts) + "\n"


def _format_counts(ledger: FactLedger) -> str:
    verdicts: Counter[tuple[str, FactVerdict]] = Counter(
        (cell.system, cell.verdict)
        for article in ledger.articles
        for fact in article.facts
        for cell in fact.cells
    )
    possible = {verdict for _, verdict in verdicts} | {"stated", "missing"}
    possible |= {"contradicted"} if ledger.sees_contradictions else set()
    shown = [verdict for verdict in _VERDICTS if verdict in possible]
    rows = [
        [
            escape_markdown(system),
            *(f"{verdicts[system, verdict]:,}" for verdict in shown),
            f"{sum(verdicts[system, verdict] for verdict in shown):,}",
        ]
        for system in ledger.systems
    ]
    return format_table(["system", *shown, "facts"], rows) + "\n"


def render_ledger_csv(ledger: FactLedger) -> str:
    """Write a row an answer: a fact, a system, a rater; places are characters of the texts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for article in ledger.articles:
        for fact in article.facts:
            for cell in fact.cells:
                for rater, state in cell.states.items():
                    names = (article.id, fact.id, fact.text, fact.kind, cell.system, rater)
                    places = (*_list_place(fact.place), *_list_place(cell.place))
                    writer.writerow([*map(escape_csv, names), state, *places])
    return out.getvalue()


def _list_place(place: Place | None) -> list[str]:
    if place is None:
        return ["", "", "none"]
    return [str(place.start), str(place.end), "given" if place.is_given else "found"]
