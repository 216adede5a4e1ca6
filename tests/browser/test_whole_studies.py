"""Three raters who are scripts do 30 articles x 4 systems in the pages; the careless is found."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from selenium import webdriver

from summbench.people.collect import Collection, collect_answers
from summbench.people.study import Design, Study
from tests.browser.chromium import Browser, started
from tests.browser.conftest import find_programs
from tests.browser.rating import rate, save, wait_until_kept
from tests.people.raters import Careless, Population, answer_all
from tests.people.studies import SYSTEMS, make_study, write_pages
from tests.people.truths import compute_alpha, compute_means, compute_strengths

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")
_PLANTED = Population(article=0.4, summary=0.2, rater=0.1, taste=0.1)
_ARTICLES = 30


def _rate_all(
    browser: Browser, study: Study, folder: Path, careless: Careless
) -> tuple[list[Path], np.ndarray]:
    """The files of three raters, the last of whom reads nothing, and the offsets of the others."""
    opinions = _PLANTED.draw(3, _ARTICLES, np.random.default_rng(5))
    files = []
    for rater, page in zip(study.raters, write_pages(study, folder), strict=True):
        style: Careless = careless if rater == "rater-3" else ""
        rate(browser, page, answer_all(study, rater, opinions, careless=style))
        content = save(browser)
        assert len(content["answers"]) == len(study.raters[rater])
        assert browser.text("#main h2") == "All answered. Thank you."
        path = folder / str(browser.js("return window.savedAs"))
        path.write_text(json.dumps(content), encoding="utf-8")
        files.append(path)
    return files, opinions.offsets[:2]


@pytest.mark.parametrize("careless", ["random", "same"])
@pytest.mark.parametrize("design", _DESIGNS)
def test_the_careless_rater_is_found_and_the_others_say_what_was_planted(
    browser: Browser, tmp_path: Path, design: Design, careless: Careless
) -> None:
    study = make_study(design, _ARTICLES, 3, attention=2)
    files, offsets = _rate_all(browser, study, tmp_path, careless)
    everyone = collect_answers(files, tmp_path)
    # A script takes less time than reading does, and all three are scripts.
    problems = [problem for problem in everyone.problems if " s for texts " not in problem]
    assert {problem.split()[0] for problem in problems} == {"rater-3"}
    honest = collect_answers(files, tmp_path, exclude=["rater-3"])
    assert [r.n_answered for r in honest.raters] == [len(items) for items in study.raters.values()]
    assert honest.raters[0].failed_checks == honest.raters[1].failed_checks == 0
    _compare(honest, design, offsets)


def _compare(collection: Collection, design: Design, offsets: np.ndarray) -> None:
    """All is near what is planted; the simulations say how often intervals hold it."""
    held = []
    for name, truth in compute_means(design, _PLANTED).items():
        for board in collection.boards:
            if name not in ("", board.dimension):
                continue
            assert [board.entries[0].system, board.entries[-1].system] == ["alpha", "delta"]
            for entry in board.entries:
                planted = truth[SYSTEMS.index(entry.system)]
                assert entry.estimate.mean == pytest.approx(planted, abs=0.2 if name else 0.5)
                held.append(entry.estimate.low <= planted <= entry.estimate.high)
    assert np.mean(held) >= 0.75  # of two raters and one draw of articles that all boards share
    planted = compute_alpha(design, _PLANTED, offsets)
    for alpha in collection.alphas.values():
        assert alpha.mean == pytest.approx(planted, abs=0.15)
    if collection.preferences is not None:
        strengths, _ = compute_strengths(design, _PLANTED, offsets)
        for row in collection.preferences.systems:
            planted = strengths[SYSTEMS.index(row.system)]
            assert row.strength.mean == pytest.approx(planted, abs=0.6)
            assert row.strength.low - 0.2 <= planted <= row.strength.high + 0.2


def test_an_hours_work_survives_a_browser_that_is_killed(tmp_path: Path) -> None:
    study = make_study("likert", 30, 1, attention=2)
    [page] = write_pages(study, tmp_path / "pages")
    answers = answer_all(study, "rater-1")
    driver = started(*find_programs(), profile=tmp_path / "profile")
    rate(Browser(driver), page, answers, 100)
    wait_until_kept(Browser(driver))
    _kill(driver)
    driver = started(*find_programs(), profile=tmp_path / "profile")
    try:
        browser = Browser(driver)
        browser.open(page)
        assert browser.text("#progress") == "100 of 122 answered"
        assert browser.text("#place") == "101 of 122"
        saved = save(browser)["answers"]
        items = [item.id for item in study.raters["rater-1"][:100]]
        assert {name: of["value"] for name, of in saved.items()} == {i: answers[i] for i in items}
    finally:
        driver.quit()


def _kill(driver: webdriver.Chrome) -> None:
    """Kill the browser and all that it started, which get no time for anything."""
    process = driver.service.process
    assert process is not None
    for pid in _list_descendants(process.pid):
        os.kill(pid, signal.SIGKILL)
    driver.service.stop()


def _list_descendants(parent: int) -> list[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = [parent]
    for pid in found:
        found += [child for child, own in parents.items() if own == pid]
    return found[1:]
