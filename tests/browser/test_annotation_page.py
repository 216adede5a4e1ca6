"""The page of a rater: keys, resuming, what it saves, hostile texts, sizes, and no network."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from summbench.people.study import Design, Fact, Study, digest_study
from tests.browser.chromium import Browser
from tests.browser.rating import save, wait_until_kept
from tests.browser.test_accessibility import _serious, axe
from tests.people.studies import SYSTEMS, make_study, write_pages

__all__ = ["axe"]
_HOSTILE = {
    0: "<img src=x onerror=\"document.title='run'\">",
    1: "</script><script>document.title='run'</script><!-- <script>",
    2: "\u202e\u0645\u0631\u062d\u0628\u0627 {{ 7 * 7 }} &lt;b&gt; \u2028 " + "x" * 20_000,
}
_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")


def _open(browser: Browser, study: Study, folder: Path, rater: int = 0) -> None:
    browser.open(write_pages(study, folder)[rater])
    browser.js("document.getElementById('guide').open = false")
    browser.driver.set_window_size(1_200, 1_000)


def test_keys_answer_everything_and_the_file_has_it(browser: Browser, tmp_path: Path) -> None:
    study = make_study("likert", 1, 1, attention=0)
    _open(browser, study, tmp_path)
    for k in range(4):
        browser.press(*"4321") if k % 2 else browser.press(*"1234")
        browser.press("\ue007")
    assert browser.text("#main h2") == "All answered. Thank you."
    saved = save(browser)
    assert (saved["study"], saved["rater"]) == (study.id, "rater-1")
    assert saved["assignments"] == digest_study(study)
    assert browser.js("return window.savedAs") == f"answers-rater-1-{study.id}.json"
    names = [d.name for d in study.dimensions]
    for k, item in enumerate(study.raters["rater-1"]):
        expected = dict(zip(names, "4321" if k % 2 else "1234", strict=True))
        assert saved["answers"][item.id]["value"] == expected
        assert 0 < saved["answers"][item.id]["seconds"] < 60


def test_answers_survive_closing_the_page_and_are_not_those_of_another(
    browser: Browser, tmp_path: Path
) -> None:
    study = make_study("pairwise", 2, 2, attention=0)
    _open(browser, study, tmp_path)
    browser.press("2", "\ue007", "3", "\ue007")
    assert browser.text("#progress") == "2 of 12 answered"
    wait_until_kept(browser)
    browser.driver.get("about:blank")
    _open(browser, study, tmp_path)
    assert browser.text("#progress") == "2 of 12 answered"
    assert browser.text("#place") == "3 of 12"
    browser.press("b")
    assert browser.js("return document.querySelector('input:checked').value") == "tie"
    _open(browser, study, tmp_path, 1)
    assert browser.text("#progress") == "0 of 12 answered"


def test_the_browser_asks_before_it_leaves_what_is_not_kept_yet(
    browser: Browser, tmp_path: Path
) -> None:
    leave = "return dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    _open(browser, make_study("pairwise", 2, 1, attention=0), tmp_path)
    assert browser.js(leave) is True
    assert browser.js(f"document.querySelector('input').click(); {leave}") is False
    wait_until_kept(browser)
    assert browser.js(leave) is True


def test_the_window_that_was_opened_last_keeps_the_answers_and_the_other_says_so(
    browser: Browser, tmp_path: Path
) -> None:
    study = make_study("pairwise", 2, 1, attention=0)
    _open(browser, study, tmp_path)
    browser.press("1", "\ue007")
    wait_until_kept(browser)
    first = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    try:
        _open(browser, study, tmp_path)
        assert browser.text("#place") == "2 of 12"
        browser.press("2", "\ue007", "3", "\ue007")
        wait_until_kept(browser)
        second = browser.driver.current_window_handle
        browser.driver.switch_to.window(first)
        browser.press("1")
        browser.until(lambda: "another window" in browser.text("#problem"))
        browser.driver.switch_to.window(second)
        _open(browser, study, tmp_path)
        assert browser.text("#progress") == "3 of 12 answered"
        browser.press("b")
        assert browser.js("return document.querySelector('input:checked').value") == "tie"
    finally:
        browser.driver.close()
        browser.driver.switch_to.window(first)


def test_a_browser_that_keeps_nothing_is_named_and_answers_can_be_saved(
    browser: Browser, tmp_path: Path
) -> None:
    refuse = "indexedDB.open = () => { throw new DOMException('refused', 'SecurityError'); };"
    command = "Page.addScriptToEvaluateOnNewDocument"
    added = browser.driver.execute_cdp_cmd(command, {"source": refuse})
    try:
        _open(browser, make_study("pairwise", 2, 1, attention=0), tmp_path)
        assert "keeps nothing for this page" in browser.text("#problem")
        browser.press("1", "\ue007")
        assert browser.text("#progress") == "1 of 12 answered"
        assert len(save(browser)["answers"]) == 1
        assert browser.js("return document.documentElement.dataset.kept") == "no"
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_a_half_finished_page_says_what_is_open_and_saves_what_is_there(
    browser: Browser, tmp_path: Path
) -> None:
    study = make_study("best_worst", 3, 1, attention=0)
    _open(browser, study, tmp_path)
    browser.press("2", "2")
    assert "have to differ" in browser.text("#problem")
    assert browser.text("#progress") == "0 of 3 answered"
    last = browser.one("[data-question=worst] input[value='3']")
    browser.js("arguments[0].scrollIntoView({ block: 'center' })", last)
    last.click()
    assert browser.all("#problem:not([hidden])") == []
    browser.js("document.activeElement.blur()")
    browser.press("\ue007", "\ue007", "\ue007")
    assert browser.text("#main h2") == "2 screens are not answered yet."
    saved = save(browser)
    item = study.raters["rater-1"][0].id
    assert list(saved["answers"]) == [item]
    assert saved["answers"][item]["value"] == {"best": "1", "worst": "3"}
    browser.one("#open").click()
    assert browser.text("#place") == "2 of 3"


def test_words_are_marked_with_the_keyboard_and_the_pointer(
    browser: Browser, tmp_path: Path
) -> None:
    study = make_study("spans", 1, 1, systems=("alpha",), attention=0)
    _open(browser, study, tmp_path)
    words = browser.all(".word")
    assert [word.text for word in words] == ["Bridge", "0", "was", "closed.", "Variant", "0."]
    words[1].click()
    words[2].click()
    browser.press("\ue014", "\ue014", " ", " ")  # to the fifth word: a mark of one word
    assert [w.get_attribute("aria-selected") for w in words] == [
        "false", "true", "true", "false", "true", "false"
    ]  # fmt: skip
    assert browser.text("#progress") == "0 of 1 answered"
    browser.press("1")
    saved = save(browser)
    value = saved["answers"][study.raters["rater-1"][0].id]["value"]
    assert value == {"spans": [[1, 2], [4, 4]], "finished": True}
    words[1].click()
    assert words[2].get_attribute("aria-selected") == "false"


@pytest.mark.parametrize("then", ["tick", "next", "back", "reload", "save"])
def test_a_word_that_is_shown_as_marked_is_in_the_file_whatever_comes_next(
    browser: Browser, tmp_path: Path, then: str
) -> None:
    study = make_study("spans", 1, 1, systems=SYSTEMS[:2], attention=0)
    _open(browser, study, tmp_path)
    if then == "back":
        browser.press("\ue007")
    browser.all(".word")[1].click()
    assert browser.all(".word")[1].get_attribute("aria-selected") == "true"
    if then == "reload":
        wait_until_kept(browser)
        browser.open(tmp_path / "rater-1.html")
        browser.js("document.getElementById('guide').open = false")
    elif then == "next":
        browser.press("\ue007", "b")
    elif then == "back":
        browser.press("b", "\ue007")
    elif then == "save":
        save(browser)
    if then != "tick":
        assert browser.all(".word")[1].get_attribute("aria-selected") == "true"
    browser.press("1")
    browser.all(".word")[4].click()  # a mark of its own: the tick ended the first
    item = study.raters["rater-1"][int(then == "back")].id
    value = save(browser)["answers"][item]["value"]
    assert value == {"spans": [[1, 1], [4, 4]], "finished": True}


def test_a_checklist_asks_about_each_fact(browser: Browser, tmp_path: Path) -> None:
    study = make_study("checklist", 1, 1, attention=0)
    _open(browser, study, tmp_path)
    assert browser.texts("legend") == [
        "The bridge is closed.", "It closed on Monday.", "Two piers have cracks."
    ]  # fmt: skip
    browser.press("1", "2", "3")
    value = save(browser)["answers"][study.raters["rater-1"][0].id]["value"]
    assert value == {"f1": "stated", "f2": "missing", "f3": "contradicted"}


@pytest.mark.parametrize("design", _DESIGNS)
def test_hostile_texts_are_shown_and_do_nothing(
    browser: Browser, tmp_path: Path, design: Design
) -> None:
    study = make_study(design, 3, 1, systems=SYSTEMS[:3], attention=0, texts=_HOSTILE)
    articles = tuple(
        msgspec.structs.replace(a, facts=(Fact("f1", a.document),) if a.facts else ())
        for a in study.articles
    )
    study = msgspec.structs.replace(study, articles=articles)
    _open(browser, study, tmp_path)
    for item in study.raters["rater-1"]:
        text = _HOSTILE[int(item.article[1:])]
        assert browser.texts("#article") == [text]
        assert browser.texts(".summary .text") == [text] * len(item.systems)
        if design == "checklist":
            assert browser.texts("legend") == [text]
        assert browser.js("return document.title") == "Rating summaries: rater-1"
        assert browser.all("#article *, .summary img, .summary script, legend *") == []
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.js(wide) == 0
        browser.js("document.getElementById('next').click()")


@pytest.mark.parametrize("design", _DESIGNS)
def test_on_a_phone_the_article_is_on_the_first_screen(
    browser: Browser, tmp_path: Path, design: Design
) -> None:
    page = write_pages(make_study(design), tmp_path)[0]
    browser.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        browser.open(page)
        top = "return document.getElementById('article').getBoundingClientRect().top"
        assert browser.js(top) < 844 / 2
        assert browser.text("#brief").startswith("Judge only by the article")
        assert "a private window keeps none" in browser.text("#brief")
        assert browser.js("return document.getElementById('guide').open") is False
        browser.js("document.querySelector('#guide summary').click()")
        assert any("they check that you read" in text for text in browser.texts("#guide-text p"))
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_own_instructions_come_first_and_are_text_alone(browser: Browser, tmp_path: Path) -> None:
    text = f"Rate as a reader of the paper would.\n\n{_HOSTILE[1]}\n{_HOSTILE[0]}"
    study = msgspec.structs.replace(make_study(), instructions=text)
    browser.open(write_pages(study, tmp_path)[0])
    first, second = text.split("\n\n")
    assert browser.js("return document.getElementById('guide').open") is True
    assert browser.texts("#guide-text p")[:2] == [first, second]
    assert browser.texts("#guide-text p")[2].startswith("Read the article, then rate")
    assert browser.all("#guide-text img, #guide-text script") == []
    assert browser.js("return document.title") == "Rating summaries: rater-1"


def test_the_policy_refuses_other_scripts_and_requests(browser: Browser, tmp_path: Path) -> None:
    _open(browser, make_study(), tmp_path)
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
    assert [url for url in browser.strangers() if "example.org" in url] == []
    browser.forget()


def test_a_page_asks_for_nothing_but_itself(browser: Browser, tmp_path: Path) -> None:
    _open(browser, make_study(), tmp_path)
    browser.press(*"1111", "\ue007")
    assert [name for name in browser.requested() if not name.startswith(("data:", "about:"))] == [
        "rater-1.html"
    ]


@pytest.mark.parametrize("design", _DESIGNS)
@pytest.mark.parametrize("width", [390, 700, 1_400])
def test_a_page_fits_and_axe_finds_nothing_serious(
    browser: Browser, axe: str, tmp_path: Path, design: Design, width: int
) -> None:
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        _open(browser, make_study(design), tmp_path)
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.js(wide) == 0
        assert _serious(browser, axe) == []
        if folder := os.environ.get("SUMMBENCH_SCREENSHOTS"):
            browser.driver.save_screenshot(f"{folder}/{design}-{width}.png")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
