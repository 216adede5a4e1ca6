"""The gate's comment as GitHub shows it: GitHub's Markdown, its table style, 900 pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from summbench.core.records import Estimate
from summbench.gate.records import ArticleRegression, GateReport, MetricVerdict, Verdict
from summbench.report.gate_markdown import render_comment
from summbench.runs.tables import PredictionDigest
from tests.browser.chromium import Browser
from tests.gates import build_metadata

# As GitHub's style sheet sets a comment: size of text, borders and padding of tables.
_STYLE = """
body { font: 16px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; width: 900px; margin: 0; }
main { padding: 16px; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-spacing: 0;
  border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid #d0d7de; }
"""
_DATASETS = ("newsdesk", "cnn_dailymail")
_METRICS = ("rouge.rouge1_f", "rouge.rougeLsum_f", "chrf.chrf2")


def _row(dataset: str, metric: str, verdict: Verdict) -> MetricVerdict:
    difference = Estimate(-0.0237, -0.1322, -0.0153, 50, "bca")
    return MetricVerdict(
        dataset, "textrank", metric, 0.01, verdict, "why", 0.34, 0.32, difference, 50, 50, 500, 0.01
    )


def _render_markdown(text: str) -> str:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(markdown.render(text))


def build_page(
    folder: Path,
    summary: str = "The region pays 28 million.",
    render: Callable[[str], str] = _render_markdown,
) -> Path:
    """A comment with six failing rows and two passing ones, as a page."""
    rows = [_row(d, m, "regressed") for d in _DATASETS for m in _METRICS]
    rows += [_row(d, "rouge.rouge2_f", "pass") for d in _DATASETS]
    before = PredictionDigest(f"The bill is high. {summary}", "a", False, None)
    after = PredictionDigest(f"The bill is low. {summary}", "b", False, None)
    loss = ArticleRegression("newsdesk", "textrank", "chrf.chrf2", "a<b>1", 0.12, before, after)
    notes = ["a note"], ["oracle (bound): context"]
    gate = GateReport("base", "new", build_metadata(), "regressed", rows, [loss], *notes, 8)
    text = render_comment(gate, report_url="https://ci.example/1")
    page = folder / "comment.html"
    body = render(text)
    page.write_text(
        f"<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>c</title>"
        f"<style>{_STYLE}</style><main>{body}</main>",
        encoding="utf-8",
    )
    return page


def test_a_reviewer_sees_the_verdict_and_what_failed_without_scrolling(
    browser: Browser, tmp_path: Path
) -> None:
    browser.driver.set_window_size(1000, 1200)
    browser.show(build_page(tmp_path))
    assert browser.text("h2") == "Gate: regressed"
    assert "6 of 8 rows (model, metric and dataset) regressed" in browser.text("main > p")
    assert [c.text for c in browser.all("main > table tbody td:first-child")] == ["regressed"] * 6
    assert not browser.js(
        "return [...document.querySelectorAll('table')].some(t => t.scrollWidth > t.clientWidth)"
    )
    assert browser.js("return document.querySelectorAll('td br').length") == 0
    heights = browser.js("return [...document.querySelectorAll('main > table tbody tr')]"
                         ".map(row => row.getBoundingClientRect().height)")  # fmt: skip
    assert max(heights) < 50  # one line a row
    assert browser.texts("summary") == [
        "a<b>1 (newsdesk): textrank, chrf.chrf2 -12.00", "2 of 8 rows passed", "Not judged",
    ]  # fmt: skip
    assert browser.js("return [...document.querySelectorAll('details')].some(d => d.open)") is False
    assert browser.texts("details del") == ["high"]
    assert browser.texts("details ins") == ["low"]
    assert browser.one("main > p > a").get_attribute("href") == "https://ci.example/1"
    assert "summbench gate" not in browser.text("main")


@pytest.mark.parametrize(
    "summary",
    ["</details><h1>x</h1>", "<script>document.title = 'x'</script>", "- a\n\n# b\n\n```\nc",
     "<!-- ", "![i](https://a.example/x.png)", "| a | b |\n|---|---|\n| c | d |", "1. x\n2. y"],
)  # fmt: skip
def test_no_summary_leaves_its_place(browser: Browser, tmp_path: Path, summary: str) -> None:
    browser.show(build_page(tmp_path, summary))
    assert browser.js("return document.title") == "c"
    assert len(browser.all("h1, img, script, ol, pre")) == 0
    assert len(browser.texts("summary")) == 3
    assert len(browser.all("details table")) == 1
    shown = " ".join(browser.texts("details p")[0].split())
    assert " ".join(summary.split()) in shown


def test_two_gates_have_two_comments(tmp_path: Path) -> None:
    gates = [
        GateReport("b", "c", build_metadata(name), "pass", [_row("d", "m", "pass")], [])
        for name in ("one", "two")
    ]
    lines = {render_comment(gate).splitlines()[0] for gate in gates}
    assert len(lines) == 2
    again = dataclasses.replace(gates[0], verdict="regressed")
    assert render_comment(again).splitlines()[0] in lines
