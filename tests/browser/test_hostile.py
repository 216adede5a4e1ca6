"""Models and articles that would like to be more than text."""

from __future__ import annotations

from pathlib import Path

import pytest

from summbench.core.control_characters import show_controls
from summbench.core.records import Article, Example, Kind
from summbench.gate.changes import MetricLoss, SummaryChange
from summbench.gate.records import GateReport
from summbench.report.html.comparison import render_comparison_page
from summbench.runs.tables import PredictionDigest
from tests.browser.chromium import Browser
from tests.browser.reports import cells, made, with_summaries
from tests.gates import build_metadata

_HOSTILE = {
    "img": "<img src=x onerror=\"document.title='run'\">",
    "script": "</script><script>document.title='run'</script><!-- <script>",
    "word": "x" * 100_000,
    "rtl": "\u202eevil \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1f8\U0001f1ea \u2764\ufe0f",
    "lines": "a\u2028b\u2029c\r\nd\x00e\x0bf",
    "url": "javascript:alert(1) https://example.org/x.png",
    "template": "{{ 7 * 7 }} ${7 * 7} {% raw %} &lt;b&gt; &amp;",
    "proto": "__proto__ constructor toString hasOwnProperty",
}
_NAMES = list(_HOSTILE)
_MODEL = "<b>\"m'</script>&1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each hostile text is an article, its reference, its id's end, and its summary."""
    folder = tmp_path_factory.mktemp("results") / "<i>hostile & co"
    found = [
        Example(Article(f"{name} {text[:60]}", f"{text} and more."), (text,))
        for name, text in _HOSTILE.items()
    ]
    kinds: dict[str, Kind] = {_MODEL: "system", "constructor": "floor"}
    mine = [with_summaries(cell, dict(enumerate(_HOSTILE.values())))
            for cell in cells(list(kinds), found, "<u>news")]  # fmt: skip
    return made(folder, {"<u>news": found}, mine, kinds)


@pytest.mark.parametrize("place", range(len(_NAMES)), ids=_NAMES)
def test_a_text_is_shown_as_it_is_and_does_nothing(
    browser: Browser, folder: Path, place: int
) -> None:
    browser.open(folder / "report" / "articles.html")
    for _ in range(place):
        browser.press("j")
    text = list(_HOSTILE.values())[place]
    browser.until(lambda: browser.texts("#article h2") == [f"{_NAMES[place]} {text[:60]}"])
    assert browser.texts(".card .text") == [text, text]
    assert browser.texts(".source .text") == [f"{text} and more."]
    assert browser.texts(".references .text") == [text]
    assert browser.js("return document.title") != "run"
    assert browser.all("#article img, #article script, #article b") == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.js(wide) == 0


def test_hostile_names_stay_names_on_the_leaderboard(browser: Browser, folder: Path) -> None:
    browser.open(folder / "report" / "index.html")
    assert sorted(browser.texts("th .model-name")) == sorted([_MODEL, "constructor"])
    assert "<u>news" in browser.text("#table-place caption")
    assert browser.text(".brand") == "<i>hostile & co"
    assert browser.all("#main b, #main u, #main i, #main img") == []


def test_the_policy_stops_what_escaping_would_not(browser: Browser, folder: Path) -> None:
    """An inline script, a handler and a request that are put in by force are refused and said."""
    browser.open(folder / "report" / "index.html")
    browser.js("""
        const script = document.createElement('script');
        script.textContent = 'document.title = "run"';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = 'https://example.org/x.png';
        document.body.append(image);
    """)
    browser.until(lambda: len(browser.errors()) >= 2)
    assert browser.js("return document.title") != "run"
    assert all("Content Security Policy" in error for error in browser.errors())
    assert [url for url in browser.strangers() if "example.org" in url] == []
    browser.forget()


def test_hostile_summaries_are_compared_as_text(browser: Browser, tmp_path: Path) -> None:
    gate = _gate()
    changes = [
        SummaryChange(
            "<u>news",
            _MODEL,
            name,
            _answer("before"),
            _answer(text),
            [MetricLoss("rouge.rouge2_f", 0.1, True, 0.1)],
        )
        for name, text in _HOSTILE.items()
    ]
    page = tmp_path / "compare.html"
    page.write_text(render_comparison_page(gate, changes, len(changes)), encoding="utf-8")
    browser.show(page)
    shown = [
        "".join(browser.texts(f"article:nth-of-type({i + 1}) ins")) for i in range(len(_NAMES))
    ]
    # Control characters are shown as their codes, and HTML has one line break.
    expected = [show_controls(text).replace("\r\n", "\n") for text in _HOSTILE.values()]
    assert shown == expected
    assert browser.js("return document.title") != "run"
    assert browser.all("article img, article script") == []


def _answer(text: str) -> PredictionDigest:
    return PredictionDigest(text, "", False, None)


def _gate() -> GateReport:
    return GateReport(
        "</title><script>document.title='run'</script>",
        "b",
        build_metadata(),
        "pass",
        [],
        [],
        [],
    )
