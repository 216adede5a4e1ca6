"""One Chromium for the tests of a file; without it they are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser.chromium import Browser, started

_NEEDED = ("CI", "SUMMBENCH_NEEDS_BROWSER")


def absent(what: str) -> None:
    """Skip, or fail where the tests have to run."""
    if any(os.environ.get(name) for name in _NEEDED):
        pytest.fail(f"{what}; the browser tests have to run here ({' or '.join(_NEEDED)} is set).")
    pytest.skip(what)


def find_programs() -> tuple[Path, Path]:
    """Chromium and its driver."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        absent("Chromium or chromedriver is missing: apt-get install chromium chromium-driver")
    assert chromium is not None and chromedriver is not None
    return Path(chromium), Path(chromedriver)


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    driver = started(*find_programs())
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver: webdriver.Chrome) -> Iterator[Browser]:
    """Whatever a test did, no error stands in the console and no request has left the folder."""
    browser = Browser(driver)
    browser.forget()
    yield browser
    assert browser.errors() == []
    assert browser.strangers() == []
