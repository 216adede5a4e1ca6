"""The leaderboard page in a real browser: sorted, filtered, held against a baseline, dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from summbench.core.records import Kind
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import from_json
from tests.browser.chromium import Browser
from tests.browser.reports import PRIMARY, cells, examples, made

_MODELS = [f"m{k:02d}" for k in range(46)]
_MINUS = "\N{MINUS SIGN}"
_ROWS = "#table-place tbody tr"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """46 systems on 40 articles, and on 10 of another dataset; m40 is the floor, m00 a bound."""
    folder = tmp_path_factory.mktemp("results") / "many"
    found = {"news": examples(40), "brief": examples(10)}
    kinds: dict[str, Kind] = {**dict.fromkeys(_MODELS, "system"), "m40": "floor", "m00": "bound"}
    both = [cell for name, of in found.items() for cell in cells(_MODELS, of, name)]
    return made(folder, found, both, kinds) / "report" / "index.html"


def _board(page: Path) -> Leaderboard:
    file = page.parents[1] / "leaderboard.json"
    return from_json(file.read_text(encoding="utf-8"), "test")


def _names(browser: Browser) -> list[str]:
    return list(browser.js("return [...document.querySelectorAll(arguments[0])]"
                           ".map((row) => row.dataset.model)", _ROWS))  # fmt: skip


def _heading(browser: Browser, key: str) -> None:
    browser.one(f"#table-place button[data-key='{key}']").click()


def test_the_table_has_every_system_in_the_leaderboards_order(browser: Browser, page: Path) -> None:
    browser.open(page)
    board = _board(page)
    assert _names(browser) == [h.model for h in board.health if h.dataset == "news"]
    [best] = [e.estimate for e in board.entries
              if (e.dataset, e.model, e.metric) == ("news", "m01", PRIMARY)]  # fmt: skip
    half = 100 * (best.high - best.low) / 2
    assert browser.text("tr[data-model=m01] td.primary") == f"{100 * best.mean:.2f} ± {half:.2f}"


def test_any_column_sorts_and_says_so(browser: Browser, page: Path) -> None:
    browser.open(page)
    _heading(browser, "length.tokens")  # 12 words and one more for each system
    assert _names(browser) == _MODELS[::-1]
    assert browser.all("th[aria-sort]")[0].get_attribute("aria-sort") == "descending"
    _heading(browser, "length.tokens")
    assert _names(browser) == _MODELS
    assert browser.all("th[aria-sort]")[0].get_attribute("aria-sort") == "ascending"
    _heading(browser, "model")
    assert _names(browser) == _MODELS
    assert browser.js("return document.activeElement.dataset.key") == "model"


def test_models_and_datasets_are_filtered_and_the_address_keeps_it(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    browser.one("#filter").send_keys("m07 m4")
    browser.until(lambda: len(browser.all(_ROWS)) == 7)
    assert set(_names(browser)) == {"m07", *(f"m4{k}" for k in range(6))}
    browser.choose("#dataset", "brief")
    browser.until(lambda: "brief: 10 articles" in browser.texts("#table-place caption")[0])
    address = browser.js("return location.hash")
    browser.open(page, address)
    assert "brief: 10 articles" in browser.text("#table-place caption")
    assert len(browser.all(_ROWS)) == 7


def test_the_baseline_of_the_differences_is_chosen(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.choose("#baseline", "m10")
    browser.until(lambda: f"{_MINUS} m10" in browser.texts("#table-place thead")[0])
    found = next(
        c for c in _board(page).comparisons
        if (c.dataset, c.metric, c.a, c.b) == ("news", PRIMARY, "m05", "m10")
    )  # fmt: skip
    d = found.difference
    star = " *" if found.p_adjusted <= 0.05 else ""
    expected = f"+{100 * d.mean:.2f} ± {100 * (d.high - d.low) / 2:.2f}{star}"
    headings = browser.texts("#table-place thead th")
    place = next(i for i, text in enumerate(headings) if text.startswith(f"{_MINUS} m10"))
    assert browser.texts("tr[data-model=m05] > *")[place] == expected
    assert browser.texts("tr[data-model=m00] > *")[place] == "n/a"  # a bound is not compared
    browser.until(lambda: browser.texts("#intervals .axis-title")[0].endswith("difference to m10"))


def test_health_columns_are_switched_on(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert "copied" not in " ".join(browser.texts("#table-place thead th"))
    browser.one("#columns-menu summary").click()
    browser.one("#columns input[value=copied]").click()
    assert "copied" in " ".join(browser.texts("#table-place thead th"))


def test_a_cell_says_n_method_and_signature_to_the_keyboard_too(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    browser.js("document.querySelector('#table-place td[tabindex=\"0\"]').focus()")
    first = browser.text("#facts")
    browser.press(Keys.ARROW_RIGHT)
    second = browser.text("#facts")
    assert "n = 40 articles; BCa\n" in first and "rouge|stem:no|v:1" in first
    assert PRIMARY in first and second != first and "rouge.rouge1_f" in second
    browser.press(Keys.ESCAPE)
    assert not browser.one("#facts").is_displayed()


def test_the_matrix_has_the_adjusted_p_of_every_pair(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert len(browser.all("#matrix td[data-facts]")) == 45 * 44
    found = next(
        c for c in _board(page).comparisons
        if (c.dataset, c.metric, c.a, c.b) == ("news", PRIMARY, "m01", "m45")
    )  # fmt: skip
    said = browser.js("return document.querySelector('#matrix tbody tr td:last-child')"
                      ".dataset.facts")  # fmt: skip
    assert f"m01 {_MINUS} m45" in said
    assert f"{found.wins} wins, {found.ties} ties, {found.losses} losses on 40 articles" in said


def test_every_picture_is_there_and_one_metric_rules_them(browser: Browser, page: Path) -> None:
    browser.open(page)
    for name in ("intervals", "length", "speed", "spread"):
        assert browser.one(f"#{name} svg").is_displayed()
    assert len(browser.all("#intervals .mark")) == 46
    assert len(browser.all("#spread .hills")) == 46
    browser.choose("#metric", "rouge.rouge1_f")
    browser.until(lambda: "rouge1_f" in browser.texts("#intervals .axis-title")[0])
    assert "rouge1_f" in str(browser.one("#spread svg").get_attribute("aria-label"))


def test_dark_follows_the_system_until_the_switch_is_used(browser: Browser, page: Path) -> None:
    background = "return getComputedStyle(document.body).backgroundColor"
    browser.open(page)
    light = browser.js(background)
    browser.system_theme("dark")
    browser.until(lambda: browser.js(background) != light)
    browser.one("#theme").click()
    assert browser.js(background) == light
    # The choice is remembered. The first window stays: Chromium stores some time after the click.
    browser.driver.switch_to.new_window("tab")
    browser.system_theme("dark")

    def is_light() -> bool:
        browser.open(page)
        return bool(browser.js(background) == light)

    browser.until(is_light)


def test_the_keys_reach_search_and_help(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press("?")
    assert browser.one("#help").is_displayed()
    browser.press(Keys.ESCAPE)
    assert not browser.one("#help").is_displayed()
    browser.press("/")
    assert browser.js("return document.activeElement.id") == "filter"
    browser.press("?")
    assert not browser.one("#help").is_displayed()  # a question mark that is written is no key


def test_the_page_opens_with_two_data_files(browser: Browser, page: Path) -> None:
    browser.open(page)
    data = [name for name in browser.requested() if name.startswith("data/")]
    assert data == ["data/board.js", "data/metric-0-1.js"]


def test_the_answer_and_the_warnings_are_on_top(browser: Browser, page: Path) -> None:
    browser.open(page)
    answer = browser.text("#answer")
    assert answer.startswith(f"On news, m01 has the best mean by {PRIMARY}. It is better than m")
    assert "m00 (bound): uses the references" in browser.text("#scope")
    assert not browser.one("#warnings").is_displayed()
    top = browser.js("return document.querySelector('#answer').getBoundingClientRect().top")
    assert top < 200


def test_the_primary_metric_stays_on_a_narrow_screen(browser: Browser, page: Path) -> None:
    browser.driver.set_window_size(700, 900)
    try:
        browser.open(page)
        headings = browser.texts("#table-place thead th")
        assert headings[1].replace("\n", "").startswith(PRIMARY)
        place = "return document.querySelector('tr[data-model=m01] td.primary')" \
            ".getBoundingClientRect().toJSON()"  # fmt: skip
        before = browser.js(place)
        browser.js("document.querySelector('#table-place').scrollLeft = 400")
        after = browser.js(place)
        assert 0 <= after["left"] <= before["left"] and after["right"] <= 700
        overflow = "return document.documentElement.scrollWidth - innerWidth"
        assert browser.js(overflow) <= 0
    finally:
        browser.driver.set_window_size(1400, 1000)


@pytest.mark.parametrize("name", ["index.html", "datasets.html", "articles.html"])
def test_no_page_is_wider_than_a_narrow_screen(browser: Browser, page: Path, name: str) -> None:
    browser.driver.set_window_size(700, 900)
    try:
        browser.open(page.parent / name)
        assert browser.js("return document.documentElement.scrollWidth - innerWidth") <= 0
    finally:
        browser.driver.set_window_size(1400, 1000)


def test_a_bound_is_drawn_at_the_edge_and_stretches_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    found = {"news": examples(30)}
    high = cells(["bound", *(f"low{k}" for k in range(60))], found["news"])
    kept = [high[0], *high[55:]]  # 0.28 above the others
    kinds: dict[str, Kind] = dict.fromkeys((c.model for c in kept), "system")
    kinds["bound"] = "bound"
    folder = made(tmp_path / "r", found, kept, kinds)
    browser.open(folder / "report" / "index.html")
    whiskers = browser.js(
        "return [...document.querySelectorAll('#intervals .whisker.system')]"
        ".map((line) => line.getBoundingClientRect().width)"
    )
    width = browser.js("return document.querySelector('#intervals svg').clientWidth")
    assert min(whiskers) > width / 4  # with the bound on the scale a tenth
    assert "→" in browser.text("#intervals svg")


def test_several_datasets_have_a_page_with_board_and_heat_map(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.texts("nav a") == ["All datasets", "Leaderboard", "Articles"]
    browser.open(page.parent / "datasets.html")
    assert "Over these 2 datasets, m01 has the best mean" in browser.text("#main")
    assert len(browser.all(".heat tbody tr")) == 46
    cell = next(e.estimate for e in _board(page).entries
                if (e.dataset, e.model, e.metric) == ("news", "m07", PRIMARY))  # fmt: skip
    facts = browser.js(
        "return [...document.querySelectorAll('.heat td')].map((cell) => cell.dataset.facts)"
        ".find((text) => text.startsWith('m07 on news'))"
    )
    assert f"interval {100 * cell.low:.2f} to {100 * cell.high:.2f}, n = 40" in facts
    browser.one(".heat thead a").click()
    browser.until(lambda: browser.texts("#table-place caption")[0].startswith("news"))


def test_300_systems_are_a_page(browser: Browser, tmp_path: Path) -> None:
    found = {"news": examples(8)}
    names = [f"system{k:03}" for k in range(300)]
    kinds: dict[str, Kind] = dict.fromkeys(names, "system")
    folder = made(tmp_path / "r", found, cells(names, found["news"]), kinds)
    browser.open(folder / "report" / "index.html")
    assert len(_names(browser)) == 300
    assert len(browser.text("#answer")) < 600
