"""The fact ledger and the page of what people say: filters, places, hostile texts, sizes, axe."""

from __future__ import annotations

from pathlib import Path

import pytest

from summbench.people.collect import collect_answers
from summbench.people.collection_page import write_collection
from summbench.people.ledger import build_ledger
from summbench.people.ledger_page import write_ledger
from tests.browser.chromium import Browser
from tests.browser.test_accessibility import _serious, axe
from tests.people.ledgers import rate
from tests.people.raters import write_answers
from tests.people.studies import make_study, write_pages

__all__ = ["axe"]
_HOSTILE = (
    "<img src=x onerror=\"document.title='run'\"></script><script>document.title='run'</script>"
    "\u202e\x1b[31m{{ 7 * 7 }} &lt;b&gt; " + "x" * 2_000
)
_SIZES = (390, 700, 1_400)


def _write(folder: Path, hostile: bool = False) -> Path:
    text = _HOSTILE if hostile else "It rained."
    articles = [
        rate({"alpha": {"p": "sm", "q": "ss"}, "beta": {"p": "cm", "q": "mm"}}, "a1"),
        rate(
            {"alpha": {"p": "sm"}, "beta": {"p": "ss"}}, text, document=text,
            facts=((text, "time"), ("Two piers.", text)), texts={"alpha": text, "beta": "No."},
        ),
    ]  # fmt: skip
    return write_ledger(build_ledger(text, articles), folder / "rated.jsonl")[0]


def _shown(browser: Browser) -> list[str]:
    rows = [row for row in browser.all("tbody.fact") if row.is_displayed()]
    return [row.find_element("css selector", "th").text for row in rows]


def test_facts_are_filtered_by_who_lost_them_and_by_kind(browser: Browser, tmp_path: Path) -> None:
    browser.open(_write(tmp_path))
    assert browser.text("#shown") == "4 of 4 facts"
    browser.choose("#lost", "1")  # beta: both facts of a1, none of the other article
    assert browser.text("#shown") == "2 of 4 facts"
    assert [s.is_displayed() for s in browser.all("section.article")] == [True, False]
    browser.choose("#kind", "number")
    assert [fact.split("\n")[0] for fact in _shown(browser)] == ["Two piers have cracks. number"]
    browser.choose("#lost", "all")  # alpha lost one of two raters' votes there, which is a loss
    assert browser.text("#shown") == "1 of 4 facts"
    browser.choose("#lost", "0")
    browser.choose("#kind", "time")
    assert browser.text("#shown") == "0 of 4 facts"


def test_places_are_marked(browser: Browser, tmp_path: Path) -> None:
    browser.open(_write(tmp_path))
    browser.one("tbody.fact summary").click()
    details = "tbody.fact:first-of-type details"
    assert browser.texts(f"{details} mark")[:3] == [
        "The bridge closed on Monday.", "The bridge closed on Monday.",
        "The bridge closed on Friday.",
    ]  # fmt: skip
    assert set(browser.texts("section:first-of-type .how")) == {"found by shared words"}
    assert "no sentence has half of its words" in browser.texts("section:last-of-type .how")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ledger_is_accessible(browser: Browser, axe: str, tmp_path: Path, theme: str) -> None:
    browser.system_theme(theme)
    browser.open(_write(tmp_path))
    browser.js("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert _serious(browser, axe) == []


@pytest.mark.parametrize("hostile", [False, True])
def test_the_ledger_fits_its_window_and_hostile_texts_do_nothing(
    browser: Browser, tmp_path: Path, hostile: bool
) -> None:
    browser.open(_write(tmp_path, hostile))
    browser.js("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    for width in _SIZES:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.js("return document.documentElement.scrollWidth") <= width
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert browser.driver.title != "run"
    assert browser.all("img") == []
    if hostile:
        assert "\\u202e" in browser.driver.title
        browser.choose("#kind", browser.texts("#kind option")[-1])
        assert browser.text("#shown") == "1 of 4 facts"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_of_what_people_say(
    browser: Browser, axe: str, tmp_path: Path, theme: str
) -> None:
    study = make_study("pairwise", 4, 3)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, name) for name in study.raters]
    page = write_collection(
        collect_answers(files, tmp_path, resamples=100), tmp_path / "rated.jsonl"
    )[1]
    browser.system_theme(theme)
    browser.show(page)
    assert _serious(browser, axe) == []
    for width in _SIZES:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.js("return document.documentElement.scrollWidth") <= width
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
