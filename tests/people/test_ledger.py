"""The fact ledger: counts, shares, places and what can't be said, by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from summbench.core.errors import SummbenchError
from summbench.people.ledger import FactLedger, build_ledger
from summbench.people.ledger_page import render_ledger_page, write_ledger
from summbench.people.ledger_text import render_ledger, render_ledger_csv, render_ledger_in_full
from tests.people.ledgers import DOCUMENT, TEXTS, rate

_HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e=1|\"'{{ 7 * 7 }}"


def _means(ledger: FactLedger) -> dict[str, dict[str, float]]:
    return {
        board.dimension: {entry.system: entry.estimate.mean for entry in board.entries}
        for board in ledger.boards
    }


def test_shares_of_two_articles_by_hand() -> None:
    ledger = build_ledger(
        "news",
        [
            rate({"alpha": {"r": "ss"}, "beta": {"r": "cm"}}, "a1"),
            rate({"alpha": {"r": "sm"}, "beta": {"r": "mm"}}, "a2"),
        ],
    )
    # completeness: alpha (1 + 1/2) / 2, beta 0; faithfulness: beta (1/2 + 1) / 2.
    assert _means(ledger) == {
        "completeness": {"alpha": 0.75, "beta": 0.0},
        "faithfulness": {"alpha": 1.0, "beta": 0.75},
        "completeness.time": {"alpha": 1.0, "beta": 0.0},
        "faithfulness.time": {"alpha": 1.0, "beta": 0.5},
        "completeness.number": {"alpha": 0.5, "beta": 0.0},
        "faithfulness.number": {"alpha": 1.0, "beta": 1.0},
    }
    # Half a fact more or less on two articles: Student's interval leaves 0 to 1, and is cut there.
    [alpha, _] = ledger.boards[0].entries
    assert (alpha.estimate.low, alpha.estimate.high, alpha.estimate.n) == (0.0, 1.0, 2)
    text = render_ledger(ledger)
    assert "| alpha  |      3 |       1 |            0 |     4 |" in text
    assert "| beta   |      0 |       3 |            1 |     4 |" in text
    assert "4 facts of 2 articles, 2 systems. Checked by r." in text
    assert "After Holm's correction over the 2 tests of all kinds no difference is left." in text
    assert "faithfulness: the share of an article's facts that" in render_ledger_in_full(ledger)


def test_what_most_raters_say_and_what_is_lost() -> None:
    [article] = build_ledger(
        "x", [rate({"alpha": {"p": "ss", "q": "sm"}, "beta": {"p": "cm", "q": "sm", "t": "mm"}})]
    ).articles
    cells = {(fact.id, cell.system): cell for fact in article.facts for cell in fact.cells}
    assert {key: (cell.verdict, cell.is_lost) for key, cell in cells.items()} == {
        ("f1", "alpha"): ("stated", False),
        ("f1", "beta"): ("split", True),
        ("f2", "alpha"): ("split", True),
        ("f2", "beta"): ("missing", True),
    }


def test_places_are_given_or_found_and_only_where_a_fact_is_said_to_be() -> None:
    answers = {"alpha": {"r": "ss"}, "beta": {"r": "cm"}}
    [article] = build_ledger("x", [rate(answers)]).articles
    found = [fact.place for fact in article.facts]
    assert [DOCUMENT[p.start : p.end] for p in found if p and not p.is_given] == [
        "The bridge closed on Monday.", "Two piers of it have cracks.",
    ]  # fmt: skip
    places = {(f.id, c.system): c.place for f in article.facts for c in f.cells}
    assert {k: p and TEXTS[k[1]][p.start : p.end] for k, p in places.items()} == {
        ("f1", "alpha"): "The bridge closed on Monday.",
        ("f1", "beta"): "The bridge closed on Friday.",
        ("f2", "alpha"): "Two piers have cracks.",
        ("f2", "beta"): None,
    }
    [article] = build_ledger("x", [rate(answers, place=(0, 4))]).articles
    assert article.facts[0].place is not None
    assert (article.facts[0].place.start, article.facts[0].place.is_given) == (0, True)
    # Places beyond the article, as of a file that was changed by hand, are not believed.
    [article] = build_ledger("x", [rate(answers, place=(5, 9_999))]).articles
    assert article.facts[0].place is not None and not article.facts[0].place.is_given


def test_one_rater_one_article_no_contradiction_and_a_silent_system_are_said() -> None:
    ledger = build_ledger("x", [rate({"alpha": {"r": "sm"}})])
    assert ledger.notes == [
        "No fact is answered for beta: no share, and no rank.",
        "No fact is contradicted in any summary.",
    ]
    text = render_ledger(ledger)
    assert "One article has no interval." in text
    assert "There is one system, and nothing to compare." in text
    assert "nan" not in render_ledger_page(ledger)
    half = rate({"alpha": {"r": "sm"}, "beta": {"r": "sm"}}, "a1")
    other = rate({"alpha": {"r": "sm"}}, "a2")
    assert (
        "2 of 8 questions (a fact in a summary) have no answer, and are in no share."
        in build_ledger("x", [half, other]).notes
    )
    drawn = msgspec.structs.replace(other, selection="differing")
    ledger = build_ledger("x", [half, drawn])
    assert ledger.boards[0].articles == 1
    assert "1 of 2 articles were chosen because scores differ there." in ledger.notes[-1]


def test_without_facts_there_is_no_ledger() -> None:
    with pytest.raises(SummbenchError, match="has no facts"):
        build_ledger("x", [])


def _make_hostile() -> FactLedger:
    answers: Mapping[str, Mapping[str, str]] = {_HOSTILE: {_HOSTILE: "sc", "r": "mm"}}
    article = rate(
        answers, _HOSTILE, facts=((_HOSTILE, _HOSTILE), ("=cmd|' /C calc'!A0", "time")),
        texts={_HOSTILE: _HOSTILE}, document=_HOSTILE,
    )  # fmt: skip
    return build_ledger(_HOSTILE, [article])


def test_hostile_facts_summaries_and_raters_stay_text(tmp_path: Path) -> None:
    page, rows = write_ledger(_make_hostile(), tmp_path / "rated.jsonl")
    assert (page.name, rows.name) == ("rated-ledger.html", "rated-ledger.csv")
    html = page.read_text(encoding="utf-8")
    assert html.count("<script") == 1
    assert "alert(1)</script>" not in html
    for text in (html, rows.read_text(encoding="utf-8"), render_ledger(_make_hostile())):
        assert not {"\x1b", "\u202e"} & set(text)
    cells = list(csv.reader(io.StringIO(rows.read_text(encoding="utf-8"))))
    assert [row[2] for row in cells[3:]] == ["'=cmd|' /C calc'!A0"] * 2


def test_the_rows_of_the_csv() -> None:
    ledger = build_ledger("x", [rate({"alpha": {"r": "sm"}, "beta": {"q": "cm"}}, place=(0, 4))])
    assert list(csv.reader(io.StringIO(render_ledger_csv(ledger))))[1:] == [
        ["a1", "f1", "The bridge closed on Monday.", "time", "alpha", "r", "stated",
         "0", "4", "given", "0", "28", "found"],
        ["a1", "f1", "The bridge closed on Monday.", "time", "beta", "q", "contradicted",
         "0", "4", "given", "0", "28", "found"],
        ["a1", "f2", "Two piers have cracks.", "number", "alpha", "r", "missing",
         "44", "72", "found", "", "", "none"],
        ["a1", "f2", "Two piers have cracks.", "number", "beta", "q", "missing",
         "44", "72", "found", "", "", "none"],
    ]  # fmt: skip


def test_facts_by_systems_come_first_and_every_table_has_a_caption() -> None:
    ledger = build_ledger("run", [rate({"alpha": {"p": "ss"}, "beta": {"p": "sm"}})])
    page = render_ledger_page(ledger)
    assert page.index("<h1") < page.index("Facts by systems") < page.index("What became of")
    assert page.index("What became of") < page.index("What the numbers are")
    assert page.count("<table") == page.count("<caption>")
