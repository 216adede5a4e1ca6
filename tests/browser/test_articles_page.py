"""The article page in a real browser: order, search, keys, marks, and links that are sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from summbench.core.records import Article, Example, Kind
from tests.browser.chromium import Browser
from tests.browser.reports import PRIMARY, cells, examples, made

_COUNT = 430
_MODELS = ["alpha", "beta", "gamma"]
_KINDS: dict[str, Kind] = {"alpha": "system", "beta": "floor", "gamma": "system"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """430 articles in nine chunks; alpha wins by most on a7, beta on a300; a12 has failed."""
    folder = tmp_path_factory.mktemp("results") / "some"
    found = examples(_COUNT)
    found[420] = Example(Article("a420", "Nothing here but a zebrafish."), ())
    alpha, beta, gamma = cells(_MODELS, found)
    scores = {cell.model: list(cell.scores[PRIMARY]) for cell in (alpha, beta)}
    scores["alpha"][7], scores["beta"][7] = 0.9, 0.1
    scores["alpha"][300], scores["beta"][300] = 0.0, 0.7
    alpha, beta = (
        replace(cell, scores={**cell.scores, PRIMARY: scores[cell.model]}) for cell in (alpha, beta)
    )
    answers = list(gamma.predictions)
    answers[12] = replace(answers[12], summary="", error="it broke")
    gamma = replace(gamma, predictions=answers)
    near = {"text": "on Sunday", "start": 0, "end": 9}
    said = {"names": [{"text": "Orsk", "start": 15, "end": 19, "state": "exact", "nearest": None},
                      "no mention at all"],
            "numbers": [{"text": "Monday", "start": 29, "end": 35, "state": "absent",
                         "nearest": near}]}  # fmt: skip
    evidence = [("news", "alpha", "support", "a0", json.dumps(said)),
                ("news", "beta", "judge", "a0", '["its raw reply"]')]  # fmt: skip
    made(folder, {"news": found}, [alpha, beta, gamma], _KINDS, None, evidence)
    return folder / "report" / "articles.html"


def _open_one(browser: Browser) -> str:
    return browser.texts("#article h2")[0]


def _texts_asked_for(browser: Browser) -> list[str]:
    return sorted(name for name in browser.requested() if "articles-" in name)


def _goes_to(browser: Browser, article: str) -> None:
    browser.until(lambda: browser.texts("#article h2") == [article])


def test_the_first_article_is_open_with_all_that_was_made_of_it(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    assert _open_one(browser) == "a0"
    assert browser.texts(".source .text")[0].startswith("Report 0. The council of Orsk")
    assert browser.texts(".references .text") == ["Orsk closes its old bridge."]
    assert (
        sorted(browser.texts(".card .pick")[2:] + [t[1:] for t in browser.texts(".card .pick")[:2]])
        == _MODELS
    )
    assert len(browser.texts(".scores tbody tr")) == 3


def test_copied_spans_and_novel_words_are_marked_on_both_sides(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    # By hand: the first eight words stand in the article, the last four do not.
    card = ".card[data-model=alpha]"
    assert browser.texts(f"{card} mark.longest") == [
        "The council of Orsk voted on ",
        "Monday",
        " to",
    ]
    assert browser.texts(f"{card} mark.novel") == ["leave model0 article0 alone"]
    assert browser.texts(".source mark.longest") == ["The council of Orsk voted on Monday to"]


def test_what_has_no_support_is_marked_with_the_nearest_string(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    [mark] = browser.all("mark.unsupported[data-facts]")
    assert mark.text == "Monday"
    browser.js("arguments[0].focus()", mark)
    assert browser.text("#facts").splitlines() == [
        "number, absent: Monday", "nearest in the article: on Sunday",
    ]  # fmt: skip
    assert "its raw reply" not in browser.texts("#article")[0]
    browser.js("for (const d of document.querySelectorAll('details')) d.open = true")
    browser.until(lambda: "its raw reply" in browser.texts("#article")[0])


def test_articles_are_sorted_by_what_two_systems_differ(browser: Browser, page: Path) -> None:
    browser.open(page, "#order=a&a=alpha&b=beta")
    assert _open_one(browser) == "a7"
    browser.choose("#order", "b")
    browser.until(lambda: browser.texts("#list .id")[0].startswith("a300"))
    assert browser.texts("#list .key")[0] == "70.0"
    browser.choose("#order", "systems")
    browser.until(lambda: browser.texts("#list .id")[0].startswith("a7"))
    browser.choose("#order", "flags")
    browser.until(lambda: "failed" in browser.texts("#list .flag"))
    browser.choose("#order", "metrics")
    browser.until(lambda: float(browser.texts("#list .key")[0]) > 0)


def test_keys_go_from_article_to_article_and_summary_to_summary(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    browser.press("j")
    _goes_to(browser, "a1")
    browser.press("j")
    _goes_to(browser, "a2")
    browser.press("k")
    _goes_to(browser, "a1")
    active = browser.js("return document.querySelector('.card.active').dataset.model")
    browser.press("n")
    browser.until(lambda: browser.js(
        "return document.querySelector('.card.active').dataset.model") != active)  # fmt: skip
    browser.driver.back()
    _goes_to(browser, "a2")
    assert _open_one(browser) == "a2"


def test_a_link_that_was_sent_opens_the_same(browser: Browser, page: Path) -> None:
    browser.open(page, "#article=a257&a=gamma&b=alpha")
    assert _open_one(browser) == "a257"
    assert browser.texts(".card .pick")[:2] == ["Agamma", "Balpha"]
    assert browser.js("return document.getElementById('a').value") == "gamma"
    chunks = [name for name in browser.requested() if "articles-" in name]
    assert chunks == ["data/articles-0-5.js"]  # 257 stands in the sixth fifty
    browser.open(page, "#article=nobody")
    assert "did not store the article nobody" in browser.text("#problem")


def test_search_by_id_and_in_all_texts(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press("/")
    browser.press("a42")
    browser.until(lambda: browser.texts("#list li") != [] and len(browser.texts("#list li")) == 11)
    browser.press(Keys.BACKSPACE * 3, "zebrafish")
    browser.until(lambda: len(browser.texts("#list li")) == 1)  # among its first words
    browser.press(Keys.BACKSPACE * 9, "article123 alone", Keys.ENTER)
    browser.until(lambda: browser.texts("#found") == ["1 of 430 articles"])
    _goes_to(browser, "a123")
    assert _open_one(browser) == "a123"


def test_a_long_list_comes_a_hundred_at_a_time(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert len(browser.texts("#list li")) == 100
    browser.one("#later").click()
    assert browser.texts("#list .id")[0] == "a100"
    assert browser.text("#found") == "430 of 430 articles, 101 to 200 shown"


def test_a_failed_answer_says_why(browser: Browser, page: Path) -> None:
    browser.open(page, "#article=a12&a=gamma")
    assert browser.texts(".card[data-model=gamma] .text") == ["Failed: it broke"]
    assert browser.texts(".card[data-model=gamma] .flags li") == ["failed"]


def test_no_more_than_eight_files_of_texts_are_held(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press("/")
    browser.press("qqq", Keys.ENTER)
    browser.until(lambda: browser.texts("#found") == ["0 of 430 articles"])
    # Of nine files the first had been let go when the open article was drawn again.
    expected = sorted(["data/articles-0-0.js", *(f"data/articles-0-{c}.js" for c in range(9))])
    browser.until(lambda: len(_texts_asked_for(browser)) >= len(expected))
    assert _texts_asked_for(browser) == expected


def test_the_menu_of_groups_shows_the_articles_of_one(browser: Browser, tmp_path: Path) -> None:
    found = [
        replace(example, groups=(("desk", "art" if i % 3 else "sport"),))
        for i, example in enumerate(examples(30))
    ]
    folder = made(tmp_path / "run", {"news": found}, cells(_MODELS, found), _KINDS)
    browser.open(folder / "report" / "articles.html")
    assert browser.texts("#group option") == ["all articles", "desk: art", "desk: sport"]
    browser.choose("#group", "desk: sport")
    browser.until(lambda: browser.texts("#found") == ["10 of 30 articles"])
    ids = [text.removeprefix("a") for text in browser.texts("#list .id")]
    assert ids and all(int(number) % 3 == 0 for number in ids)
    browser.one("#search").send_keys("Report 27")
    browser.until(lambda: browser.texts("#found") == ["1 of 30 articles"])
    browser.open(folder / "report" / "articles.html", browser.js("return location.hash"))
    assert browser.texts("#found") == ["1 of 30 articles"]
    assert browser.one("#group").get_attribute("value") == "desk: sport"


def test_without_groups_there_is_no_menu(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert not browser.one("#group").is_displayed()
