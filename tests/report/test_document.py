"""Markdown pages of ours as HTML: every text is text, and a run's pages are in its report."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import summbench
from summbench.report.html.document import render_document
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.page_blocks import TableBlock, TextBlock, parse_page
from tests.commands import rows

_HOSTILE = "<script>alert(1)</script> | **x** `y` [z](http://a.b) \\ & \"'"


def _build_page(text: str) -> str:
    escaped = escape_markdown(text)
    table = format_table(["model", "n"], [[escaped, "1"]])
    return f"# {escaped}\n\n{escaped}\n\n- {escaped}\n\n> {escaped}\n\n{table}\n"


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_hostile_text_is_text_in_every_block() -> None:
    page = render_document(_build_page(_HOSTILE), _HOSTILE)
    parser = _Texts()
    parser.feed(page)
    assert "script" not in parser.tags and "a" not in parser.tags
    assert (
        parser.texts.count(_HOSTILE) == 7
    )  # title, heading, caption, paragraph, item, quote, cell


@given(st.text("ab<>&|*`_#-\\ ~", min_size=1).map(str.strip).filter(bool))
def test_a_cell_says_what_went_in(text: str) -> None:
    [*_, table] = parse_page(_build_page(text))
    assert isinstance(table, TableBlock)
    assert " ".join(table.rows[0][0].split()) == " ".join(text.split())


def test_lines_of_an_item_and_of_a_paragraph_are_joined() -> None:
    page = "- one\n  goes on\n- two\n\nfirst\nsecond\n\nthird\n"
    items, text = parse_page(page)
    assert isinstance(items, TextBlock) and isinstance(text, TextBlock)
    assert [line.text for line in items.lines] == ["one goes on", "two"]
    rendered = render_document(page, "x")
    assert re.findall(r"<p[^>]*>(.*?)</p>", rendered) == ["first second", "third"]


def test_the_pages_of_a_run_are_in_its_report(tmp_path: Path) -> None:
    run = summbench.evaluate(
        ["lead1", "textrank"],
        {"news": rows(6)},
        ["rouge"],
        perturbation=["ocr"],
        out=tmp_path / "perturbed",
    )
    page = (run.data.path / "report" / "robustness.html").read_text("utf-8")
    markdown = (run.data.path / "robustness.md").read_text("utf-8")
    for block in parse_page(markdown):
        texts = (
            [cell for row in block.rows for cell in row]
            if isinstance(block, TableBlock)
            else [line.text for line in block.lines]
        )
        assert all(html.escape(text, quote=False) in html.unescape(page) for text in texts)
    index = (run.data.path / "report" / "index.html").read_text("utf-8")
    assert '<a href="robustness.html">Robustness</a>' in index
    plain = summbench.evaluate(["lead1"], {"news": rows(6)}, ["rouge"], out=tmp_path / "plain")
    assert "robustness" not in (plain.data.path / "report" / "index.html").read_text("utf-8")
